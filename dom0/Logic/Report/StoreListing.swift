/// The store as `xenstore-ls` shows it: depth first, node by node, so that a big store can be shown in pieces.
struct StoreListing {
  /// What is yet to be shown: paths with their depth, the next one last.
  private var pending: [(path: String, depth: Int)]
  private let fullPaths: Bool

  /// A node as it is found: its value, the names below it, and what stands behind (permissions).
  struct Node {
    let value: String
    let children: [String]
    let note: String
  }

  /// The root itself is not shown, only what is below it.
  init(below root: String, children: [String], fullPaths: Bool) {
    self.fullPaths = fullPaths
    pending = children.reversed().map { (Self.path($0, below: root), 0) }
  }

  var isDone: Bool { pending.isEmpty }

  /// The next line. `look` finds a node, or nil for one that has gone meanwhile, which is left out.
  mutating func next(_ look: (String) -> Node?) -> String? {
    while let (path, depth) = pending.popLast() {
      guard let node = look(path) else { continue }
      for child in node.children.reversed() { pending.append((Self.path(child, below: path), depth + 1)) }
      let name = fullPaths ? path : String(repeating: " ", count: depth) + Self.name(path)
      return "\(name) = \"\(Self.quoted(node.value))\"\(node.note.isEmpty ? "" : "   \(node.note)")"
    }
    return nil
  }

  static func path(_ name: String, below directory: String) -> String {
    directory.utf8.last == UInt8(ascii: "/") ? directory + name : "\(directory)/\(name)"
  }

  private static func name(_ path: String) -> String {
    let bytes = Array(path.utf8)
    return PlainText.of(bytes[((bytes.lastIndex(of: UInt8(ascii: "/")) ?? -1) + 1)...])
  }

  /// The longest part of a value that is shown.
  private static var longestValue: Int { 160 }

  /// A value that a terminal may see: quotes and backslashes with a backslash, other bytes as octal escapes.
  static func quoted(_ value: String) -> String {
    var result: [UInt8] = []
    for byte in value.utf8.prefix(longestValue) {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): result += [UInt8(ascii: "\\"), byte]
      case 0x20...0x7E: result.append(byte)
      case 0x0A: result += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
      default: result += [UInt8(ascii: "\\"), 0x30 + (byte >> 6), 0x30 + (byte >> 3 & 7), 0x30 + (byte & 7)]
      }
    }
    return PlainText.of(result) + (value.utf8.count > longestValue ? "..." : "")
  }
}
