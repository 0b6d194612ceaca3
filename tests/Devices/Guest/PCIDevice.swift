import CGuest

/// A function on PCI bus 0, by its device number, through the configuration ports.
struct PCIDevice {
  let number: UInt32

  /// The function with a vendor and device ID; nil where there is none.
  init?(vendor: UInt32, device: UInt32) {
    for number in 0..<UInt32(32) where PCIDevice(at: number).read(0) == vendor | device << 16 {
      self.number = number
      return
    }
    return nil
  }

  private init(at number: UInt32) { self.number = number }

  private func select(_ offset: UInt32) { cguest_out32(0xCF8, 1 << 31 | number << 11 | offset & 0xFC) }

  func read(_ offset: UInt32) -> UInt32 {
    select(offset)
    return cguest_in32(0xCFC)
  }

  /// Lets the function decode its ports and memory, and use the bus by itself.
  func enable() {
    select(4)
    cguest_out16(0xCFC, 7)
  }

  var deviceFunction: Int32 { Int32(number << 3) }
  /// The ISA line that firmware has wired the function's pin to.
  var line: Int32 { Int32(read(0x3C) & 0xFF) }
  /// The address in a base register.
  func base(_ index: UInt32) -> UInt32 {
    let value = read(0x10 + index * 4)
    return value & 1 != 0 ? value & ~3 : value & ~15
  }
}
