/// How far something is, for one line.
enum ProgressBar {
  private static var width: UInt64 { 30 }

  /// `[#########                     ]  30 %`.
  static func text(_ done: UInt64, of total: UInt64) -> String {
    let done = min(done, total)
    // In parts of a number that no multiplication below overflows.
    let scale = max(total >> 32, 1)
    let (part, whole) = (done / scale, max(total / scale, 1))
    let filled = Int(part * width / whole)
    let bar = String(repeating: "#", count: filled) + String(repeating: " ", count: Int(width) - filled)
    return "[\(bar)] \(Column.trailing("\(part * 100 / whole)", width: 3)) %"
  }
}
