import Testing
import XenABI

@testable import Core

@Suite struct MemoryTypeRangesTests {
  private static let fixed: [UInt32] = [0x250, 0x258, 0x259] + Array(0x268...0x26F)
  private static let variable = Array(0x200...0x20F as ClosedRange<UInt32>)

  private func takes(_ number: UInt32, _ value: UInt64) -> Bool {
    var ranges = MemoryTypeRanges()
    guard (try? ranges.write(number, value, addressBits: 40)) != nil else { return false }
    return (try? ranges.read(number)) == value
  }

  @Test func startsWithAllMemoryWriteBack() throws {
    let ranges = MemoryTypeRanges()
    #expect(try ranges.read(0xFE) == 0x508)
    #expect(try ranges.read(0x2FF) == 0x806)
    for number in Self.fixed { #expect(try ranges.read(number) == 0x0606_0606_0606_0606) }
    for number in Self.variable { #expect(try ranges.read(number) == 0) }
  }

  @Test func keepsEachByItself() throws {
    var ranges = MemoryTypeRanges()
    let all = Self.fixed + Self.variable
    for (index, number) in all.enumerated() where number >= 0x250 {
      try ranges.write(number, UInt64(index % 7 == 0 ? 6 : 1) << (UInt64(index % 8) * 8), addressBits: 40)
    }
    for (index, number) in all.enumerated() where number < 0x250 {
      try ranges.write(number, UInt64(index) << 12, addressBits: 40)
    }
    for (index, number) in all.enumerated() {
      let expected =
        number < 0x250 ? UInt64(index) << 12 : UInt64(index % 7 == 0 ? 6 : 1) << (UInt64(index % 8) * 8)
      #expect(try ranges.read(number) == expected)
    }
  }

  @Test func refusesWhatAProcessorRefuses() {
    for type in 0...255 as ClosedRange<UInt64> {
      let isType = [0, 1, 4, 5, 6].contains(type)
      #expect(takes(0x250, type << 24) == isType)
      #expect(takes(0x200, 0x1000 | type) == isType)
      #expect(takes(0x2FF, 0x800 | type) == isType)
    }
    for value in [1 << 9, 1 << 11, 1 << 40, 1 << 63] as [UInt64] { #expect(!takes(0x200, value)) }
    for value in [1, 1 << 10, 1 << 40] as [UInt64] { #expect(!takes(0x201, value)) }
    #expect(takes(0x201, 0xFF_FFF0_0800))
    for value in [1 << 9, 1 << 12, 1 << 63] as [UInt64] { #expect(!takes(0x2FF, value)) }
    #expect(takes(0x2FF, 0xC06))
    #expect(!takes(0xFE, 0x508))
    for number in [0xFD, 0x210, 0x24F, 0x251, 0x25A, 0x267, 0x270, 0x277, 0x2FE, 0x300] as [UInt32] {
      #expect(!takes(number, 0))
      #expect((try? MemoryTypeRanges().read(number)) == nil)
      #expect(!MemoryTypeRanges.contain(number))
    }
  }

  @Test func thePolicyLeadsThere() {
    let policy = MSRPolicy(CPUIDTable(host: EveryBitHost(), policy: .testing([])))
    for number in [0xFE, 0x2FF] + Self.fixed + Self.variable {
      #expect(policy.read(number) == .memoryTypes(number))
      #expect(policy.write(number, 7) == .memoryTypes(number, 7))
    }
  }
}
