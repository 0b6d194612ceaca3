import Testing
import XenABI

@testable import Dom0Logic

/// Where a guest's own tables show its memory.
@Suite struct KernelMappingsTests {
  /// A guest's tables: words by their guest-physical addresses.
  private final class Tables {
    var words: [UInt64: UInt64] = [:]
    private(set) var readCount = 0

    func read(_ address: GuestPhysicalAddress) -> [UInt64]? {
      readCount += 1
      return (0..<512).map { words[address.rawValue + $0 * 8] ?? 0 }
    }
  }

  private func range(_ address: UInt64, _ virtual: UInt64, _ byteCount: UInt64) -> CoreRange {
    CoreRange(
      address: GuestPhysicalAddress(address), virtualAddress: GuestVirtualAddress(virtual), byteCount: byteCount)
  }

  private func mappings(_ tables: Tables, ram: UInt64 = 16 << 20, cr4: UInt64 = 0x20) -> [CoreRange] {
    var control = HVMControlRegisters()
    control.cr3 = 0x1000
    control.cr4 = cr4
    var mappings = KernelMappings(control, isLongMode: true, ram: [range(0, 0, ram)])
    while !mappings.isDone { mappings.step(tables.read) }
    return mappings.found
  }

  /// As Linux has it: all RAM by a page of 1 GiB, the kernel by large pages, a stack by small ones; the lower half is
  /// somebody else's.
  @Test func findsWhatAKernelSees() {
    let tables = Tables()
    tables.words[0x1000] = 0x2003  // a process
    tables.words[0x2000] = 0x83
    tables.words[0x1000 + 273 * 8] = 0x3003  // 0xFFFF888000000000
    tables.words[0x3000] = 0x8000_0000_0000_0083
    tables.words[0x1000 + 511 * 8] = 0x4003
    tables.words[0x4000 + 510 * 8] = 0x5003  // 0xFFFFFFFF80000000
    tables.words[0x5000 + 8 * 8] = 0x0080_01E3  // 0xFFFFFFFF81000000, global and dirty
    tables.words[0x5000 + 9 * 8] = 0x00A0_0083
    tables.words[0x5000 + 16 * 8] = 0x6003
    tables.words[0x6000] = 0x7003
    tables.words[0x6008] = 0x8003
    tables.words[0x6010] = 0x7003
    tables.words[0x6018] = 0xFEE0_0003  // no RAM
    #expect(
      mappings(tables) == [
        range(0, 0xFFFF_8880_0000_0000, 16 << 20), range(0x80_0000, 0xFFFF_FFFF_8100_0000, 4 << 20),
        range(0x7000, 0xFFFF_FFFF_8200_0000, 0x2000), range(0x7000, 0xFFFF_FFFF_8200_2000, 0x1000),
      ])
  }

  @Test func goesFiveLevelsDown() {
    let tables = Tables()
    tables.words[0x1000 + 511 * 8] = 0x2003
    tables.words[0x2000 + 511 * 8] = 0x3003
    tables.words[0x3000 + 511 * 8] = 0x4003
    tables.words[0x4000 + 511 * 8] = 0x40_0083
    #expect(mappings(tables, cr4: 0x1020) == [range(0x40_0000, 0xFFFF_FFFF_FFE0_0000, 2 << 20)])
  }

  @Test func looksAtNothingOutsideOfLongMode() {
    let mappings = KernelMappings(HVMControlRegisters(), isLongMode: false, ram: [range(0, 0, 4096)])
    #expect(mappings.isDone && mappings.found.isEmpty)
  }

  /// Tables that are each other's, all of them, end the walk all the same.
  @Test func isNotKeptBusy() {
    let tables = Tables()
    for index in 0..<UInt64(512) { tables.words[0x1000 + index * 8] = 0x1003 }
    let found = mappings(tables, ram: 0x2000)
    #expect(tables.readCount <= KernelMappings.tableLimit)
    #expect(found.count <= KernelMappings.rangeLimit)
  }
}
