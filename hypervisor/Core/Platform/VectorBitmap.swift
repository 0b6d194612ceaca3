/// A bit for each of the 256 interrupt vectors: the form of the local APIC's IRR, ISR and TMR
/// (Intel SDM vol. 3 11.8.4).
package struct VectorBitmap: BitwiseCopyable {
  private var words = InlineArray<4, UInt64>(repeating: 0)

  package init() {}

  @inline(__always)
  package var isEmpty: Bool { words[0] | words[1] | words[2] | words[3] == 0 }

  @inline(__always)
  package subscript(vector: UInt8) -> Bool {
    get { words[Int(vector >> 6)] &>> UInt64(vector & 63) & 1 != 0 }
    set {
      let bit = 1 &<< UInt64(vector & 63)
      let word = words[Int(vector >> 6)]
      words[Int(vector >> 6)] = newValue ? word | bit : word & ~bit
    }
  }

  /// The highest vector whose bit is set; nil where none is.
  @inline(__always)
  package var highest: UInt8? {
    // Constant places let the optimiser keep the words in registers, where a loop would copy them to the stack.
    if words[3] != 0 { return Self.highest(words[3], above: 192) }
    if words[2] != 0 { return Self.highest(words[2], above: 128) }
    if words[1] != 0 { return Self.highest(words[1], above: 64) }
    return words[0] != 0 ? Self.highest(words[0], above: 0) : nil
  }

  @inline(__always)
  private static func highest(_ word: UInt64, above first: UInt8) -> UInt8 {
    first &+ 63 &- UInt8(truncatingIfNeeded: word.leadingZeroBitCount)
  }

  /// The 32 bits that one of the APIC's eight registers of the bitmap shows; `index` is 0 to 7, others wrap.
  package func register(_ index: UInt8) -> UInt32 {
    UInt32(truncatingIfNeeded: words[Int(index >> 1 & 3)] &>> (UInt64(index & 1) &* 32))
  }
}
