#if canImport(XenABI)
  import XenABI
#endif
#if canImport(CMachine)
  import CMachine
#endif

/// An I/O interrupt controller: an index and a data register (Intel 82093AA datasheet 3).
package struct IOAPIC: BitwiseCopyable {
  private let base: UInt
  /// The global number of its first line.
  package let firstInterrupt: UInt32
  package let lineCount: UInt32

  private static var version: UInt32 { 1 }
  private static var redirection: UInt32 { 0x10 }
  private static var maskBit: UInt32 { 1 << 16 }

  /// The controller whose registers are mapped at `registers`, with all its lines masked; nil where there is none.
  package init?(registers: UInt, firstInterrupt: UInt32) {
    base = registers
    self.firstInterrupt = firstInterrupt
    apus_store32(registers, Self.version)
    let version = apus_load32(registers &+ 16)
    guard version != 0, version != .max else { return nil }  // nobody answers
    lineCount = min((version >> 16 & 0xFF) &+ 1, 240)
    var line: UInt32 = 0
    while line < lineCount {
      write(Self.redirection &+ line &* 2, Self.maskBit)
      line &+= 1
    }
  }

  private func read(_ register: UInt32) -> UInt32 {
    apus_store32(base, register)
    return apus_load32(base &+ 16)
  }

  private func write(_ register: UInt32, _ value: UInt32) {
    apus_store32(base, register)
    apus_store32(base &+ 16, value)
  }

  /// Whether the global interrupt is one of its lines.
  package func has(_ interrupt: UInt32) -> Bool {
    interrupt >= firstInterrupt && interrupt &- firstInterrupt < lineCount
  }

  /// Sends a line to a vector of one CPU, masked at first.
  package func route(_ interrupt: UInt32, to vector: UInt8, apic: UInt32, isLevel: Bool, isLow: Bool) {
    let line = interrupt &- firstInterrupt
    write(Self.redirection &+ line &* 2 &+ 1, apic << 24)
    write(
      Self.redirection &+ line &* 2,
      UInt32(vector) | (isLow ? 1 << 13 : 0) | (isLevel ? 1 << 15 : 0) | Self.maskBit)
  }

  package func setMask(_ interrupt: UInt32, _ masked: Bool) {
    let register = Self.redirection &+ (interrupt &- firstInterrupt) &* 2
    let entry = read(register)
    write(register, masked ? entry | Self.maskBit : entry & ~Self.maskBit)
  }
}

/// The two 8259 controllers of a PC: moved out of the exceptions' way and masked, all but the console's line on a machine
/// without an I/O APIC.
package enum LegacyInterruptController {
  /// Lets a line of the first controller in; false where there is none.
  package static func open(_ line: UInt8) -> Bool {
    let mask = ~(UInt8(1) << line)
    apus_out8(0x21, mask)
    return apus_in8(0x21) == mask
  }

  /// Ends the interrupt of a line of the first controller.
  package static func end(_ line: UInt8) { apus_out8(0x20, 0x60 | line) }

  package static func disable() {
    apus_out8(0x20, 0x11)
    apus_out8(0xA0, 0x11)
    apus_out8(0x21, HostVector.legacyBase)
    apus_out8(0xA1, HostVector.legacyBase &+ 8)
    apus_out8(0x21, 4)
    apus_out8(0xA1, 2)
    apus_out8(0x21, 1)
    apus_out8(0xA1, 1)
    apus_out8(0x21, 0xFF)
    apus_out8(0xA1, 0xFF)
  }
}
