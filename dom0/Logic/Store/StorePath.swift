#if canImport(XenABI)
  import XenABI
#endif

/// The place of a node: "/" or "/a/b", or an event's name such as "@releaseDomain". Never with a slash at its end.
struct StorePath: Hashable, Comparable {
  let bytes: [UInt8]

  private init(unchecked bytes: [UInt8]) { self.bytes = bytes }

  private static var slash: UInt8 { UInt8(ascii: "/") }

  static var root: StorePath { StorePath(unchecked: [slash]) }
  /// Not a node: a watch of it is told of each domain that comes.
  static var introduceDomain: StorePath { StorePath(unchecked: Array("@introduceDomain".utf8)) }
  /// Not a node: a watch of it is told of each domain that ends.
  static var releaseDomain: StorePath { StorePath(unchecked: Array("@releaseDomain".utf8)) }
  /// Where a domain's own nodes are.
  static func home(of domain: DomainID) -> StorePath {
    StorePath(unchecked: Array("/local/domain/\(domain.rawValue)".utf8))
  }

  /// The form of the text that the wire and the local interface use.
  ///
  /// A relative path is meant below `domain`'s home (xenstore.txt, "Store path syntax"): names of letters, digits and
  /// "-/_@", no empty name, no slash at the end, and no longer than the protocol says.
  ///
  /// - Throws: `invalidArgument`.
  init(_ text: some Collection<UInt8>, of domain: DomainID) throws(StoreError) {
    guard let first = text.first else { throw .invalidArgument }
    if first == UInt8(ascii: "@") {
      if text.count > StoreLimits.relativePath || !text.allSatisfy(Self.isAllowed) { throw .invalidArgument }
      bytes = Array(text)
      return
    }
    let isRelative = first != Self.slash
    if text.count > (isRelative ? StoreLimits.relativePath : StoreLimits.absolutePath) { throw .invalidArgument }
    var bytes: [UInt8] = []
    if isRelative {
      bytes = Self.home(of: domain).bytes
      bytes.append(Self.slash)
    }
    bytes.reserveCapacity(bytes.count + text.count)
    var follows: UInt8 = isRelative ? Self.slash : 0
    for byte in text {
      if !Self.isAllowed(byte) || (byte == Self.slash && follows == Self.slash) { throw .invalidArgument }
      bytes.append(byte)
      follows = byte
    }
    if bytes.count > 1 && bytes[bytes.count - 1] == Self.slash { throw .invalidArgument }
    self.bytes = bytes
  }

  /// An absolute path in domain 0's own words.
  init(_ text: String) throws(StoreError) { try self.init(Array(text.utf8), of: .zero) }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), slash, UInt8(ascii: "_"), UInt8(ascii: "@"): true
    default: false
    }
  }

  /// Whether it names an event instead of a node.
  var isSpecial: Bool { bytes[0] == UInt8(ascii: "@") }
  var isRoot: Bool { bytes.count == 1 && bytes[0] == Self.slash }
  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// The names between the slashes.
  var depth: Int {
    if isRoot || isSpecial { return 0 }
    return bytes.reduce(0) { $1 == Self.slash ? $0 + 1 : $0 }
  }

  /// The node above; nil for the root and for an event.
  var parent: StorePath? {
    if isRoot || isSpecial { return nil }
    let last = bytes.lastIndex(of: Self.slash) ?? 0
    return last == 0 ? .root : StorePath(unchecked: Array(bytes[..<last]))
  }

  /// The last name.
  var name: StoreName {
    let last = bytes.lastIndex(of: Self.slash) ?? 0
    return StoreName(bytes: Array(bytes[(last + 1)...]))
  }

  /// The node of that name below this one.
  func appending(_ name: StoreName) -> StorePath {
    var bytes = isRoot ? [] : self.bytes
    bytes.reserveCapacity(bytes.count + 1 + name.bytes.count)
    bytes.append(Self.slash)
    bytes.append(contentsOf: name.bytes)
    return StorePath(unchecked: bytes)
  }

  /// Whether it is `ancestor` or lies below it.
  func isAtOrBelow(_ ancestor: StorePath) -> Bool {
    if isSpecial || ancestor.isSpecial { return self == ancestor }
    if ancestor.isRoot { return true }
    let length = ancestor.bytes.count
    if bytes.count < length || (bytes.count > length && bytes[length] != Self.slash) { return false }
    for index in 0..<length where bytes[index] != ancestor.bytes[index] { return false }
    return true
  }

  /// What follows the domain's home and a slash; nil where it does not lie below.
  func relative(to domain: DomainID) -> [UInt8]? {
    let home = Self.home(of: domain)
    if bytes.count <= home.bytes.count + 1 || !isAtOrBelow(home) { return nil }
    return Array(bytes[(home.bytes.count + 1)...])
  }

  /// Puts a node before all that lies below it.
  static func < (a: Self, b: Self) -> Bool { a.bytes.lexicographicallyPrecedes(b.bytes) }
}

/// One name of a path.
struct StoreName: Hashable, Comparable {
  let bytes: [UInt8]

  static func < (a: Self, b: Self) -> Bool { a.bytes.lexicographicallyPrecedes(b.bytes) }
}
