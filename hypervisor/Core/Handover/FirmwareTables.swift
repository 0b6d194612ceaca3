#if canImport(XenABI)
  import XenABI
#endif

/// What firmware tells of the machine, as far as ring -1 needs it: interrupt controllers and timers. By its ACPI tables;
/// without them by the table of the MultiProcessor specification; else what every PC has is taken for granted.
///
/// The tables lie anywhere in memory: on a PC with 3.5 GiB at the end of them. So they are read once, through the window
/// of the first page tables, which maps all that lies below 4 GiB, and no address of them is kept to be read later.
package struct FirmwareTables: BitwiseCopyable {
  package var localAPIC = MachineAddress(0xFEE0_0000)
  package var ioAPICs = InlineArray<4, IOAPICRecord>(repeating: IOAPICRecord())
  package var ioAPICCount = 0
  package var routes = InlineArray<24, InterruptRoute>(repeating: InterruptRoute())
  package var routeCount = 0
  /// The processors that can be used; 0 where no table tells.
  package var processorCount: UInt32 = 0
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

  package struct IOAPICRecord: BitwiseCopyable {
    package var address = MachineAddress(0)
    package var firstInterrupt: UInt32 = 0
  }

  /// Looks for the tables in the BIOS areas.
  ///
  /// - Parameter window: maps all of the machine's memory that it contains.
  package init(_ window: DirectMap) {
    let bytes = FirmwareBytes(window: window)
    readACPI(bytes)
    if ioAPICCount == 0 { readMultiprocessorTable(bytes) }
    // Where each of the MultiProcessor specification's default configurations has it (version 1.4, chapter 5).
    if ioAPICCount == 0 { add(IOAPICRecord(address: MachineAddress(0xFEC0_0000))) }
  }

  mutating func add(_ controller: IOAPICRecord) {
    guard ioAPICCount < ioAPICs.count else { return }
    ioAPICs[ioAPICCount] = controller
    ioAPICCount &+= 1
  }
}
