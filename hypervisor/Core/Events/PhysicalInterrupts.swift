#if canImport(XenABI)
  import XenABI
#endif

/// The physical interrupts that the control domain has numbers for (`pirq`): lines of the I/O APICs, by their global
/// system interrupt number, and messages of PCI functions.
package struct PhysicalInterrupts: ~Copyable {
  private let pinned = Pinned()
  private var records = InlineArray<256, PhysicalInterrupt>(repeating: PhysicalInterrupt())
  /// The number that each line has, 0 for none.
  private var numbersOfLines = InlineArray<128, UInt8>(repeating: 0)

  package init() {}

  /// The numbers are 1 to one less than this; 0 is none, as it is in the ABI's tables.
  static var limit: UInt32 { 256 }
  /// Numbers below this are for lines, so that each can have its own, and those from here on for messages.
  static var lineLimit: UInt32 { 128 }

  /// The interrupt that a number stands for; free for one that can't be.
  @inline(__always)
  subscript(irq: PhysicalIRQ) -> PhysicalInterrupt {
    get { irq.rawValue < Self.limit ? records[Int(irq.rawValue)] : PhysicalInterrupt() }
    set { if irq.rawValue < Self.limit { records[Int(irq.rawValue)] = newValue } }
  }

  /// The number of a line, or nil.
  @inline(__always)
  func number(ofLine line: UInt32) -> PhysicalIRQ? {
    guard line < Self.lineLimit else { return nil }
    let number = numbersOfLines[Int(line)]
    return number == 0 ? nil : PhysicalIRQ(UInt32(number))
  }

  mutating func setNumber(_ irq: PhysicalIRQ?, ofLine line: UInt32) {
    guard line < Self.lineLimit else { return }
    numbersOfLines[Int(line)] = UInt8(truncatingIfNeeded: irq?.rawValue ?? 0)
  }

  /// The number of a function's message, or nil.
  func number(of message: PhysicalInterrupt.Message) -> PhysicalIRQ? {
    var number: UInt32 = 1
    while number < Self.limit {
      let record = records[Int(number)]
      if record.kind == .message, record.message == message { return PhysicalIRQ(number) }
      number &+= 1
    }
    return nil
  }

  /// The lowest free number for a line, from 16 on, or for a message; nil where all are taken.
  func freeNumber(forMessage isMessage: Bool) -> PhysicalIRQ? {
    var number = isMessage ? Self.lineLimit : 16
    while number < (isMessage ? Self.limit : Self.lineLimit) {
      if records[Int(number)].kind == .free { return PhysicalIRQ(number) }
      number &+= 1
    }
    return nil
  }

  /// Whether a number's events go to a port of a domain.
  func isBound(_ irq: PhysicalIRQ, to port: EventPort, of domain: Handle<Domain>) -> Bool {
    let record = self[irq]
    return record.port == port && port.rawValue != 0 && record.owner == Link(domain)
  }
}

/// What one number stands for.
package struct PhysicalInterrupt: BitwiseCopyable {
  package enum Kind: UInt8, BitwiseCopyable {
    case free = 0
    /// Taken by PHYSDEVOP_get_free_pirq, for a later mapping.
    case reserved
    case line
    case message
  }

  /// A message of a PCI function.
  package struct Message: Equatable, BitwiseCopyable {
    /// segment << 16 | bus << 8 | device << 3 | function.
    package var function: UInt32 = 0
    /// The entry of the MSI-X table; 0 for MSI.
    package var entry: UInt32 = 0
    /// The machine address of the MSI-X table; 0 for MSI.
    package var table: UInt64 = 0
  }

  package var kind = Kind.free
  var mode = InterruptMode(rawValue: 0)
  /// A level-triggered line that has come and was not ended yet: it is masked so long.
  var awaitsEnd = false
  /// The line's number.
  var line: UInt32 = 0
  var message = Message()
  /// Where the events go, 0 for nowhere.
  var port = EventPort(0)
  var owner = Link<Domain>()
}

/// How a line signals.
package struct InterruptMode: OptionSet, BitwiseCopyable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  package static var levelTriggered: Self { Self(rawValue: 1 << 0) }
  package static var activeLow: Self { Self(rawValue: 1 << 1) }

  /// What `MachineServices.interruptMode` says of a line that can't be had.
  package static var unavailable: UInt8 { 0xFF }
}
