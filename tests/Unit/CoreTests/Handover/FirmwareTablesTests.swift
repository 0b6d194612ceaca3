import Testing
import XenABI

@testable import Core

/// What firmware's tables say, wherever they lie.
@Suite struct FirmwareTablesTests {
  /// A table with its header and its checksum.
  private static func table(_ signature: String, _ count: Int, _ fill: (inout TableBytes) -> Void) -> [UInt8] {
    var table = TableBytes(count)
    table.set(signature, at: 0)
    table.set(UInt32(count), at: 4)
    fill(&table)
    table.balance(9)
    return table.bytes
  }

  private static func root(_ signature: String, _ entries: [UInt64], wide: Bool) -> [UInt8] {
    let size = wide ? 8 : 4
    return table(signature, 36 + entries.count * size) { table in
      for (index, entry) in entries.enumerated() {
        if wide { table.set(entry, at: 36 + index * size) } else { table.set(UInt32(entry), at: 36 + index * size) }
      }
    }
  }

  /// "RSD PTR " of revision 0, or 2 with an XSDT.
  private static func pointer(root: UInt32, extended: UInt64 = 0) -> [UInt8] {
    var pointer = TableBytes(36)
    pointer.set("RSD PTR ", at: 0)
    pointer.set(UInt8(extended == 0 ? 0 : 2), at: 15)
    pointer.set(root, at: 16)
    pointer.set(UInt32(36), at: 20)
    pointer.set(extended, at: 24)
    pointer.balance(8, count: 20)
    pointer.balance(32)
    return pointer.bytes
  }

  private static let interrupts = table("APIC", 44 + 12 + 10 + 10 + 8 + 8 + 16) { table in
    table.set(UInt32(0xFEE0_0000), at: 36)
    // A processor, one that is not there, and one with an x2APIC.
    table.set(UInt16(8 << 8 | 0), at: 76)
    table.set(UInt32(1), at: 80)
    table.set(UInt16(8 << 8 | 0), at: 84)
    table.set(UInt16(16 << 8 | 9), at: 92)
    table.set(UInt32(1), at: 100)
    table.set(UInt16(12 << 8 | 1), at: 44)
    table.set(UInt32(0xFEC0_1000), at: 48)
    table.set(UInt32(24), at: 52)
    // Line 0 is input 2; line 9 is level-triggered and active high.
    for (offset, line, interrupt, flags) in [(56, 0, 2, 0), (66, 9, 9, 0xD)] {
      table.set(UInt16(10 << 8 | 2), at: offset)
      table.set(UInt8(line), at: offset + 3)
      table.set(UInt32(interrupt), at: offset + 4)
      table.set(UInt16(flags), at: offset + 8)
    }
  }

  private static func fixed(definitions: UInt32) -> [UInt8] {
    table("FACP", 132) { table in
      table.set(definitions, at: 40)
      table.set(UInt32(0xB2), at: 48)
      table.set(UInt8(2), at: 52)
      table.set(UInt32(0x604), at: 64)
      table.set(UInt32(0x608), at: 76)
      table.set(UInt8(0x32), at: 108)
      table.set(UInt32(1 << 10), at: 112)
      table.set(UInt8(1), at: 116)
      table.set(UInt64(0xCF9), at: 120)
      table.set(UInt8(0xF), at: 128)
    }
  }

  private static let definitions = table("DSDT", 80) { table in
    table.set("_S5_", at: 40)
    for (index, byte) in [0x12, 6, 4, 0x0A, 5, 1, 0, 0].enumerated() { table.set(UInt8(byte), at: 44 + index) }
  }

  /// Puts a set of tables from `base` on into a machine's memory, with the pointer to them in the BIOS.
  private static func fill(_ memory: SparseMemory, base: UInt64, wide: Bool = false) {
    memory.put(pointer(root: UInt32(base), extended: wide ? base : 0), at: 0xF_5AD0)
    memory.put(
      root(wide ? "XSDT" : "RSDT", [base + 0x1000, base + 0x2000, base + 0x4000], wide: wide), at: base)
    memory.put(interrupts, at: base + 0x1000)
    memory.put(fixed(definitions: UInt32(base + 0x3000)), at: base + 0x2000)
    memory.put(definitions, at: base + 0x3000)
    memory.put(table("HPET", 56) { $0.set(UInt64(0xFED0_0000), at: 44) }, at: base + 0x4000)
  }

  /// At the end of RAM, which is where a PC has them: below 1 GiB, and above 3 GiB with 3.2 GiB of RAM.
  @Test(
    arguments: [(0x0FFE_0000, false), (0xCE3E_1AD0, false), (0xBFFE_0000, true), (0xFFF0_0000, true)]
      as [(UInt64, Bool)])
  func readsTablesAnywhere(_ base: UInt64, _ wide: Bool) throws {
    let memory = SparseMemory()
    Self.fill(memory, base: base, wide: wide)
    let tables = memory.tables
    #expect(tables.localAPIC == MachineAddress(0xFEE0_0000))
    #expect(tables.ioAPICCount == 1 && tables.ioAPICs[0].address == MachineAddress(0xFEC0_1000))
    #expect(tables.ioAPICs[0].firstInterrupt == 24)
    #expect(tables.processorCount == 2)
    #expect(tables.isaInterrupt(0).interrupt == 2)
    #expect(tables.isaInterrupt(9) == (9, InterruptSignal(isLevel: true, isLow: false)))
    #expect(tables.isaInterrupt(4) == (4, .isa))
    #expect(tables.signal(of: 9) == InterruptSignal(isLevel: true) && tables.signal(of: 16) == .pci)
    #expect(tables.hpet == MachineAddress(0xFED0_0000))
    #expect(tables.pmTimerPort == 0x608 && tables.pm1aControl == 0x604 && tables.century == 0x32)
    #expect(tables.resetPort == 0xCF9 && tables.resetValue == 0xF)
    let sleep = try #require(tables.sleepType5)
    #expect(sleep == (5, 1))
  }

  /// A pointer to where nothing can be read leads to nothing: it is not followed.
  @Test(arguments: [0x1_0000_0000, 0xFFFF_FFF0, 0xFFFF_FFFF_FFFF_FF00] as [UInt64])
  func readsNothingOutsideOfTheWindow(_ base: UInt64) {
    let memory = SparseMemory()
    memory.put(Self.pointer(root: 0, extended: base), at: 0xF_5AD0)
    let tables = memory.tables
    #expect(tables.pmTimerPort == 0 && tables.hpet == nil && tables.sleepType5 == nil)
    #expect(tables.processorCount == 0)
    // What every PC has.
    #expect(tables.ioAPICCount == 1 && tables.ioAPICs[0].address == MachineAddress(0xFEC0_0000))
    #expect(tables.localAPIC == MachineAddress(0xFEE0_0000))
  }

  @Test func readsNoTableWhoseSumIsWrong() {
    let memory = SparseMemory()
    Self.fill(memory, base: 0x0FFE_0000)
    memory.put([0xFF], at: 0x0FFE_0000 + 0x1000 + 37)
    #expect(memory.tables.ioAPICs[0].address == MachineAddress(0xFEC0_0000))
  }

  @Test func looksIntoTheExtendedArea() {
    let memory = SparseMemory()
    Self.fill(memory, base: 0x0FFE_0000)
    memory.put([UInt8](repeating: 0, count: 36), at: 0xF_5AD0)
    #expect(memory.tables.hpet == nil)
    memory.put([0xC0, 0x9F], at: 0x40E)
    memory.put(Self.pointer(root: 0x0FFE_0000), at: 0x9_FC20)
    #expect(memory.tables.hpet != nil)
  }
}
