/// A function on a PCI bus of segment 0 (PCI Local Bus Specification 3.0, 3.2.2.3).
struct PCIAddress: Equatable {
  var bus: UInt8
  /// 0 to 31.
  var device: UInt8
  /// 0 to 7.
  var function: UInt8

  /// Device and function as one byte.
  var deviceFunction: UInt8 { device << 3 | function & 7 }

  /// The word for the address port that selects a register, of which the lowest two bits are ignored.
  func selector(_ register: UInt8) -> UInt32 {
    1 << 31 | UInt32(bus) << 16 | UInt32(deviceFunction) << 8 | UInt32(register & 0xFC)
  }
}

/// The configuration space of every function, by aligned 32-bit words. What is not there reads as ones.
protocol PCIConfiguration {
  func read(_ address: PCIAddress, _ register: UInt8) -> UInt32
  func write(_ value: UInt32, _ address: PCIAddress, _ register: UInt8)
}

/// Registers of a configuration header (PCI Local Bus Specification 3.0, 6.1), by bytes.
enum PCIRegister {
  /// Vendor in the lower half, device in the upper.
  static var identity: UInt8 { 0x00 }
  /// Command in the lower half, status in the upper, whose bits a written one clears.
  static var command: UInt8 { 0x04 }
  /// Class, subclass and interface in the upper 24 bits, the revision in the lowest.
  static var classCode: UInt8 { 0x08 }
  /// The header's type is the third byte.
  static var headerType: UInt8 { 0x0C }
  static var firstBase: UInt8 { 0x10 }
  /// Of a bridge: primary, secondary and subordinate bus numbers.
  static var buses: UInt8 { 0x18 }
  static var subsystem: UInt8 { 0x2C }
  static var capabilities: UInt8 { 0x34 }
  /// Interrupt line (a byte) and pin (a byte).
  static var interrupt: UInt8 { 0x3C }
}

/// Bits of the command register (PCI Local Bus Specification 3.0, 6.2.2).
struct PCICommand: OptionSet {
  var rawValue: UInt32
  static var ports: Self { Self(rawValue: 1 << 0) }
  static var memory: Self { Self(rawValue: 1 << 1) }
  static var busMaster: Self { Self(rawValue: 1 << 2) }
  static var noLineInterrupt: Self { Self(rawValue: 1 << 10) }
}
