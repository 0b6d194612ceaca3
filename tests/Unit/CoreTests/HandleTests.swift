import Testing
import XenABI

@testable import Core

@Suite struct HandleTests {
  @Test func refersToTheObjectInPlace() {
    let bytes = UnsafeMutableRawPointer.allocate(byteCount: 8192, alignment: 4096)
    defer { bytes.deallocate() }
    let map = DirectMap(base: UInt(bitPattern: bytes), limit: MachineAddress(8192))
    let handle = Handle(placing: GeneralRegisters(), at: MachineAddress(4096), in: map)
    handle.object.rbx = 7
    #expect(Handle<GeneralRegisters>(at: MachineAddress(4096), in: map).object.rbx == 7)
    #expect(handle.machineAddress(in: map) == MachineAddress(4096))
  }
}
