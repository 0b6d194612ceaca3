import Testing
import XenABI

@testable import Core

/// The hypervisor's log against a guest that has it write.
@Suite struct LogTests {
  private let machine = TestMachine()
  private let guest: TestDomain

  init() {
    guest = machine.makeDomain(1)
    machine.now = .seconds(1)
    _ = machine.services.takeConsole()
  }

  private var written: UInt64 { machine.hypervisor.object.log.written }

  /// All that is in the ring.
  private var kept: String {
    let log = machine.hypervisor
    var bytes = WireBytes()
    var text: [UInt8] = []
    var position = log.object.log.oldest
    while position < log.object.log.written {
      let count = min(200, Int(log.object.log.written - position))
      log.object.log.copy(count, from: position, to: &bytes)
      for index in 0..<count { text.append(bytes[index]) }
      position += UInt64(count)
    }
    return String(decoding: text, as: UTF8.self)
  }

  @Test func whatTheLevelLeavesOutIsNotKept() {
    machine.hypervisor.log(.info, "a line of its own")
    let before = written
    for number in 0..<10_000 as Range<UInt32> { guest.domain.log(.debug, "d1: read of MSR \(hex: number)") }
    machine.hypervisor.log(.debug, "more than is asked for")
    #expect(written == before)
    #expect(machine.services.takeConsole() == "(apus) a line of its own\r\n")
    #expect(kept.contains("a line of its own"))
  }

  @Test func aDomainsLinesAreLimited() {
    machine.hypervisor.object.log.guestLevel = .debug
    machine.hypervisor.log(.info, "a line of its own")
    for _ in 0..<1000 { guest.domain.log(.debug, "d1: read of an MSR") }
    #expect(kept.split(separator: "\r\n").count { $0.hasSuffix("read of an MSR") } == 32)
    #expect(kept.contains("a line of its own"))
    // Another domain has its own allowance, the report of an end none.
    let other = machine.makeDomain(2)
    other.domain.log(.warning, "d2: a word")
    guest.domain.log(.error, "d1: why it ended")
    #expect(
      kept.hasSuffix("(apus) d2: a word\r\n(apus) d1: 968 more lines were left out\r\n(apus) d1: why it ended\r\n"))
    // Four lines a second are earned.
    machine.advance(.seconds(1))
    for _ in 0..<10 { guest.domain.log(.debug, "d1: later") }
    #expect(kept.split(separator: "\r\n").count { $0.hasSuffix("later") } == 4)
    machine.advance(.seconds(3600))
    for _ in 0..<100 { guest.domain.log(.debug, "d1: much later") }
    #expect(kept.contains("(apus) d1: 6 more lines were left out\r\n(apus) d1: much later"))
    #expect(kept.split(separator: "\r\n").count { $0.hasSuffix("much later") } == 32)
  }

  @Test func whatWasLeftOutIsSaidAtTheEnd() {
    machine.hypervisor.object.log.guestLevel = .debug
    for _ in 0..<50 { guest.domain.log(.debug, "d1: a word") }
    guest.domain.shutDown(.powerOff)
    #expect(kept.contains("(apus) d1: 18 more lines were left out\r\n(apus) d1 (d1) ended"))
  }

  /// What is read back is what was written, also where the ring has begun anew.
  @Test func theRingIsReadAcrossItsEnd() {
    machine.hypervisor.object.log.guestLevel = .debug
    for number in 0..<2000 as Range<UInt32> { machine.hypervisor.log(.info, "line \(number) of those that are kept") }
    let lines = kept.split(separator: "\r\n")
    #expect(lines.count > 300)
    for (index, line) in lines.enumerated().dropFirst() {
      #expect(line == "(apus) line \(2000 - lines.count + index) of those that are kept")
    }
  }

  /// An NMI comes at any point: its handler only counts, and the run loop tells.
  @Test func anNMIIsToldOfByTheRunLoop() {
    let before = written
    machine.cpu.object.noteNMI()
    machine.cpu.object.noteNMI()
    #expect(written == before)
    #expect(machine.cpu.object.attention.contains(.deadline))
    machine.cpu.runExpired(at: machine.now)
    #expect(machine.services.takeConsole() == "(apus) NMI (2): nothing asked for it; going on\r\n")
    machine.cpu.runExpired(at: machine.now)
    #expect(machine.services.takeConsole() == "")
  }

  /// Every kind of exit has a place of its own, and what is no kind has none beyond the table.
  @Test func exitsAreCountedByKind() throws {
    var statistics = ExitStatistics()
    for number in 0..<ExitKind.count {
      let kind = try #require(ExitKind(rawValue: UInt8(number)))
      for _ in 0...number { statistics.count(kind) }
    }
    #expect(ExitKind(rawValue: UInt8(ExitKind.count)) == nil)
    for number in 0..<ExitKind.count {
      let kind = try #require(ExitKind(rawValue: UInt8(number)))
      #expect(statistics[kind] == UInt64(number + 1))
    }
    #expect(statistics.total == UInt64(ExitKind.count * (ExitKind.count + 1) / 2))
  }
}
