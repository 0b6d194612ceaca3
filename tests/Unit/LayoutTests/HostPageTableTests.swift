import Machine
import Testing
import XenABI

/// The hypervisor's own page tables, in a buffer whose start is machine address 0.
@Suite struct HostPageTableTests {
  private static let code: UInt64 = 0xFFFF_8080_0010_0000
  private static let directMap: UInt64 = 0xFFFF_8180_0000_0000
  /// Machine memory: code, constants and data of the image lie at 64 MiB, of two, one and one pages.
  private static let image: UInt64 = 64 << 20

  /// Tables with what `map` puts there beside the image, and what the look at them finds.
  private func check(_ map: (inout HostPageTables) -> Void) -> UInt64? {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: 64 * 4096, alignment: 4096)
    defer { memory.deallocate() }
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: 64 * 4096)
    var tables = HostPageTables(
      root: MachineAddress(0), tables: MachineAddress(4096), windowBase: UInt(bitPattern: memory),
      hasGigabytePages: true)
    tables.map(Self.code, to: MachineAddress(Self.image), size: 0x2000, .code)
    tables.map(Self.code + 0x2000, to: MachineAddress(Self.image + 0x2000), size: 0x1000, .constants)
    tables.map(Self.code + 0x3000, to: MachineAddress(Self.image + 0x3000), size: 0x1000, .data)
    map(&tables)
    return tables.firstWritable(
      executing: Self.code..<Self.code + 0x2000, holding: Self.image..<Self.image + 0x3000)
  }

  private func directly(_ tables: inout HostPageTables, _ range: Range<UInt64>, _ rights: HostMapping) {
    tables.map(
      Self.directMap + range.lowerBound, to: MachineAddress(range.lowerBound),
      size: range.upperBound - range.lowerBound,
      rights)
  }

  @Test func imageAndDirectMapAreFine() {
    let found = check {
      directly(&$0, 0..<Self.image, .data)
      directly(&$0, Self.image..<Self.image + 0x3000, .constants)
      directly(&$0, Self.image + 0x3000..<3 << 30, .data)
    }
    #expect(found == nil)
  }

  /// By a page of each size that covers code or constants.
  @Test(
    arguments: [
      (0..<1 << 30, 0), (60 << 20..<66 << 20, 64 << 20), (64 << 20..<64 << 20 + 0x1000, 64 << 20),
      (64 << 20 + 0x2000..<64 << 20 + 0x3000, 64 << 20 + 0x2000),
    ] as [(Range<UInt64>, UInt64)])
  func aWritableAliasIsFound(_ range: Range<UInt64>, _ address: UInt64) {
    #expect(check { directly(&$0, range, .data) } == Self.directMap + address)
  }

  @Test func codeIsNotWritten() {
    #expect(
      check { $0.map(Self.code + 0x1000, to: MachineAddress(1 << 20), size: 0x1000, [.present, .writable]) }
        == Self.code + 0x1000)
  }

  @Test func nothingElseIsExecuted() {
    #expect(
      check { $0.map(Self.code + 0x2000, to: MachineAddress(Self.image + 0x2000), size: 0x1000, .code) }
        == Self.code + 0x2000)
    #expect(check { directly(&$0, 1 << 30..<2 << 30, .code) } == Self.directMap + 1 << 30)
  }
}
