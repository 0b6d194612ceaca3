#if canImport(XenABI)
  import XenABI
#endif

/// How often a vCPU was left, by kind.
package struct ExitStatistics: BitwiseCopyable {
  private var counts = InlineArray<19, UInt64>(repeating: 0)

  package init() {}

  /// Counts one exit.
  @inline(__always)
  package mutating func count(_ kind: ExitKind) {
    // A kind's number is below `ExitKind.count` by the enumeration.
    unsafe counts[unchecked: Int(kind.rawValue)] &+= 1
  }

  /// The exits of a kind so far.
  package subscript(kind: ExitKind) -> UInt64 { counts[Int(kind.rawValue)] }

  /// All exits so far.
  package var total: UInt64 {
    var sum: UInt64 = 0
    for index in 0..<ExitKind.count { sum &+= counts[index] }
    return sum
  }
}
