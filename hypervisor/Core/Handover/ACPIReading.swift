#if canImport(XenABI)
  import XenABI
#endif

/// The ACPI tables (ACPI specification 6.4, chapter 5). No AML is read but the power-off value.
extension FirmwareTables {
  mutating func readACPI(_ bytes: FirmwareBytes) {
    // "RSD PTR ", in the first KiB of the EBDA or below 1 MiB (5.2.5.1).
    let signature: (value: UInt64, count: UInt64) = (0x2052_5450_2044_5352, 8)
    let bios = MachineRange(MachineAddress(0xE_0000), MachineAddress(0x10_0000))
    guard
      let pointer = bytes.find(signature, byteCount: 20, in: bytes.extendedArea)
        ?? bytes.find(signature, byteCount: 20, in: bios)
    else { return }
    let extended = bytes.value(pointer.advanced(by: 24), 8)
    let isExtended = bytes.byte(pointer.advanced(by: 15)) >= 2 && extended != 0
    let root = isExtended ? MachineAddress(extended) : bytes.pointer(pointer.advanced(by: 16))
    let entrySize: UInt64 = isExtended ? 8 : 4
    let length = min(bytes.value(root.advanced(by: 4), 4), 4096)
    var offset: UInt64 = 36
    while offset &+ entrySize <= length {
      readTable(MachineAddress(bytes.value(root.advanced(by: offset), entrySize)), bytes)
      offset &+= entrySize
    }
  }

  private mutating func readTable(_ table: MachineAddress, _ bytes: FirmwareBytes) {
    let length = bytes.value(table.advanced(by: 4), 4)
    guard length >= 36, length < 1 << 20, bytes.isSound(table, length) else { return }
    switch bytes.value(table, 4) {
    case 0x4349_5041: readInterrupts(table, length, bytes)  // "APIC"
    case 0x5445_5048: hpet = MachineAddress(bytes.value(table.advanced(by: 44), 8))  // "HPET"
    case 0x5043_4146: readFixed(table, length, bytes)  // "FACP"
    default: break
    }
  }

  /// The multiple APIC description table (5.2.12).
  private mutating func readInterrupts(_ table: MachineAddress, _ length: UInt64, _ bytes: FirmwareBytes) {
    localAPIC = bytes.pointer(table.advanced(by: 36))
    var offset: UInt64 = 44
    while offset &+ 2 <= length {
      let entry = table.advanced(by: offset)
      let size = UInt64(bytes.byte(entry.advanced(by: 1)))
      guard size >= 2 else { return }
      switch bytes.byte(entry) {
      // A processor's local APIC, or x2APIC: enabled or not by bit 0 of its flags.
      case 0: processorCount &+= UInt32(bytes.byte(entry.advanced(by: 4)) & 1)
      case 9: processorCount &+= UInt32(bytes.byte(entry.advanced(by: 8)) & 1)
      case 1:
        add(
          IOAPICRecord(
            address: bytes.pointer(entry.advanced(by: 4)),
            firstInterrupt: UInt32(truncatingIfNeeded: bytes.value(entry.advanced(by: 8), 4))))
      case 2:
        add(
          InterruptRoute(
            line: bytes.byte(entry.advanced(by: 3)),
            interrupt: UInt32(truncatingIfNeeded: bytes.value(entry.advanced(by: 4), 4)),
            signal: InterruptSignal(flags: bytes.value(entry.advanced(by: 8), 2), of: .isa)))
      case 5: localAPIC = MachineAddress(bytes.value(entry.advanced(by: 4), 8))
      default: break
      }
      offset &+= size
    }
  }

  /// The fixed description table (5.2.9), and \_S5 out of the table that it leads to.
  private mutating func readFixed(_ table: MachineAddress, _ length: UInt64, _ bytes: FirmwareBytes) {
    func value(_ offset: UInt64, _ count: UInt64) -> UInt64 { bytes.value(table.advanced(by: offset), count) }
    pmTimerPort = UInt16(truncatingIfNeeded: value(76, 4))
    pm1aControl = UInt16(truncatingIfNeeded: value(64, 4))
    pm1bControl = UInt16(truncatingIfNeeded: value(68, 4))
    smiCommandPort = UInt16(truncatingIfNeeded: value(48, 4))
    acpiEnable = UInt8(truncatingIfNeeded: value(52, 1))
    century = UInt8(truncatingIfNeeded: value(108, 1))
    let flags = value(112, 4)
    pmTimerIsWide = flags >> 8 & 1 != 0
    if flags >> 10 & 1 != 0, length >= 129, value(116, 1) == 1 {
      resetPort = UInt16(truncatingIfNeeded: value(120, 8))
      resetValue = UInt8(truncatingIfNeeded: value(128, 1))
    }
    sleepType5 = Self.findSleepType(bytes.pointer(table.advanced(by: 40)), bytes)
  }

  /// The two numbers of the package named \_S5_, found by its name: no AML is interpreted (7.4.2, 20.2.5.4).
  private static func findSleepType(_ table: MachineAddress, _ bytes: FirmwareBytes) -> (a: UInt16, b: UInt16)? {
    let length = min(bytes.value(table.advanced(by: 4), 4), 1 << 20)
    var offset: UInt64 = 36
    while offset &+ 16 < length {
      let place = table.advanced(by: offset)
      if bytes.value(place, 4) == 0x5F35_535F, bytes.byte(place.advanced(by: 4)) == 0x12 {
        // PackageOp, its length in 1 to 4 bytes, the number of elements, and then bytes, zeros or ones.
        var at = place.advanced(by: 5)
        at = at.advanced(by: UInt64(bytes.byte(at) >> 6) &+ 2)
        let first = element(&at, bytes)
        let second = element(&at, bytes)
        return (first, second)
      }
      offset &+= 1
    }
    return nil
  }

  private static func element(_ at: inout MachineAddress, _ bytes: FirmwareBytes) -> UInt16 {
    if bytes.byte(at) == 0x0A { at = at.advanced(by: 1) }  // BytePrefix; ZeroOp and OneOp are the numbers themselves
    at = at.advanced(by: 1)
    return UInt16(bytes.byte(MachineAddress(at.rawValue &- 1)))
  }
}
