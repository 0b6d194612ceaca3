import Testing
import XenABI

@testable import Core

@Suite struct ConsoleTests {
  private static let place = TestDomain.scratch.rawValue

  @Test func theControlDomainsOutputAppearsAsItIs() {
    let machine = TestMachine()
    let control = machine.makeDomain(0, isPrivileged: true)
    control.write("one\r\ntwo\n")
    #expect(control.finish(.console, 0, 9, Self.place) == (0, 1))
    #expect(machine.services.takeConsole() == "one\r\ntwo\r\n")
  }

  /// A line of the hypervisor's stands on its own, and domain 0's goes on below it from its start.
  @Test func aBrokenOffLineIsRepeated() {
    let machine = TestMachine()
    let control = machine.makeDomain(0, isPrivileged: true)
    func put(_ text: String) -> String {
      control.write(text)
      #expect(control.finish(.console, 0, UInt64(text.utf8.count), Self.place).result == 0)
      return machine.services.takeConsole()
    }
    #expect(put("one\r\n[g1] hel") == "one\r\n[g1] hel")
    machine.hypervisor.log(.info, "first")
    machine.hypervisor.log(.info, "second")
    #expect(machine.services.takeConsole() == "\r\n(apus) first\r\n(apus) second\r\n")
    #expect(put("lo\nnext\n") == "[g1] hello\r\nnext\r\n")
    // What is drawn anew, or has only its end left, is not repeated; nor is what is at its end.
    #expect(put("dom0> ") == "dom0> ")
    machine.hypervisor.show("third")
    #expect(machine.services.takeConsole() == "\r\n(apus) third\r\n")
    #expect(put("\r\u{1b}[Kdom0> x") == "\r\u{1b}[Kdom0> x")
    machine.hypervisor.show("fourth")
    #expect(put("\r\ny\r\n") == "\r\n(apus) fourth\r\n\r\ny\r\n")
    machine.hypervisor.show("fifth")
    #expect(put("z") == "(apus) fifth\r\nz")
    // An erased line is empty.
    #expect(put("\r\u{1b}[K") == "\r\u{1b}[K")
    machine.hypervisor.show("sixth")
    machine.hypervisor.show("seventh")
    #expect(put("dom0> ") == "(apus) sixth\r\n(apus) seventh\r\ndom0> ")
  }

  /// What is too long to be kept goes on where it was.
  @Test(arguments: [(160, true), (161, false), (1000, false)]) func aLongLineGoesOn(_ count: Int, _ isRepeated: Bool) {
    let machine = TestMachine()
    let control = machine.makeDomain(0, isPrivileged: true)
    let text = String(repeating: "x", count: count)
    control.write(text)
    #expect(control.finish(.console, 0, UInt64(count), Self.place).result == 0)
    machine.hypervisor.show("a word")
    _ = machine.services.takeConsole()
    control.write("y")
    #expect(control.finish(.console, 0, 1, Self.place).result == 0)
    #expect(machine.services.takeConsole() == (isRepeated ? text : "") + "y")
  }

  @Test(arguments: [CallWidth.bits64, .bits32]) func longOutputIsDoneInPieces(_ width: CallWidth) {
    let machine = TestMachine()
    let control = machine.makeDomain(0, isPrivileged: true, width: width)
    let text = String((0..<1000).map { Character(UnicodeScalar(UInt8(0x20 + $0 % 90))) })
    control.write(text)
    let (result, pieces) = control.finish(.console, 0, 1000, Self.place)
    #expect(result == 0 && pieces == 4)
    #expect(machine.services.takeConsole() == text)
    #expect(control.finish(.console, 0, 0, 0) == (0, 1))
  }

  /// A byte of a serial line of 115,200 bits a second takes 87 us.
  @Test func aSlowLineTakesSmallPieces() {
    let machine = TestMachine()
    let control = machine.makeDomain(0, isPrivileged: true)
    let text = String(repeating: "x", count: 100)
    control.write(text)
    machine.services.ticksPerByte = 87_000
    let (result, pieces) = control.finish(.console, 0, 100, Self.place)
    #expect(result == 0 && pieces == 7)
    #expect(machine.services.takeConsole() == text)
  }

  /// Nothing is lost where the line is behind, and others run between the pieces.
  @Test func aFullLineIsWaitedForOutside() {
    let machine = TestMachine()
    let control = machine.makeDomain(0, isPrivileged: true)
    let text = (0..<10).map { "line \($0)\n" }.joined()
    control.write(text)
    machine.services.consoleRoom = 0
    let (result, pieces) = control.finish(.console, 0, UInt64(text.utf8.count), Self.place)
    #expect(result == 0 && pieces > text.utf8.count / 4)
    #expect(machine.services.takeConsole() == text.replacing("\n", with: "\r\n"))
  }

  @Test func outputEndsWhereMemoryDoes() {
    let machine = TestMachine()
    let control = machine.makeDomain(0, isPrivileged: true, frames: 2)
    #expect(control.finish(.console, 0, .max, Self.place).result == HypercallError.badAddress.result)
    #expect(machine.services.console.count == 4096)
  }

