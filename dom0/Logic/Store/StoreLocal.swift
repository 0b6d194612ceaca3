#if canImport(XenABI)
  import XenABI
#endif

/// Domain 0's own use of the store: it may do everything, and has no quota. Paths are absolute.
extension Store {
  /// A node's value. - Throws: `notFound`, or `invalidArgument` for what is no path.
  func read(_ path: String) throws(StoreError) -> String {
    String(decoding: try node(try nodePath(path), for: local).value, as: UTF8.self)
  }

  /// Whether there is such a node.
  func exists(_ path: String) -> Bool {
    guard let place = try? nodePath(path) else { return false }
    return tree[place] != nil
  }

  /// The names of a node's children, in order. - Throws: `notFound`, `invalidArgument`.
  func list(_ path: String) throws(StoreError) -> [String] {
    try node(try nodePath(path), for: local).children.map { String(decoding: $0.bytes, as: UTF8.self) }
  }

  /// Sets a node's value, and makes what is missing on the way. New nodes have the permissions of the one that they are
  /// in. - Throws: `invalidArgument`.
  func write(_ path: String, _ value: String) throws(StoreError) {
    try write(try nodePath(path), Array(value.utf8), by: local)
  }

  /// Makes a node without a value unless it is there. - Throws: `invalidArgument`.
  func makeDirectory(_ path: String) throws(StoreError) { try makeDirectory(try nodePath(path), by: local) }

  /// Takes a node and all below it away; it need not be there. - Throws: `invalidArgument`.
  func remove(_ path: String) throws(StoreError) {
    do {
      try remove(try nodePath(path), by: local)
    } catch StoreError.notFound {
      // Not even its parent is there.
    }
  }

  /// Sets who owns a node, the first of the list, and who may do what. - Throws: `notFound`, `invalidArgument`.
  func setPermissions(_ path: String, _ permissions: [StorePermission]) throws(StoreError) {
    try setPermissions(try StorePath(path), permissions, by: local)
  }

  /// Who owns a node, and who may do what. - Throws: `notFound`, `invalidArgument`.
  func permissions(of path: String) throws(StoreError) -> [StorePermission] {
    try permissions(of: try StorePath(path), for: local)
  }

  /// Has `handler` called on each change at or below a path, or on `@introduceDomain` or `@releaseDomain`: once at first,
  /// and each time by `deliver()`, never within the call that changes something. It is told the path that changed, or
  /// the watch's own path where so much has changed that it does not say what. - Throws: `invalidArgument`.
  func watch(_ path: String, _ handler: @escaping (String) -> Void) throws(StoreError) -> StoreWatch {
    try watch(try StorePath(path), token: [], isRelative: false, by: local, handler: handler)
  }

  /// Whether `deliver()` has something to do.
  var hasDeliveries: Bool { !local.events.isEmpty }

  /// Calls the handlers of domain 0's watches for what has changed so far. What they change is for the next time.
  func deliver() {
    var remaining = local.events.count
    while remaining > 0, let event = local.events.takeFirst() {
      remaining -= 1
      event.watch.handler?(event.path.text)
    }
  }

  private func nodePath(_ text: String) throws(StoreError) -> StorePath {
    let path = try StorePath(text)
    if path.isSpecial { throw .invalidArgument }
    return path
  }
}
