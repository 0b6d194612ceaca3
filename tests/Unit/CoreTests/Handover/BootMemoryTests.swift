import Testing
import XenABI

@testable import Core

/// What of the loader's memory map is used, and where the boot code takes what it needs.
@Suite struct BootMemoryTests {
  private static let mebibyte: UInt64 = 1 << 20

  private static func ranges(_ memory: BootMemory) -> [MachineRange] { (0..<memory.count).map { memory.ranges[$0] } }

  private static func range(_ start: UInt64, _ end: UInt64) -> MachineRange {
    MachineRange(MachineAddress(start), MachineAddress(end))
  }

  /// QEMU's pc with 3300 MiB: a hole below 1 MiB, and firmware's tables at the end of RAM.
  private static func personalComputer() -> BootMemory {
    var memory = BootMemory()
    memory.addUsable(MachineAddress(0), byteCount: 0x9FC00)
    memory.addUsable(MachineAddress(0x10_0000), byteCount: 0xCE3E_0000 - 0x10_0000)
    memory.exclude(MachineAddress(0x9FC00), byteCount: 0x400)
    memory.exclude(MachineAddress(0xF_0000), byteCount: 0x1_0000)
    memory.exclude(MachineAddress(0xCE3E_0000), byteCount: 0x2_0000)
    memory.exclude(MachineAddress(0xFFFC_0000), byteCount: 0x4_0000)
    return memory
  }

  @Test func keepsToWholeFrames() {
    let memory = Self.personalComputer()
    #expect(Self.ranges(memory) == [Self.range(0, 0x9F000), Self.range(0x10_0000, 0xCE3E_0000)])
    #expect(memory.total == 0x9F000 + 0xCE3E_0000 - 0x10_0000)
    #expect(memory.limit == MachineAddress(0xCE3E_0000))
  }

  @Test func joinsWhatTouches() {
    var memory = BootMemory()
    memory.addUsable(MachineAddress(0x30_0000), byteCount: 0x10_0000)
    memory.addUsable(MachineAddress(0x10_0000), byteCount: 0x10_0000)
    #expect(memory.count == 2)
    memory.addUsable(MachineAddress(0x1F_0000), byteCount: 0x11_0000)
    #expect(Self.ranges(memory) == [Self.range(0x10_0000, 0x40_0000)])
  }

  /// What firmware keeps is no RAM, whatever the map says of it besides.
  @Test func leavesOutWhatIsToldTwice() {
    var memory = BootMemory()
    memory.addUsable(MachineAddress(0x10_0000), byteCount: 0x100_0000)
    memory.exclude(MachineAddress(0x80_0800), byteCount: 0x1000)
    #expect(Self.ranges(memory) == [Self.range(0x10_0000, 0x80_0000), Self.range(0x80_2000, 0x110_0000)])
    memory.exclude(MachineAddress(0), byteCount: .max)
    #expect(memory.count == 0 && memory.limit == MachineAddress(0) && memory.total == 0)
  }

  @Test(
    arguments: [(.max, .max), (.max - 4094, 1), (0x1001, 0xFFF), (0x1000, 0), (0x1FFF, 0x1000)] as [(UInt64, UInt64)])
  func leavesOutWhatHoldsNoFrame(_ address: UInt64, _ byteCount: UInt64) {
    var memory = BootMemory()
    memory.addUsable(MachineAddress(address), byteCount: byteCount)
    #expect(memory.count == 0)
  }

  @Test func survivesMoreRangesThanItHolds() {
    var memory = BootMemory()
    for index in (0..<100).reversed() {
      memory.addUsable(MachineAddress(UInt64(index) * 2 * Self.mebibyte), byteCount: Self.mebibyte)
    }
    #expect(memory.count == 64)
    for index in 0..<100 {
      memory.exclude(MachineAddress(UInt64(index) * 2 * Self.mebibyte + 0x8_0000), byteCount: 4096)
    }
    let ranges = Self.ranges(memory)
    #expect(ranges.count == 64)
    for (first, second) in zip(ranges, ranges.dropFirst()) { #expect(first.end < second.start) }
  }

  @Test func takesFromTheEndAndGoesRound() {
    var memory = Self.personalComputer()
    let module = Self.range(0xCE00_0000, 0xCE3D_F123)
    let isKept = memory.keep(module.start, byteCount: module.byteCount)
    #expect(isKept)
    memory.start()
    let places = [1, 4097, .max, 1 << 32, 4096].map { memory.take($0) }
    #expect(
      places == [MachineAddress(0xCDFF_F000), MachineAddress(0xCDFF_D000), nil, nil, MachineAddress(0xCDFF_C000)])
    #expect(memory.taken == Self.range(0xCDFF_C000, 0xCE3E_0000))
  }

  /// The first page tables reach 4 GiB: nothing is taken beyond, however much there is.
  @Test func takesBelowFourGibibytes() {
    var memory = BootMemory()
    memory.addUsable(MachineAddress(0x10_0000), byteCount: 0x1000_0000)
    memory.addUsable(MachineAddress(0x1_0000_0000), byteCount: 0x10_0000_0000)
    memory.start()
    let place = memory.take(4096)
    #expect(place == MachineAddress(0x1010_0000 - 4096))
  }

  @Test func tellsWhereItCanKeepNoMore() {
    var memory = BootMemory()
    var kept = 0
    while kept < 1000, memory.keep(MachineAddress(UInt64(kept) << 20), byteCount: 1) { kept += 1 }
    // 32 modules with their strings, the image and the loader's five structures.
    #expect(kept >= 32 * 2 + 6 && kept < 1000)
  }

  /// The tables that a range is said to need suffice for every end that it can have.
  @Test(
    arguments: [
      (0, 0x10_0000, 1 + 1 + 1), (0x10_0000, 0xCE3E_0000, 1 + 4 + 2), (0x3FFF_F000, 0x4000_1000, 1 + 2 + 2),
      (0x7F_FFFF_F000, 0x80_0000_1000, 2 + 2 + 2), (0x20_0000, 0x40_0000, 1 + 1),
    ] as [(UInt64, UInt64, UInt64)])
  func countsTables(_ start: UInt64, _ end: UInt64, _ needed: UInt64) {
    let bound = Self.range(start, end).tableBound
    #expect(bound >= needed && bound <= needed + 2)
  }
}
