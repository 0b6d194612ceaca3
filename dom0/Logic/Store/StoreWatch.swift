#if canImport(XenABI)
  import XenABI
#endif

/// A wish to be told of what changes at and below a path.
final class StoreWatch {
  let path: StorePath
  /// The word that a guest finds its watch by.
  let token: [UInt8]
  /// Whether the guest named the path relative to its home: events do so too then.
  let isRelative: Bool
  /// Who is told.
  let client: StoreClient
  /// What is called instead of sending a message: for domain 0's own watches.
  let handler: ((String) -> Void)?
  /// Nil once it is cancelled.
  private var store: Store?

  init(
    path: StorePath, token: [UInt8], isRelative: Bool, client: StoreClient, store: Store,
    handler: ((String) -> Void)? = nil
  ) {
    self.path = path
    self.token = token
    self.isRelative = isRelative
    self.client = client
    self.store = store
    self.handler = handler
  }

  var isCancelled: Bool { store == nil }

  /// Ends it: nothing more is told, not even of what has happened already.
  func cancel() {
    let store = self.store
    self.store = nil
    store?.forget(self)
  }

  /// What it takes of its domain's memory.
  var charge: Int { 256 + 2 * path.bytes.count + token.count }

  /// A path as this watch's events say it.
  func spelling(of path: StorePath) -> [UInt8] {
    if isRelative, let relative = path.relative(to: client.domain) { return relative }
    return path.bytes
  }
}
