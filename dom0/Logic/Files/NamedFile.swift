/// A file that a guest can be made of: its name, and where its bytes are.
struct NamedFile {
  let name: String
  let source: ByteSource

  /// What follows the last `/` of a path.
  static func baseName(_ path: String) -> String {
    let bytes = Array(path.utf8)
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return path }
    return String(decoding: bytes[(slash + 1)...], as: UTF8.self)
  }

  /// The name of a boot module by its words: `name=` where one of them says so, else the first word without its
  /// folders; `module N` where there are none.
  static func moduleName(_ words: String, index: Int) -> String {
    let parts = words.utf8.split(separator: 0x20, omittingEmptySubsequences: true)
    for part in parts where part.starts(with: "name=".utf8) && part.count > 5 {
      return ConfigurationText.printable(part.dropFirst(5))
    }
    guard let first = parts.first else { return "module\(index)" }
    let name = baseName(ConfigurationText.printable(first))
    return name.isEmpty ? "module\(index)" : name
  }
}
