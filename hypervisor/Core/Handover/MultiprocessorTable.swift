#if canImport(XenABI)
  import XenABI
#endif

/// The table of machines without ACPI (MultiProcessor specification 1.4, chapter 4), for its interrupt controllers.
extension FirmwareTables {
  private static var headerSize: UInt64 { 44 }

  /// Reads the table that the floating pointer leads to, if there is one. Of several I/O APICs only the first that is
  /// enabled is taken: which global interrupts the lines of the others are, the table leaves open.
  mutating func readMultiprocessorTable(_ bytes: FirmwareBytes) {
    guard let pointer = Self.findMultiprocessorPointer(bytes) else { return }
    let table = bytes.pointer(pointer.advanced(by: 4))
    let length = bytes.value(table.advanced(by: 4), 2)
    // "PCMP". A machine without one is a default configuration, whose controllers are where they are taken for granted.
    guard bytes.value(table, 4) == 0x504D_4350, length >= Self.headerSize, bytes.isSound(table, length) else { return }
    localAPIC = bytes.pointer(table.advanced(by: 36))
    processorCount = 0
    var buses = BusSet()
    var controller: UInt8?
    Self.forEachEntry(of: table, length, bytes) { entry, type in
      let id = bytes.byte(entry.advanced(by: 1))
      switch type {
      case 0: processorCount &+= UInt32(bytes.byte(entry.advanced(by: 3)) & 1)
      case 1: if bytes.value(entry.advanced(by: 2), 3) == 0x49_4350 { buses.insert(id) }  // "PCI"
      case 2 where controller == nil && bytes.byte(entry.advanced(by: 3)) & 1 != 0:
        controller = id
        add(IOAPICRecord(address: bytes.pointer(entry.advanced(by: 4))))
      default: break
      }
    }
    guard let controller else { return }
    Self.forEachEntry(of: table, length, bytes) { entry, type in
      // A vectored interrupt, to this controller or to all.
      let target = bytes.byte(entry.advanced(by: 6))
      guard type == 3, bytes.byte(entry.advanced(by: 1)) == 0, target == controller || target == 0xFF else { return }
      addAssignment(entry, isPCI: buses.contains(bytes.byte(entry.advanced(by: 4))), bytes)
    }
  }

  /// Whose line goes to which input of the controller: kept where that is not what would be taken for granted.
  private mutating func addAssignment(_ entry: MachineAddress, isPCI: Bool, _ bytes: FirmwareBytes) {
    let interrupt = UInt32(bytes.byte(entry.advanced(by: 7)))
    let line = bytes.byte(entry.advanced(by: 5))
    let route = InterruptRoute(
      line: isPCI ? nil : line, interrupt: interrupt,
      signal: InterruptSignal(flags: bytes.value(entry.advanced(by: 2), 2), of: isPCI ? .pci : .isa))
    if signal(of: interrupt) != route.signal || !isPCI && UInt32(line) != interrupt { add(route) }
  }

  /// "_MP_" in the first KiB of the EBDA, in the last of the base memory, or in the BIOS.
  private static func findMultiprocessorPointer(_ bytes: FirmwareBytes) -> MachineAddress? {
    let signature: (value: UInt64, count: UInt64) = (0x5F50_4D5F, 4)
    let baseKibibytes = max(min(bytes.value(MachineAddress(0x413), 2), 640), 1)
    let base = MachineRange(MachineAddress((baseKibibytes &- 1) << 10), MachineAddress(baseKibibytes << 10))
    return bytes.find(signature, byteCount: 16, in: bytes.extendedArea)
      ?? bytes.find(signature, byteCount: 16, in: base)
      ?? bytes.find(
        signature, byteCount: 16, in: MachineRange(MachineAddress(0xF_0000), MachineAddress(0x10_0000)))
  }

  private static func forEachEntry(
    of table: MachineAddress, _ length: UInt64, _ bytes: FirmwareBytes,
    _ body: (_ entry: MachineAddress, _ type: UInt8) -> Void
  ) {
    var offset = headerSize
    while offset &+ 8 <= length {
      let entry = table.advanced(by: offset)
      let type = bytes.byte(entry)
      body(entry, type)
      offset &+= type == 0 ? 20 : 8  // processors take more
    }
  }
}

/// Numbers of buses.
private struct BusSet {
  private var bits = InlineArray<4, UInt64>(repeating: 0)

  mutating func insert(_ bus: UInt8) { bits[Int(bus >> 6)] |= 1 << UInt64(bus & 63) }
  func contains(_ bus: UInt8) -> Bool { bits[Int(bus >> 6)] >> UInt64(bus & 63) & 1 != 0 }
}
