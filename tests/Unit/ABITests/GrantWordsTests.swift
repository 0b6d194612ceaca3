import Testing
import XenABI

/// The elements of grant operations out of words, against their layouts as structures.
@Suite struct GrantWordsTests {
  private func bytes(_ words: [UInt64]) -> WireBytes {
    var bytes = WireBytes()
    for (index, word) in words.enumerated() {
      for byte in 0..<8 { bytes[index * 8 + byte] = UInt8(truncatingIfNeeded: word >> UInt64(byte * 8)) }
    }
    return bytes
  }

  private func structure<S: WireStructure>(_: S.Type, _ words: [UInt64], _ width: CallWidth) -> S {
    var reader = WireReader(bytes(words), width: width)
    return S(from: &reader)
  }

  @Test(arguments: 1...50) func agreeWithTheStructures(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let words = (0..<5).map { _ in random.next() }
    let four: InlineArray<4, UInt64> = [words[0], words[1], words[2], words[3]]
    let three: InlineArray<3, UInt64> = [words[0], words[1], words[2]]
    let five: InlineArray<5, UInt64> = [words[0], words[1], words[2], words[3], words[4]]
    for width in [CallWidth.bits64, .bits32] {
      #expect(GrantMap(words: four) == structure(GrantMap.self, words, width))
      #expect(GrantUnmap(words: three) == structure(GrantUnmap.self, words, width))
    }
    #expect(GrantCopy(words: five) == structure(GrantCopy.self, words, .bits64))
    #expect(GrantCopy(narrowWords: three) == structure(GrantCopy.self, words, .bits32))
  }

  @Test func outcomesStandWhereTheStructuresHaveThem() {
    var map = GrantMap(reference: GrantReference(7), domain: DomainID(0x1234))
    map.status = .badPage
    map.handle = GrantHandle(0x5678_9ABC)
    var writer = WireWriter(WireBytes(), width: .bits64)
    map.write(to: &writer)
    for byte in 0..<8 {
      #expect(
        writer.bytes[GrantMap.outcomeOffset + byte] == UInt8(truncatingIfNeeded: map.outcomeWord >> UInt64(byte * 8)))
    }
    for width in [CallWidth.bits64, .bits32] {
      var copy = GrantCopy()
      copy.status = .badPage
      writer = WireWriter(WireBytes(), width: width)
      copy.write(to: &writer)
      #expect(writer.bytes[GrantCopy.statusOffset(width)] == 0xF7)
      var unmap = GrantUnmap()
      unmap.status = .badPage
      writer = WireWriter(WireBytes(), width: width)
      unmap.write(to: &writer)
      #expect(writer.bytes[GrantUnmap.statusOffset] == 0xF7)
    }
  }
}
