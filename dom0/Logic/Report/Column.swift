/// Text of a fixed width.
enum Column {
  /// The text with spaces behind it. A longer one is not cut.
  static func leading(_ text: String, width: Int) -> String { text + padding(text, width) }

  /// The text with spaces before it. A longer one is not cut.
  static func trailing(_ text: String, width: Int) -> String { padding(text, width) + text }

  private static func padding(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(width - text.utf8.count, 0))
  }
}
