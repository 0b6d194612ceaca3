import Testing
import XenABI

@testable import Core

/// A vCPU's memory as the processor itself reaches for it.
@Suite struct ImplicitMemoryTests {
  private func memory(_ guest: TestDomain) -> ImplicitMemory { ImplicitMemory(guest.vcpu) }

  @Test func integersOfAnySizeAndAlignment() throws {
    let guest = TestMachine().makeDomain(1)
    let memory = memory(guest)
    let across = GuestVirtualAddress(0x2FFD)
    try memory.write(0x1122_3344_5566_7788, 8, at: across)
    #expect(try memory.read(8, at: across) == 0x1122_3344_5566_7788)
    #expect(guest.read(UInt16.self, at: GuestVirtualAddress(0x3000)) == 0x4455)
    try memory.write(0xFFFF, 1, at: across)
    #expect(try memory.read(2, at: across) == 0x77FF)
  }

  @Test func whatIsNoMemoryIsNamed() {
    let guest = TestMachine().makeDomain(1, frames: 16)
    let memory = memory(guest)
    let end = GuestVirtualAddress(16 * pageSize)
    #expect(throws: LinearAccessError.noMemory(end)) { try memory.read(4, at: GuestVirtualAddress(end.rawValue - 2)) }
    #expect(throws: LinearAccessError.noMemory(GuestVirtualAddress(end.rawValue + 1))) {
      try memory.checkWritable(GuestVirtualAddress(end.rawValue - 2), count: 4)
    }
    guest.map(GuestFrame(20), to: MachineFrame(100), .ramReadOnly)
    let readOnly = GuestVirtualAddress(20 * pageSize)
    #expect(throws: Never.self) { try memory.read(8, at: readOnly) }
    #expect(throws: LinearAccessError.noMemory(readOnly)) { try memory.write(0, 1, at: readOnly) }
  }
}
