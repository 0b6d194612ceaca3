#if canImport(XenABI)
  import XenABI
#endif

/// What the store knows of a domain: its privilege, and what it takes of its quota.
final class StoreClient: DomainKeyed {
  let domain: DomainID
  /// Whether `INTRODUCE` was done for it.
  var isIntroduced = false
  /// Whether `@releaseDomain` has told of its shutdown.
  var hasShutDown = false
  /// The domain whose nodes it may treat as its own: that of the guest which a device model serves.
  var target: DomainID?

  /// The nodes that it owns.
  var nodeCount = 0
  /// What its nodes, watches and transactions take of memory.
  var memory = 0

  var watches: [StoreWatch] = []
  var transactions: [StoreTransaction] = []
  var events = StoreEvents()
  /// Called when something was added to `events`.
  var onNews: (() -> Void)?
  private var lastTransaction: UInt32 = 0

  init(_ domain: DomainID) {
    self.domain = domain
    isIntroduced = domain == .zero
  }

  /// Domain 0 may do everything and has no quota.
  var isPrivileged: Bool { domain == .zero }

  /// What the domain may do with a node that has these permissions.
  func access(to permissions: [StorePermission]) -> StoreAccess {
    if isPrivileged || isMeant(by: permissions[0]) { return .all }
    for entry in permissions.dropFirst() where isMeant(by: entry) { return entry.access }
    return permissions[0].access
  }

  private func isMeant(by entry: StorePermission) -> Bool { entry.domain == domain || entry.domain == target }

  /// A number that none of its transactions has.
  func newTransactionID() -> UInt32 {
    repeat {
      lastTransaction &+= 1
    } while lastTransaction == 0 || transactions.contains { $0.id == lastTransaction }
    return lastTransaction
  }
}
