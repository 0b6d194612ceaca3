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

  @Test func inputThatNobodyReadsIsLost() {
    var input = ConsoleInput()
    for index in 0..<300 { #expect(input.put(UInt8(truncatingIfNeeded: index)) == (index < 256)) }
    #expect(input.count == 256 && input[0] == 0 && input[255] == 255)
    input.drop(200)
    #expect(input.put(7) && input.count == 57 && input[0] == 200 && input[56] == 7)
    input.drop(1000)
    #expect(input.count == 0)
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
    #expect(type(0x61, 1, 0x62) == [.forward(held: 0), .held, .forward(held: 1)])
    #expect(type(1, 1, 0x63) == [.held, .held, .forward(held: 2)])
    #expect(!escape.isHypervisors)
    #expect(type(1, 1, 1) == [.held, .held, .switched])
    #expect(escape.isHypervisors)
    #expect(type(0x68, 1, 1, 1) == [.forward(held: 0), .held, .held, .switched])
    #expect(!escape.isHypervisors)
  }
}
