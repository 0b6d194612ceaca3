#if canImport(XenABI)
  import XenABI
#endif
#if canImport(CMachine)
  import CMachine
#endif

/// What the machine's ACPI tables say, as far as ring -1 needs it: interrupt controllers and timers. No AML is read
/// but the power-off value (ACPI specification 6.4, chapter 5).
package struct FirmwareTables: BitwiseCopyable {
  package var localAPIC = MachineAddress(0xFEE0_0000)
  package var ioAPICs = InlineArray<4, IOAPICRecord>(repeating: IOAPICRecord())
  package var ioAPICCount = 0
  package var overrides = InlineArray<16, InterruptOverride>(repeating: InterruptOverride())
  package var overrideCount = 0
  package var hpet: MachineAddress?
  /// The PM timer's port, and whether it counts 32 bits rather than 24.
  package var pmTimerPort: UInt16 = 0
  package var pmTimerIsWide = false
  package var pm1aControl: UInt16 = 0
  package var pm1bControl: UInt16 = 0
  /// Where writing `acpiEnable` hands the power registers over from the firmware.
  package var smiCommandPort: UInt16 = 0
  package var acpiEnable: UInt8 = 0
  /// The values for SLP_TYP of \_S5: PM1a, PM1b.
  package var sleepType5: (a: UInt16, b: UInt16)?
  package var resetPort: UInt16 = 0
  package var resetValue: UInt8 = 0
  package var century: UInt8 = 0
  package var rsdp: MachineAddress?

  package struct IOAPICRecord: BitwiseCopyable {
    package var address = MachineAddress(0)
    package var firstInterrupt: UInt32 = 0
  }

  package struct InterruptOverride: BitwiseCopyable {
    package var line: UInt8 = 0
    package var interrupt: UInt32 = 0
    package var flags: UInt16 = 0
  }

  private let windowBase: UInt
  private let limit: UInt64

  /// Looks for the tables in the BIOS areas. Without any, what every PC has is taken for granted.
  ///
  /// - Parameters:
  ///   - windowBase: where machine address 0 is mapped.
  ///   - limit: the first machine address that is not mapped there.
  package init(windowBase: UInt, limit: UInt64) {
    self.windowBase = windowBase
    self.limit = limit
    rsdp = findRSDP()
    if let rsdp { readRoot(rsdp) }
  }

  private func byte(_ address: UInt64) -> UInt8 {
    guard address < limit else { return 0 }
    return UInt8(truncatingIfNeeded: apus_load32(windowBase &+ UInt(address & ~3)) >> (UInt32(address & 3) &* 8))
  }

  private func value(_ address: UInt64, _ count: UInt64) -> UInt64 {
    var result: UInt64 = 0
    var index = count
    while index > 0 {
      index &-= 1
      result = result << 8 | UInt64(byte(address &+ index))
    }
    return result
  }

  private func sum(_ address: UInt64, _ count: UInt64) -> UInt8 {
    var total: UInt8 = 0
    var index: UInt64 = 0
    while index < count {
      total &+= byte(address &+ index)
      index &+= 1
    }
    return total
  }

  /// "RSD PTR " on a 16-byte boundary, in the first KiB of the EBDA or below 1 MiB (ACPI 5.2.5.1).
  private func findRSDP() -> MachineAddress? {
    let signature: UInt64 = 0x2052_5450_2044_5352
    let extended = value(0x40E, 2) << 4
    if extended >= 0x8_0000, extended < 0xA_0000 {
      var address = extended
      while address < extended &+ 1024 {
        if value(address, 8) == signature, sum(address, 20) == 0 { return MachineAddress(address) }
        address &+= 16
      }
    }
    var address: UInt64 = 0xE_0000
    while address < 0x10_0000 {
      if value(address, 8) == signature, sum(address, 20) == 0 { return MachineAddress(address) }
      address &+= 16
    }
    return nil
  }

  private mutating func readRoot(_ rsdp: MachineAddress) {
    let isExtended = byte(rsdp.rawValue &+ 15) >= 2 && value(rsdp.rawValue &+ 24, 8) != 0
    let root = isExtended ? value(rsdp.rawValue &+ 24, 8) : value(rsdp.rawValue &+ 16, 4)
    let entrySize: UInt64 = isExtended ? 8 : 4
    let length = min(value(root &+ 4, 4), 4096)
    var offset: UInt64 = 36
    while offset &+ entrySize <= length {
      readTable(value(root &+ offset, entrySize))
      offset &+= entrySize
    }
  }

  private mutating func readTable(_ table: UInt64) {
    let length = value(table &+ 4, 4)
    guard length >= 36, length < 1 << 20, sum(table, length) == 0 else { return }
    switch value(table, 4) {
    case 0x4349_5041: readInterrupts(table, length)  // "APIC"
    case 0x5445_5048: hpet = MachineAddress(value(table &+ 44, 8))  // "HPET"
    case 0x5043_4146: readFixed(table, length)  // "FACP"
    default: break
    }
  }

  /// The multiple APIC description table (ACPI 5.2.12).
  private mutating func readInterrupts(_ table: UInt64, _ length: UInt64) {
    localAPIC = MachineAddress(value(table &+ 36, 4))
    var offset: UInt64 = 44
    while offset &+ 2 <= length {
      let entry = table &+ offset
      let size = UInt64(byte(entry &+ 1))
      guard size >= 2 else { return }
      switch byte(entry) {
      case 1 where ioAPICCount < 4:
        ioAPICs[ioAPICCount] = IOAPICRecord(
          address: MachineAddress(value(entry &+ 4, 4)),
          firstInterrupt: UInt32(truncatingIfNeeded: value(entry &+ 8, 4)))
        ioAPICCount &+= 1
      case 2 where overrideCount < 16:
        overrides[overrideCount] = InterruptOverride(
          line: byte(entry &+ 3), interrupt: UInt32(truncatingIfNeeded: value(entry &+ 4, 4)),
          flags: UInt16(truncatingIfNeeded: value(entry &+ 8, 2)))
        overrideCount &+= 1
      default: break
      }
      offset &+= size
    }
  }

  /// The fixed description table (ACPI 5.2.9) and \_S5 out of the table that it leads to.
  private mutating func readFixed(_ table: UInt64, _ length: UInt64) {
    pmTimerPort = UInt16(truncatingIfNeeded: value(table &+ 76, 4))
    pm1aControl = UInt16(truncatingIfNeeded: value(table &+ 64, 4))
    pm1bControl = UInt16(truncatingIfNeeded: value(table &+ 68, 4))
    smiCommandPort = UInt16(truncatingIfNeeded: value(table &+ 48, 4))
    acpiEnable = byte(table &+ 52)
    century = byte(table &+ 108)
    let flags = value(table &+ 112, 4)
    pmTimerIsWide = flags >> 8 & 1 != 0
    if flags >> 10 & 1 != 0, length >= 129, byte(table &+ 116) == 1 {
      resetPort = UInt16(truncatingIfNeeded: value(table &+ 120, 8))
      resetValue = byte(table &+ 128)
    }
    sleepType5 = findSleepType(value(table &+ 40, 4))
  }

  /// The two numbers of the package named \_S5_, found by its name: no AML is interpreted (ACPI 7.4.2, 20.2.5.4).
  private func findSleepType(_ table: UInt64) -> (a: UInt16, b: UInt16)? {
    let length = min(value(table &+ 4, 4), 1 << 20)
    var offset: UInt64 = 36
    while offset &+ 16 < length {
      if value(table &+ offset, 4) == 0x5F35_535F, byte(table &+ offset &+ 4) == 0x12 {
        // PackageOp, its length in 1 to 4 bytes, the number of elements, and then bytes, zeros or ones.
        var at = table &+ offset &+ 5
        at &+= UInt64(byte(at) >> 6) &+ 2
        let first = element(&at)
        let second = element(&at)
        return (first, second)
      }
      offset &+= 1
    }
    return nil
  }

  private func element(_ at: inout UInt64) -> UInt16 {
    if byte(at) == 0x0A {
      at &+= 2
      return UInt16(byte(at &- 1))
    }
    at &+= 1
    return UInt16(byte(at &- 1))  // ZeroOp and OneOp are the numbers themselves
  }

  /// The global interrupt of an ISA line, and its trigger: level and active-low.
  package func isaInterrupt(_ line: UInt32) -> (interrupt: UInt32, isLevel: Bool, isLow: Bool) {
    var index = 0
    while index < overrideCount {
      let record = overrides[index]
      if UInt32(record.line) == line {
        return (record.interrupt, record.flags >> 2 & 3 == 3, record.flags & 3 == 3)
      }
      index &+= 1
    }
    return (line, false, false)
  }
}
