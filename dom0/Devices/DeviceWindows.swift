import CGuest

extension MemoryWindow: DeviceMemory {}

extension MemoryWindow {
  /// A stretch of a device's memory, mapped one to one. The hypervisor shows it when it is first touched.
  static func device(_ address: UInt64, byteCount: UInt64) -> MemoryWindow {
    let last = address + max(byteCount, 1) - 1
    for frame in address >> pageShift...last >> pageShift { CurrentTables.map(frame..<frame + 1) }
    // Only what a function's base registers decode is asked for: no RAM is there.
    return unsafe MemoryWindow(unsafeAddress: address, byteCount: Int(byteCount))
  }
}

/// The configuration space behind the ports (PCI Local Bus Specification 3.0, 3.2.2.3.2).
struct PortConfiguration: PCIConfiguration {
  private static var address: UInt16 { 0xCF8 }
  private static var data: UInt16 { 0xCFC }

  func read(_ function: PCIAddress, _ register: UInt8) -> UInt32 {
    withInterruptsOff {
      cguest_out32(Self.address, function.selector(register))
      return cguest_in32(Self.data)
    }
  }

  func write(_ value: UInt32, _ function: PCIAddress, _ register: UInt8) {
    withInterruptsOff {
      cguest_out32(Self.address, function.selector(register))
      cguest_out32(Self.data, value)
    }
  }
}
