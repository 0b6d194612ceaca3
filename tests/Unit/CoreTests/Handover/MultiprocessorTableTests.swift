import Testing
import XenABI

@testable import Core

/// A machine without ACPI tells of its interrupt controllers by the MultiProcessor specification's table.
@Suite struct MultiprocessorTableTests {
  private static let place: UInt64 = 0x9_F800

  private static func floatingPointer(to table: UInt64) -> [UInt8] {
    var pointer = TableBytes(16)
    pointer.set("_MP_", at: 0)
    pointer.set(UInt32(table), at: 4)
    pointer.set(UInt8(1), at: 8)
    pointer.set(UInt8(4), at: 9)
    pointer.balance(10)
    return pointer.bytes
  }

  private static func table(_ entries: [[UInt8]]) -> [UInt8] {
    var table = TableBytes(44)
    table.set("PCMP", at: 0)
    table.set(UInt32(0xFEE0_0000), at: 36)
    for entry in entries { table.append(entry) }
    table.set(UInt16(table.bytes.count), at: 4)
    table.balance(7)
    return table.bytes
  }

  private static func bus(_ id: UInt8, _ name: String) -> [UInt8] { [1, id] + Array(name.utf8) }

  private static func controller(_ id: UInt8, enabled: Bool, at address: UInt32) -> [UInt8] {
    [2, id, 0x20, enabled ? 1 : 0] + (0..<4).map { UInt8(truncatingIfNeeded: address >> (8 * $0)) }
  }

  private static func interrupt(
    type: UInt8 = 0, flags: UInt8 = 0, bus: UInt8, line: UInt8, controller: UInt8, input: UInt8
  ) -> [UInt8] {
    [3, type, flags, 0, bus, line, controller, input]
  }

  private static func processor(enabled: Bool) -> [UInt8] {
    [0, 0, 0x14, enabled ? 1 : 0] + [UInt8](repeating: 0, count: 16)
  }

  private func read(_ entries: [[UInt8]], pointerAt place: UInt64 = 0xF_5B00) -> FirmwareTables {
    let memory = SparseMemory()
    memory.put(Self.floatingPointer(to: 0x9_F000), at: place)
    memory.put(Self.table(entries), at: 0x9_F000)
    return memory.tables
  }

  /// As SeaBIOS makes it: PCI's lines level-triggered, the timer at input 2, all else where ISA has it.
  @Test func routesLines() {
    let tables = read([
      Self.processor(enabled: true), Self.processor(enabled: false), Self.bus(0, "PCI   "), Self.bus(1, "ISA   "),
      Self.controller(3, enabled: false, at: 0xFEC0_8000), Self.controller(2, enabled: true, at: 0xFEC0_4000),
      Self.interrupt(bus: 0, line: 12, controller: 2, input: 11),
      Self.interrupt(flags: 0xD, bus: 0, line: 16, controller: 2, input: 10),
      Self.interrupt(bus: 1, line: 0, controller: 2, input: 2),
      Self.interrupt(bus: 1, line: 4, controller: 2, input: 4),
      Self.interrupt(bus: 1, line: 7, controller: 0xFF, input: 20),
      Self.interrupt(bus: 1, line: 5, controller: 9, input: 21),
      Self.interrupt(type: 3, bus: 1, line: 3, controller: 2, input: 22),
    ])
    #expect(tables.ioAPICCount == 1 && tables.ioAPICs[0].address == MachineAddress(0xFEC0_4000))
    #expect(tables.isaInterrupt(4) == (4, .isa))
    #expect(tables.isaInterrupt(0) == (2, .isa))
    #expect(tables.isaInterrupt(7) == (20, .isa))
    #expect(tables.isaInterrupt(5) == (5, .isa) && tables.isaInterrupt(3) == (3, .isa))
    #expect(tables.signal(of: 11) == .pci)
    #expect(tables.signal(of: 10) == InterruptSignal(isLevel: true, isLow: false))
    #expect(tables.signal(of: 4) == .isa)
    #expect(tables.routeCount == 4)
    #expect(tables.processorCount == 1)
  }

  @Test(arguments: [0x9_FC00, 0x9_F800, 0xF_FFF0] as [UInt64])
  func isFoundWhereTheSpecificationHasIt(_ place: UInt64) {
    let memory = SparseMemory()
    memory.put([0xC0, 0x9F], at: 0x40E)  // the extended area, at 0x9FC00
    memory.put([0x7F, 0x02], at: 0x413)  // 639 KiB of base memory
    memory.put(Self.floatingPointer(to: 0x1000), at: place)
    memory.put(Self.table([Self.controller(1, enabled: true, at: 0xFEC1_0000)]), at: 0x1000)
    #expect(memory.tables.ioAPICs[0].address == MachineAddress(0xFEC1_0000))
  }

  /// Without a table, or with one whose sum is wrong, the controllers are where they are by default.
  @Test func takesTheDefaultForGranted() {
    let memory = SparseMemory()
    memory.put(Self.floatingPointer(to: 0), at: 0xF_5B00)
    #expect(memory.tables.ioAPICs[0].address == MachineAddress(0xFEC0_0000))
    var bad = Self.table([Self.controller(1, enabled: true, at: 0xFEC1_0000)])
    bad[20] &+= 1
    memory.put(bad, at: 0x1000)
    memory.put(Self.floatingPointer(to: 0x1000), at: 0xF_5B00)
    #expect(memory.tables.ioAPICs[0].address == MachineAddress(0xFEC0_0000))
  }

  /// More than it can keep, and a length that ends within an entry.
  @Test func survivesALongTable() {
    let entries = (0..<200).map { Self.interrupt(bus: 1, line: UInt8($0), controller: 1, input: UInt8($0) &+ 20) }
    let tables = read([Self.controller(1, enabled: true, at: 0xFEC1_0000)] + entries + [[3, 0, 0]])
    #expect(tables.routeCount == tables.routes.count)
    #expect(tables.isaInterrupt(0).interrupt == 20 && tables.isaInterrupt(199).interrupt == 199)
  }
}
