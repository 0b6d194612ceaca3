#if canImport(CMachine)
  import CMachine
#endif

/// A PCI function's configuration space through the ports 0xCF8 and 0xCFC (PCI Local Bus Specification 3.0, 3.2.2.3).
///
/// Domain 0 uses the same ports: the address that it may have left there is put back after each access.
package struct PCIFunction: Equatable, BitwiseCopyable {
  private let address: UInt32

  private static var addressPort: UInt16 { 0xCF8 }
  private static var dataPort: UInt16 { 0xCFC }

  /// The function `segment << 16 | bus << 8 | device << 3 | function`; nil for one on a segment that the ports do not
  /// reach, or that is not there.
  package init?(_ function: UInt32) {
    guard function >> 16 == 0 else { return nil }
    address = 1 << 31 | function << 8
    guard read16(0) != 0xFFFF else { return nil }
  }

  private func withAddress<T>(_ offset: UInt8, _ body: () -> T) -> T {
    let before = apus_in32(Self.addressPort)
    apus_out32(Self.addressPort, address | UInt32(offset & 0xFC))
    let result = body()
    apus_out32(Self.addressPort, before)
    return result
  }

  package func read32(_ offset: UInt8) -> UInt32 { withAddress(offset) { apus_in32(Self.dataPort) } }
  package func read16(_ offset: UInt8) -> UInt16 {
    withAddress(offset) { apus_in16(Self.dataPort &+ UInt16(offset & 2)) }
  }
  package func read8(_ offset: UInt8) -> UInt8 {
    withAddress(offset) { apus_in8(Self.dataPort &+ UInt16(offset & 3)) }
  }
  package func write32(_ offset: UInt8, _ value: UInt32) {
    withAddress(offset) { apus_out32(Self.dataPort, value) }
  }
  package func write16(_ offset: UInt8, _ value: UInt16) {
    withAddress(offset) { apus_out16(Self.dataPort &+ UInt16(offset & 2), value) }
  }

  /// Where a capability starts, by its ID; nil where the function lacks it (PCI 3.0 6.7).
  package func capability(_ id: UInt8) -> UInt8? {
    guard read16(0x06) & 1 << 4 != 0 else { return nil }
    var offset = read8(0x34) & 0xFC
    var left = 48  // as many as there is room for: a list that goes in a circle ends here
    while offset >= 0x40, left > 0 {
      if read8(offset) == id { return offset }
      offset = read8(offset &+ 1) & 0xFC
      left &-= 1
    }
    return nil
  }

  /// Whether the function answers to accesses to its memory.
  package var decodesMemory: Bool { read16(0x04) & 1 << 1 != 0 }

  /// The address in a base address register, 0 to 5; nil for one of ports, or one that is not set (PCI 3.0 6.2.5.1).
  package func memoryBase(_ index: UInt8) -> UInt64? {
    guard index < 6 else { return nil }
    let offset = 0x10 &+ index &* 4
    let low = read32(offset)
    guard low & 1 == 0 else { return nil }
    var base = UInt64(low & 0xFFFF_FFF0)
    if low >> 1 & 3 == 2 {
      guard index < 5 else { return nil }
      base |= UInt64(read32(offset &+ 4)) << 32
    }
    return base == 0 ? nil : base
  }
}

/// A message-signalled interrupt: a write of `data` to an address of the local APICs (Intel SDM vol. 3 10.11).
package struct InterruptMessage: BitwiseCopyable {
  package let address: UInt32
  package let data: UInt32

  /// An edge, fixed, to one CPU by its physical APIC ID, which fits eight bits.
  package init(vector: UInt8, apic: UInt32) {
    address = 0xFEE0_0000 | (apic & 0xFF) << 12
    data = UInt32(vector)
  }
}

/// A function's MSI capability (PCI 3.0 6.8.1).
package struct MSICapability: BitwiseCopyable {
  private let function: PCIFunction
  private let offset: UInt8

  package init?(_ function: PCIFunction) {
    guard let offset = function.capability(0x05), offset <= 0xE8 else { return nil }
    self.function = function
    self.offset = offset
  }

  /// Has the function send the one message.
  package func enable(_ message: InterruptMessage) {
    let control = function.read16(offset &+ 2) & ~0x71  // off, one message
    function.write16(offset &+ 2, control)
    function.write32(offset &+ 4, message.address)
    let isWide = control & 1 << 7 != 0
    if isWide { function.write32(offset &+ 8, 0) }
    function.write16(offset &+ (isWide ? 12 : 8), UInt16(truncatingIfNeeded: message.data))
    if control & 1 << 8 != 0 {
      let mask = offset &+ (isWide ? 16 : 12)
      function.write32(mask, function.read32(mask) & ~1)
    }
    function.write16(offset &+ 2, control | 1)
  }

  package func disable() { function.write16(offset &+ 2, function.read16(offset &+ 2) & ~1) }
}

/// A function's MSI-X capability (PCI 3.0 6.8.2): a table of messages in its memory.
package struct MSIXCapability: BitwiseCopyable {
  private let function: PCIFunction
  private let offset: UInt8
  /// The machine address of the table, as the function itself says.
  package let table: UInt64
  /// The start of the memory that the table lies in.
  package let base: UInt64
  package let entryCount: UInt32

  package init?(_ function: PCIFunction) {
    guard let offset = function.capability(0x11), offset <= 0xF4, function.decodesMemory else { return nil }
    self.function = function
    self.offset = offset
    let place = function.read32(offset &+ 4)
    guard let base = function.memoryBase(UInt8(truncatingIfNeeded: place & 7)) else { return nil }
    self.base = base
    table = base &+ UInt64(place & ~7)
    entryCount = UInt32(function.read16(offset &+ 2) & 0x7FF) &+ 1
  }

  /// Fills an entry whose sixteen bytes are mapped at `entry`, and lets it and the function send.
  package func enable(_ entry: UInt, _ message: InterruptMessage) {
    let control = function.read16(offset &+ 2)
    // Enabled but masked as a whole, so that the entry is not used half-written.
    function.write16(offset &+ 2, control | 1 << 15 | 1 << 14)
    apus_store32(entry &+ 12, apus_load32(entry &+ 12) | 1)
    apus_store32(entry, message.address)
    apus_store32(entry &+ 4, 0)
    apus_store32(entry &+ 8, message.data)
    apus_store32(entry &+ 12, apus_load32(entry &+ 12) & ~1)
    function.write16(offset &+ 2, control & ~(1 << 14) | 1 << 15)
  }

  /// Masks an entry; the function sends no more of these at all where it was the last one.
  package func disable(_ entry: UInt, isLast: Bool) {
    apus_store32(entry &+ 12, apus_load32(entry &+ 12) | 1)
    if isLast { function.write16(offset &+ 2, function.read16(offset &+ 2) & ~(1 << 15)) }
  }
}
