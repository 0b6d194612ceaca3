/// xenstore: the tree of small values through which this domain, the tools and the backends find each other.
///
///     let name = try XenStore.read("name")
///     let watch = try XenStore.watch("control/shutdown") { path in ... }
///     while true { XenStore.waitForEvents() }
///
/// A refused request throws `GuestError.store`; what the calls below list are its values. Relative paths are meant below this domain's own place, `/local/domain/N`. Every call waits for its answer. All of it
/// is for the guest's main flow, handlers of watches included: none is called while an interrupt is handled.
enum XenStore {
  nonisolated(unsafe) private static var link: XenStoreLink?
  nonisolated(unsafe) private static var hasLooked = false

  /// The ring to the server; found at the first use.
  static var found: XenStoreLink? {
    if unsafe !hasLooked {
      unsafe hasLooked = true
      if let ring = XenStoreRing.find() { unsafe link = XenStoreLink(ring) }
    }
    return unsafe link
  }

  /// Whether this domain has a store.
  static var isPresent: Bool { found != nil }

  static func request(
    _ type: StoreMessageType, _ strings: [String], bytes: [UInt8] = [], in transaction: Transaction? = nil
  ) throws(GuestError) -> [UInt8] {
    guard let link = found else { throw .store(.ioError) }
    return try link.request(type, strings, bytes: bytes, transaction: transaction?.id ?? 0)
  }
}

// MARK: Nodes

extension XenStore {
  /// A node's value. - Throws: `notFound`, `accessDenied`.
  static func read(_ path: String, in transaction: Transaction? = nil) throws(GuestError) -> String {
    String(decoding: try request(.read, [path], in: transaction), as: UTF8.self)
  }

  /// A node's value as a decimal number; nil where it is none. - Throws: as `read`.
  static func readNumber(_ path: String, in transaction: Transaction? = nil) throws(GuestError) -> UInt64? {
    var number: UInt64 = 0
    let text = try request(.read, [path], in: transaction)
    for byte in text {
      guard byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") else { return nil }
      let (product, isTooLarge) = number.multipliedReportingOverflow(by: 10)
      let (sum, isToo) = product.addingReportingOverflow(UInt64(byte - UInt8(ascii: "0")))
      if isTooLarge || isToo { return nil }
      number = sum
    }
    return text.isEmpty ? nil : number
  }

  /// Sets a node's value; the node, and what is missing above it, is made. - Throws: `accessDenied`, `noSpace`.
  static func write(_ path: String, _ value: String, in transaction: Transaction? = nil) throws(GuestError) {
    _ = try request(.write, [path], bytes: Array(value.utf8), in: transaction)
  }

  /// Makes a node without a value, unless it is there. - Throws: `accessDenied`, `noSpace`.
  static func makeDirectory(_ path: String, in transaction: Transaction? = nil) throws(GuestError) {
    _ = try request(.makeDirectory, [path], in: transaction)
  }

  /// Takes a node and all below it away. - Throws: `accessDenied`; `notFound` where not even its parent is there.
  static func remove(_ path: String, in transaction: Transaction? = nil) throws(GuestError) {
    _ = try request(.remove, [path], in: transaction)
  }

  /// The names of a node's children. - Throws: `notFound`, `accessDenied`.
  static func list(_ path: String, in transaction: Transaction? = nil) throws(GuestError) -> [String] {
    do {
      return XenStoreMessage.strings(in: try request(.directory, [path], in: transaction)[...])
    } catch GuestError.store(.tooBig) {
      var directory = XenStoreDirectory()
      while true {
        let part = try request(.directoryPart, [path, "\(directory.offset)"], in: transaction)
        do {
          if let names = try directory.accept(part) { return names }
        } catch {
          throw .store(error)
        }
      }
    }
  }

  /// Whether there is such a node that this domain may read.
  static func exists(_ path: String, in transaction: Transaction? = nil) -> Bool {
    (try? request(.read, [path], in: transaction)) != nil
  }

  /// A node's permissions as the wire has them, "n5" or "r0": the owner and what all others may do, then one for each
  /// domain that may do something else. The letters are n(othing), r(ead), w(rite), b(oth). - Throws: as `read`.
  static func permissions(of path: String, in transaction: Transaction? = nil) throws(GuestError) -> [String] {
    XenStoreMessage.strings(in: try request(.getPermissions, [path], in: transaction)[...])
  }

  /// Sets a node's permissions, in the same form. - Throws: `accessDenied` for a node of another owner.
  static func setPermissions(
    _ path: String, _ permissions: [String], in transaction: Transaction? = nil
  ) throws(GuestError) {
    _ = try request(.setPermissions, [path] + permissions, in: transaction)
  }

  /// Where a domain's own nodes are. - Throws: `invalidArgument` for a number that no domain has.
  static func path(of domain: DomainID) throws(GuestError) -> String {
    XenStoreMessage.strings(in: try request(.getDomainPath, ["\(domain.rawValue)"])[...]).first ?? ""
  }
}
