import Testing
import XenABI

@testable import Core

@Suite struct MulticallTests {
  private let machine = TestMachine()
  private let control: TestDomain

  init() {
    control = machine.makeDomain(0, isPrivileged: true)
    // Who makes calls has the CPU.
    _ = machine.cpu.pickNext(at: machine.now)
  }

  /// Calls of one kind with the same three arguments, by multicall: its result and its pieces.
  private func call(
    _ count: UInt64, _ number: HypercallNumber, _ first: UInt64, _ second: UInt64 = 0, _ third: UInt64 = 0
  ) -> (result: Int64, pieces: Int) {
    for index in 0..<count {
      control.write(
        MulticallEntry(number: UInt64(number.rawValue), first: first, second: second, third: third),
        at: TestDomain.firstList.advanced(by: index * 64))
    }
    return control.hypercall(.multicall, TestDomain.firstList.rawValue, count)
  }

  /// Whether each entry has this result.
  private func allAre(_ result: UInt64, _ count: UInt64) -> Bool {
    (0..<count).allSatisfy { control.read(UInt64.self, at: TestDomain.firstList.advanced(by: $0 * 64 + 8)) == result }
  }

  /// Entries that take no time are done at a stretch.
  @Test func shortEntriesMakeOnePiece() {
    #expect(call(120, .version, 0) == (0, 1))
    #expect(allAre(4 << 16 | 17, 120))
  }

  /// 30 us an entry: after the second, the 50 us of a piece are over.
  @Test func longEntriesMakeManyPieces() {
    control.write("x")
    machine.services.ticksPerByte = 30_000
    #expect(call(40, .console, 0, 1, TestDomain.scratch.rawValue) == (0, 20))
    #expect(allAre(0, 40))
    #expect(machine.services.console.count == 40)
  }

  /// An entry that is itself longer than a piece goes on where it was, and at least one is done each time.
  @Test func entriesOfSeveralPiecesGoOn() {
    control.write(String(repeating: "y", count: 100))
    machine.services.ticksPerByte = 87_000
    let outcome = call(3, .console, 0, 100, TestDomain.scratch.rawValue)
    #expect(outcome.result == 0 && outcome.pieces == 3 * 7)
    #expect(machine.services.console.count == 300)
  }
}
