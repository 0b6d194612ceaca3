#if canImport(XenABI)
  import XenABI
#endif

/// How often a vCPU was left, by kind.
package struct ExitStatistics: BitwiseCopyable {
  /// A power of two, with a place for each kind and some to spare.
  private var counts = InlineArray<32, UInt64>(repeating: 0)

  package init() {}

  /// The place of a kind: of whatever number, one that is there.
  @inline(__always)
  private static func index(_ kind: ExitKind) -> Int { Int(kind.rawValue & 31) }

  /// Counts one exit.
  @inline(__always)
  package mutating func count(_ kind: ExitKind) {
    // In range by the mask.
    unsafe counts[unchecked: Self.index(kind)] &+= 1
  }

  /// The exits of a kind so far.
  package subscript(kind: ExitKind) -> UInt64 { counts[Self.index(kind)] }

  /// All exits so far.
  package var total: UInt64 {
    var sum: UInt64 = 0
    for index in 0..<ExitKind.count { sum &+= counts[index] }
    return sum
  }
}
