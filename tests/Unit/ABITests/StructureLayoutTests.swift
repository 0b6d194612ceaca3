import HypercallTable
import Testing
import XenABI

/// The structures of abi/Xen against the public headers.
@Suite struct StructureLayoutTests {
  @Test(arguments: headerLayouts.indices) func matchesTheHeader(_ index: Int) {
    let header = headerLayouts[index]
    #expect(header.type.size(.bits64) == header.sizes.wide)
    #expect(header.type.size(.bits32) == header.sizes.narrow)
    let fields = fieldLayouts(of: header.type).filter { !isPadding($0, in: header) }
    #expect(fields.map(\.wide.lowerBound) == header.fields.map(\.wide), "\(header.name)")
    #expect(fields.map { $0.narrow?.lowerBound } == header.fields.map(\.narrow), "\(header.name)")
  }

  /// A guest passes the address of a value: it must lie in memory as the header's 64-bit form.
  @Test(arguments: headerLayouts.indices) func liesInMemoryAsTheHeaderSays(_ index: Int) {
    let type = headerLayouts[index].type
    for field in fieldLayouts(of: type) { expectWireIsMemory(type, field) }
    #expect(stride(of: type) == type.size(.bits64), "an array of \(type) has another stride than the header's")
  }

  @Test(arguments: headerLayouts.indices) func writesWhereItReads(_ index: Int) {
    roundTrip(headerLayouts[index].type)
  }

  /// Every structure that the table names is checked above, except those that are not in the headers.
  @Test func coversTheTable() {
    let checked = Set(headerLayouts.map { "\($0.type)" })
    let own: Set = [
      "ApusDomainName", "ApusExitStatistics", "ApusRingLayout", "DomainControlGetInformation",
    ]
    for operation in hypercalls.flatMap(\.operations) {
      if let type = operation.argument.structure { #expect(checked.union(own).contains("\(type)")) }
    }
  }

  /// Where another structure follows the header of a domctl, it starts at byte 16.
  @Test func domainControlHoldsInformationAtSixteen() {
    let fields = fieldLayouts(of: DomainControlGetInformation.self)
    #expect(DomainControlGetInformation.size(.bits32) == 144)
    #expect(fields.first { $0.owner == "DomainInformation" }?.wide.lowerBound == 16)
    #expect(fields.first { $0.name == "cpuTime" }?.narrow == 72..<80)
  }

  /// Apus's own structures have the same bytes in both widths.
  @Test func ownStructuresDoNotDependOnTheWidth() {
    let own: [StructureType] = [
      ApusDomainName.self, ApusExitStatistics.self, ApusExitCount.self, ApusRingLayout.self,
    ]
    for type in own {
      #expect(type.size(.bits64) == type.size(.bits32))
      for field in fieldLayouts(of: type) where field.narrow != nil { #expect(field.wide == field.narrow) }
      roundTrip(type)
    }
  }

  @Test func memoryMapEntriesArePacked() {
    #expect(MemoryMapEntry.size(.bits64) == 20 && MemoryMapEntry.size(.bits32) == 20)
    #expect(fieldLayouts(of: MemoryMapEntry.self).map(\.wide) == [0..<8, 8..<16, 16..<20])
  }

  /// A field of the Swift structure that stands for padding of the header's.
  private func isPadding(_ field: FieldLayout, in header: HeaderLayout) -> Bool {
    let name = field.name.lowercased()
    let isNamed = header.fields.contains { $0.wide == field.wide.lowerBound }
    return (name.contains("reserved") || name == "unused") && !isNamed
  }
}

private func stride<S: WireStructure>(of _: S.Type) -> Int { MemoryLayout<S>.stride }

/// Sets each byte of a field in a guest's memory and looks for it at the same place of the value's memory.
private func expectWireIsMemory<S: WireStructure>(_: S.Type, _ field: FieldLayout) {
  for byte in field.wide where !field.name.lowercased().contains("reserved") && field.name != "unused" {
    var bytes = WireBytes()
    bytes[byte] = 0x5A
    var reader = WireReader(bytes, width: .bits64)
    let value = S(from: &reader)
    let memory = withUnsafeBytes(of: value) { [UInt8]($0) }
    #expect(memory[byte] == 0x5A, "\(S.self).\(field.name)")
  }
}

/// Random bytes, read and written back over others, give back the fields and leave the padding.
private func roundTrip<S: WireStructure>(_: S.Type) {
  var random = SplitMix64(seed: 0xA9)
  for width in [CallWidth.bits64, .bits32] {
    for _ in 0..<50 {
      var input = WireBytes()
      var old = WireBytes()
      for index in 0..<S.size(width) {
        input[index] = UInt8(truncatingIfNeeded: random.next())
        old[index] = UInt8(truncatingIfNeeded: random.next())
      }
      var reader = WireReader(input, width: width)
      let value = S(from: &reader)
      var writer = WireWriter(old, width: width)
      value.write(to: &writer)
      let output = writer.bytes
      for index in output.indices {
        #expect(output[index] == input[index] || output[index] == old[index])
        if index >= S.size(width) { #expect(output[index] == 0, "\(S.self) writes past its end") }
      }
      var again = WireReader(output, width: width)
      var second = WireWriter(WireBytes(), width: width)
      var first = WireWriter(WireBytes(), width: width)
      S(from: &again).write(to: &second)
      value.write(to: &first)
      for index in output.indices { #expect(first.bytes[index] == second.bytes[index]) }
    }
  }
}
