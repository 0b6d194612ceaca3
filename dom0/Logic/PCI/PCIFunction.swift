/// A function that is there.
struct PCIFunction<Configuration: PCIConfiguration> {
  let address: PCIAddress
  let vendor: UInt16
  let device: UInt16
  private let configuration: Configuration

  /// Nil where nothing answers.
  init?(_ address: PCIAddress, _ configuration: Configuration) {
    let identity = configuration.read(address, PCIRegister.identity)
    vendor = UInt16(truncatingIfNeeded: identity)
    device = UInt16(truncatingIfNeeded: identity >> 16)
    if vendor == 0xFFFF || vendor == 0 { return nil }
    self.address = address
    self.configuration = configuration
  }

  func read(_ register: UInt8) -> UInt32 { configuration.read(address, register) }
  func write(_ value: UInt32, _ register: UInt8) { configuration.write(value, address, register) }

  /// Class, subclass and interface.
  var classCode: UInt32 { read(PCIRegister.classCode) >> 8 }
  private var headerType: UInt32 { read(PCIRegister.headerType) >> 16 & 0xFF }
  /// Whether other functions of the device may be there.
  var hasMoreFunctions: Bool { headerType & 0x80 != 0 }
  /// The bus behind a bridge; nil for what is none.
  var secondaryBus: UInt8? {
    headerType & 0x7F == 1 ? UInt8(truncatingIfNeeded: read(PCIRegister.buses) >> 8) : nil
  }

  /// The ISA line that firmware has wired the function's pin to; nil where it has none.
  var interruptLine: UInt8? {
    let word = read(PCIRegister.interrupt)
    let line = UInt8(truncatingIfNeeded: word)
    return word >> 8 & 0xFF == 0 || line == 0 || line == 0xFF ? nil : line
  }

  /// Changes the command register. The status bits beside it stay: a written zero leaves them.
  func command(set: PCICommand, clear: PCICommand = PCICommand()) {
    let old = read(PCIRegister.command) & 0xFFFF
    write(old & ~clear.rawValue | set.rawValue, PCIRegister.command)
  }

  /// What a base register decodes.
  enum Base: Equatable {
    case ports(first: UInt16, count: UInt64)
    case memory(address: UInt64, byteCount: UInt64)
  }

  /// The base register of that number; nil where it decodes nothing, or has not been given a place. The function decodes
  /// nothing while its sizes are asked for.
  func base(_ index: UInt8) -> Base? {
    if index >= (secondaryBus == nil ? 6 : 2) { return nil }
    let register = PCIRegister.firstBase + index * 4
    let low = read(register)
    let isMemory = low & 1 == 0
    let isWide = isMemory && low & 6 == 4
    if isWide && index == 5 { return nil }
    let command = read(PCIRegister.command) & 0xFFFF
    self.command(set: PCICommand(), clear: PCICommand.ports.union(.memory))
    write(.max, register)
    var mask = UInt64(read(register)) & (isMemory ? ~15 : ~3)
    write(low, register)
    var address = UInt64(low) & (isMemory ? ~15 : ~3)
    if isWide {
      let high = read(register + 4)
      write(.max, register + 4)
      mask |= UInt64(read(register + 4)) << 32
      write(high, register + 4)
      address |= UInt64(high) << 32
    } else if mask != 0 {
      mask |= 0xFFFF_FFFF_0000_0000
      // The upper half of a port register may be wired to zero.
      if !isMemory { mask |= 0xFFFF_0000 }
    }
    write(command, PCIRegister.command)
    if mask == 0 || address == 0 { return nil }
    let size = ~mask &+ 1
    // A size is a power of two, and the place a multiple of it.
    if size & (size &- 1) != 0 || address & (size &- 1) != 0 || address &+ (size &- 1) < address { return nil }
    if isMemory { return .memory(address: address, byteCount: size) }
    return address > 0xFFFF ? nil : .ports(first: UInt16(address), count: size)
  }

  /// Where each capability of the kind begins, in the list's order (PCI Local Bus Specification 3.0, 6.7). A list that
  /// runs in a circle ends.
  func capabilities(_ kind: UInt8) -> [UInt8] {
    var found: [UInt8] = []
    if read(PCIRegister.command) >> 16 & 1 << 4 == 0 { return found }
    var place = UInt8(truncatingIfNeeded: read(PCIRegister.capabilities)) & 0xFC
    // As many as fit behind the header.
    for _ in 0..<48 {
      if place < 0x40 { break }
      let word = read(place)
      if word == .max { break }
      if UInt8(truncatingIfNeeded: word) == kind { found.append(place) }
      place = UInt8(truncatingIfNeeded: word >> 8) & 0xFC
    }
    return found
  }

  /// The table of the function's MSI-X capability (PCI Local Bus Specification 3.0, 6.8.2).
  struct MessageTable: Equatable {
    /// Its machine address.
    var address: UInt64
    var entryCount: Int
  }

  /// Nil where the function has none, or an impossible one.
  var messageTable: MessageTable? {
    guard let capability = capabilities(0x11).first, capability <= 0xF4 else { return nil }
    let entries = Int(read(capability) >> 16 & 0x7FF) + 1
    let place = read(capability + 4)
    let offset = UInt64(place & ~7)
    guard case .memory(let address, let byteCount)? = base(UInt8(truncatingIfNeeded: place & 7)),
      offset &+ UInt64(entries) &* 16 <= byteCount
    else { return nil }
    return MessageTable(address: address &+ offset, entryCount: entries)
  }

  /// Whether the function can signal by a plain message.
  var hasMessage: Bool { !capabilities(0x05).isEmpty }
}
