import Testing
import XenABI

@testable import Core

@Suite struct TestMachineTests {
  @Test func aDomainHasMemoryThatItsPointersReach() {
    let machine = TestMachine()
    let domain = machine.makeDomain(1)
    domain.write(UInt64(0x1122_3344_5566_7788), at: GuestVirtualAddress(0x2FFC))
    #expect(domain.read(UInt32.self, at: GuestVirtualAddress(0x3000)) == 0x1122_3344)
    #expect(throws: HypercallError.badAddress) { try domain.memory.read(UInt8.self, at: GuestVirtualAddress(64 << 12)) }
  }

  @Test func aDomainIsRunnableAndGetsTheCPU() {
    let machine = TestMachine()
    let domain = machine.makeDomain(1)
    #expect(machine.cpu.pickNext(at: machine.now) == domain.vcpu)
    #expect(domain.vcpu.object.runstate.state == .running)
  }

  @Test func twoMachinesStandSideBySide() {
    let first = TestMachine()
    first.services.tsc = 5
    let second = TestMachine()
    #expect(second.now == .zero)
    first.activate()
    #expect(first.now == Nanoseconds(5))
  }
}
