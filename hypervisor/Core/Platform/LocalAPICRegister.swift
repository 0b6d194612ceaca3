/// The local APIC's registers by number: an MMIO offset divided by 16, or an MSR minus 0x800
/// (Intel SDM vol. 3 tables 11-1 and 11-6).
enum LocalAPICRegister {
  static var id: UInt8 { 0x02 }
  static var version: UInt8 { 0x03 }
  static var taskPriority: UInt8 { 0x08 }
  /// Arbitration priority; not in x2APIC form, reads 0 since the Pentium 4.
  static var arbitrationPriority: UInt8 { 0x09 }
  static var processorPriority: UInt8 { 0x0A }
  /// Write-only.
  static var endOfInterrupt: UInt8 { 0x0B }
  /// Remote read; not in x2APIC form, reads 0 since the Pentium 4.
  static var remoteRead: UInt8 { 0x0C }
  static var logicalDestination: UInt8 { 0x0D }
  /// Not in x2APIC form.
  static var destinationFormat: UInt8 { 0x0E }
  static var spuriousVector: UInt8 { 0x0F }
  static var inService: ClosedRange<UInt8> { 0x10...0x17 }
  static var triggerMode: ClosedRange<UInt8> { 0x18...0x1F }
  static var interruptRequest: ClosedRange<UInt8> { 0x20...0x27 }
  static var errorStatus: UInt8 { 0x28 }
  /// The interrupt command register: its low half, or in x2APIC form all 64 bits.
  static var command: UInt8 { 0x30 }
  /// Not in x2APIC form.
  static var commandHigh: UInt8 { 0x31 }
  static var localVectors: ClosedRange<UInt8> { 0x32...0x37 }
  static var initialCount: UInt8 { 0x38 }
  static var currentCount: UInt8 { 0x39 }
  static var divideConfiguration: UInt8 { 0x3E }
  /// In x2APIC form only; write-only.
  static var selfIPI: UInt8 { 0x3F }
  /// One more than the highest number.
  static var count: UInt8 { 0x40 }
}

/// The entries of the local vector table, in the order of their registers (Intel SDM vol. 3 11.5.1). There is no
/// corrected-machine-check entry: the guest is offered no machine-check architecture.
enum LocalVector: UInt8 {
  case timer, thermal, performance, lint0, lint1, error

  /// The number of entries; the version register tells it less one.
  static var count: UInt8 { 6 }

  /// The bits that can be written; those that only the APIC sets are left out.
  func writableBits(tscDeadline: Bool) -> UInt32 {
    switch self {
    case .timer: LocalVectorEntry.vector | LocalVectorEntry.masked | (tscDeadline ? 0x6_0000 : 0x2_0000)
    case .thermal, .performance: LocalVectorEntry.vector | LocalVectorEntry.masked | 0x700
    case .lint0, .lint1: LocalVectorEntry.vector | LocalVectorEntry.masked | 0xA700
    case .error: LocalVectorEntry.vector | LocalVectorEntry.masked
    }
  }
}

/// The bits of an entry that all have.
enum LocalVectorEntry {
  static var vector: UInt32 { 0xFF }
  static var masked: UInt32 { 1 << 16 }
  /// Delivery status and remote IRR: set by the APIC, writes to them are dropped.
  static var readOnly: UInt32 { 1 << 12 | 1 << 14 }
}

/// The spurious-interrupt vector register (Intel SDM vol. 3 11.9).
enum SpuriousVectorBits {
  /// The APIC is enabled by software.
  static var enabled: UInt32 { 1 << 8 }
  /// The vector, the enable bit, and focus checking, which has had no effect since the Pentium 4. Suppression of EOI
  /// broadcasts is not offered.
  static var writable: UInt32 { 0x3FF }
}

/// The errors that the error status register tells (Intel SDM vol. 3 11.5.3).
struct LocalAPICErrors: OptionSet, BitwiseCopyable {
  let rawValue: UInt32
  init(rawValue: UInt32) { self.rawValue = rawValue }
  /// An interrupt with a vector below 16 was to be sent.
  static var sendIllegalVector: Self { Self(rawValue: 1 << 5) }
  /// One came, or an entry of the local vector table has one.
  static var receiveIllegalVector: Self { Self(rawValue: 1 << 6) }
  /// A register that does not exist was accessed, in xAPIC form.
  static var illegalRegister: Self { Self(rawValue: 1 << 7) }
}
