/// QEMU's device for education (QEMU docs/specs/edu.rst): a write raises its interrupt, by pin or, where that is
/// enabled, by message.
struct EducationalDevice {
  let pci: PCIDevice
  private let registers: MemoryWindow

  init?() {
    guard let pci = PCIDevice(vendor: 0x1234, device: 0x11E8) else { return nil }
    pci.enable()
    self.pci = pci
    // The registers lie where the function's own base register says, below 4 GiB.
    registers = unsafe MemoryWindow(unsafeAddress: UInt64(pci.base(0)), byteCount: 4096)
  }

  func raise() { registers.store32(1, at: 0x60) }
  /// Takes the interrupt back; what was raised.
  func acknowledge() -> UInt32 {
    let raised = registers.load32(at: 0x24)
    registers.store32(raised, at: 0x64)
    return raised
  }
}