  @Test func aDomainIsRefusedUnlessItsDoingsAreToBeSeen() {
    let machine = TestMachine()
    let guest = machine.makeDomain(1)
    guest.domain.object.name = DomainName("g1")
    guest.write("hello\nhalf a\u{1b}[2J\r line")
    #expect(guest.dispatch(.console, 0, 24, Self.place) == refused(.notPermitted))
    machine.hypervisor.object.log.guestLevel = .debug
    #expect(guest.finish(.console, 0, 24, Self.place) == (0, 1))
    #expect(machine.services.takeConsole() == "(g1) hello\r\n")
    guest.write("\n")
    #expect(guest.finish(.console, 0, 1, Self.place) == (0, 1))
    #expect(machine.services.takeConsole() == "(g1) half a[2J line\r\n")
  }

  @Test func anEndlessLineIsCut() {
    let machine = TestMachine()
    let guest = machine.makeDomain(1)
    machine.hypervisor.object.log.guestLevel = .debug
    for _ in 0..<400 { guest.domain.putConsole(0x61) }
    let lines = machine.services.takeConsole().split(separator: "\r\n")
    #expect(lines.count == 2 && lines.allSatisfy { $0.hasSuffix(String(repeating: "a", count: 160)) })
  }

  @Test func inputIsReadOnceAndTold() throws {
    let machine = TestMachine()
    let control = machine.makeDomain(0, isPrivileged: true)
    let port = try control.bind(.console)
    #expect(control.dispatch(.console, 1, 16, Self.place) == .done(0))
    for byte in "help\r".utf8 { machine.hypervisor.consoleReceived(byte) }
    #expect(control.isPending(port))
    #expect(control.dispatch(.console, 1, 2, Self.place) == .done(2))
    #expect(control.text(2) == "he")
    // A buffer that can't be written takes nothing out.
    #expect(control.dispatch(.console, 1, 8, 1 << 30) == refused(.badAddress))
    #expect(control.dispatch(.console, 1, 16, Self.place) == .done(3))
    #expect(control.text(3) == "lp\r")
    #expect(machine.makeDomain(1).dispatch(.console, 1, 16, Self.place) == refused(.notPermitted))
    #expect(control.dispatch(.console, 2, 16, Self.place) == refused(.notImplemented))
  }

  private static func character(_ index: Int) -> UInt8 { UInt8(0x21 + index % 0x5E) }

  /// What does not fit stays on the line: it is not taken, and nothing that is there is lost by it.
  @Test func inputThatNobodyReadsWaits() {
    let machine = TestMachine()
    let control = machine.makeDomain(0, isPrivileged: true)
    let capacity = Int(ConsoleInput.capacity)
    for index in 0..<capacity + 10 {
      let hasRoom = machine.hypervisor.object.consoleInput.hasRoom
      #expect(hasRoom == (index < capacity))
      machine.hypervisor.consoleReceived(Self.character(index))
    }
    var read: [UInt8] = []
    while read.count < capacity {
      guard case .done(let count) = control.dispatch(.console, 1, 128, Self.place), count > 0 else { break }
      read += control.text(Int(count)).utf8
      let hasRoom = machine.hypervisor.object.consoleInput.hasRoom
      #expect(hasRoom)
    }
    let isWhole = read == (0..<capacity).map(Self.character)
    #expect(isWhole)
    #expect(machine.services.consoleReads == capacity / 128)
  }

  /// The place where the line lost bytes is told once, between those before it and those behind it.
  @Test func aLossIsToldInItsPlace() {
    let machine = TestMachine()
    let control = machine.makeDomain(0, isPrivileged: true)
    func read() -> HypercallOutcome { control.dispatch(.console, 1, 16, Self.place) }
    for byte in "ab".utf8 { machine.hypervisor.consoleReceived(byte) }
    machine.hypervisor.consoleLost()
    for byte in "cde".utf8 { machine.hypervisor.consoleReceived(byte) }
    #expect(read() == .done(2) && control.text(2) == "ab")
    #expect(read() == refused(.ioError))
    #expect(read() == .done(3) && control.text(3) == "cde")
    #expect(read() == .done(0))
    machine.hypervisor.consoleLost()
    #expect(read() == refused(.ioError))
    #expect(read() == .done(0))
  }

  @Test func theLogStartsALineOfItsOwn() {
    let machine = TestMachine()
    let control = machine.makeDomain(0, isPrivileged: true)
    control.write("dom0> ")
    _ = control.finish(.console, 0, 6, Self.place)
    machine.hypervisor.log(.info, "news")
    machine.hypervisor.log(.debug, "not shown")
    machine.hypervisor.show("an answer")
    #expect(machine.services.takeConsole() == "dom0> \r\n(apus) news\r\n(apus) an answer\r\n")
  }

  @Test func threeTimesControlASwitchesTheInput() {
    var escape = ConsoleEscape()
    func type(_ bytes: UInt8...) -> [ConsoleEscape.Action] { bytes.map { escape.accept($0) } }
    #expect(type(0x61, 1, 0x62) == [.forward, .forward, .forward])
    #expect(type(1, 1, 0x63) == [.forward, .forward, .forward])
    #expect(!escape.isHypervisors)
    #expect(type(1, 1, 1) == [.forward, .forward, .switched])
    #expect(escape.isHypervisors)
    #expect(type(0x68, 1, 1, 1) == [.forward, .counted, .counted, .switched])
    #expect(!escape.isHypervisors)
  }
}
