import Testing
import XenABI

@testable import Builder

/// Where the pieces go that a kernel is handed, and what the memory map says of them.
@Suite struct GuestPlacementTests {
  /// A kernel that ends at 0x100020, with further notes.
  private static func kernel(_ notes: [UInt8] = []) throws -> PVHImage {
    var file = ELFFile.kernel()
    file.segments[1].contents += notes
    return try PVHImage(file.bytes.span.bytes)
  }

  private static let mapsItsModules = ELFFile.note(16, descriptor: ELFFile.number(1 as UInt32))

  private static func sizes(line: Int, _ modules: [UInt64], tables: UInt64 = 0) -> GuestPlacement.Sizes {
    var sizes = GuestPlacement.Sizes(line: line, tables: tables)
    for module in modules { sizes.add(module: module, line: 0) }
    return sizes
  }

  @Test func placesPiecesBehindTheKernel() throws {
    let map = try GuestMemoryMap(frames: 16 << 8)
    let placement = try GuestPlacement(
      behind: Self.kernel(), Self.sizes(line: 10, [5000, 1], tables: 4096), in: map)
    #expect(placement.modules[0] == GuestPhysicalAddress(0x10_1000))
    #expect(placement.modules[1] == GuestPhysicalAddress(0x10_3000))
    #expect(placement.tables == GuestPhysicalAddress(0x10_4000))
    #expect(placement.startInfo == GuestPhysicalAddress(0x10_5000) && placement.startInfoSize == 8192)
    let bare = try GuestPlacement(behind: Self.kernel(), Self.sizes(line: 0, []), in: map)
    #expect(bare.startInfo == GuestPhysicalAddress(0x10_1000))
  }

  /// A 32-bit Linux maps little more than its image before it looks at its start info: that is not behind a ramdisk.
  @Test func placesTheStartInfoFirstForKernelsThatMapTheirModules() throws {
    let map = try GuestMemoryMap(frames: 16 << 8)
    let placement = try GuestPlacement(
      behind: Self.kernel(Self.mapsItsModules), Self.sizes(line: 10, [8 << 20], tables: 4096), in: map)
    #expect(placement.startInfo == GuestPhysicalAddress(0x10_1000) && placement.startInfoSize == 8192)
    #expect(placement.modules[0] == GuestPhysicalAddress(0x10_3000))
    #expect(placement.tables == GuestPhysicalAddress(0x90_3000))
  }

  /// As Xen's tools have it: RAM is one range from 0 on, whatever lies in it, and the tables are elsewhere.
  @Test func leavesRAMOneRange() throws {
    var map = try GuestMemoryMap(frames: 64 << 8)
    let kernel = try Self.kernel()
    let tables = ACPITables(for: kernel, vcpuCount: 1)
    try tables.mark(in: &map)
    let placement = try GuestPlacement(behind: kernel, Self.sizes(line: 0, [1 << 20]), in: map)
    #expect(tables.base == GuestPhysicalAddress(0xFC00_0000) && tables.rsdp == tables.base)
    #expect(map[0].address == GuestPhysicalAddress(0) && map[0].byteCount == 64 << 20 && map[0].type == .ram)
    #expect((1..<map.count).allSatisfy { map[$0].type != .ram })
    #expect(map.isRAM(placement.startInfo, byteCount: placement.startInfoSize))
  }

  /// For a Linux that searches the firmware's area the root pointer is there, and the RAM from 1 MiB on is still one range.
  @Test func putsTheRootPointerWhereItIsSearched() throws {
    var map = try GuestMemoryMap(frames: 64 << 8)
    let kernel = try Self.kernel(ELFFile.note(6, descriptor: Array("linux\0".utf8)))
    let tables = ACPITables(for: kernel, vcpuCount: 1)
    try tables.mark(in: &map)
    #expect(tables.rsdp == GuestPhysicalAddress(0xF_FFC0) && tables.xsdt == GuestPhysicalAddress(0xFC00_0040))
    #expect(map[0].byteCount == 0xF_F000 && map[0].type == .ram)
    #expect(map[1].address == GuestPhysicalAddress(0xF_F000) && map[1].byteCount == 4096 && map[1].type == .acpi)
    #expect(map[2].address == GuestPhysicalAddress(0x10_0000) && map[2].byteCount == 63 << 20 && map[2].type == .ram)
    var low = TestMemory(base: 0xF_F000, count: 4096)
    try tables.rootPointer.write(at: tables.rsdp, into: &low)
    #expect(low.load(0xF_FFC0, as: UInt64.self) == 0x2052_5450_2044_5352)
    #expect(low.load(0xF_FFC0 + 24, as: UInt64.self) == 0xFC00_0040)
  }

  @Test func saysWhatDoesNotFit() throws {
    let map = try GuestMemoryMap(frames: 2 << 8)
    func misfit(_ kernel: PVHImage, _ sizes: GuestPlacement.Sizes) -> GuestPlacement.Misfit? {
      do throws(GuestPlacement.Misfit) {
        _ = try GuestPlacement(behind: kernel, sizes, in: map)
        return nil
      } catch {
        return error
      }
    }
    let kernel = try Self.kernel()
    #expect(misfit(kernel, Self.sizes(line: 0, [1 << 20])) == .module(1 << 20))
    #expect(misfit(kernel, Self.sizes(line: 0, [.max])) == .module(.max))
    #expect(misfit(kernel, Self.sizes(line: 0, [1044480])) == .startInfo(8192))
    #expect(misfit(try Self.kernel(Self.mapsItsModules), Self.sizes(line: 0, [1044480])) == .module(1044480))
    #expect(misfit(kernel, Self.sizes(line: 0, [1036288], tables: 12288)) == .tables(12288))
    #expect(misfit(kernel, Self.sizes(line: 0, [1036288])) == nil)
  }
}
