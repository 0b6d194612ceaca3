#if canImport(XenABI)
  import XenABI
#endif

/// xenstore: the tree of small values through which domains and their tools find each other (xenstore.txt).
///
/// This is the whole of it but the rings: domain 0 uses it directly, by the methods of `StoreLocal.swift`; what a
/// guest's ring brings goes through a `StoreConnection`. Nothing here waits, and no handler of a watch is called before
/// `deliver()`.
final class Store {
  let quota: StoreQuota
  /// What domain 0 can afford to keep.
  let gauge: MemoryGauge
  var tree = StoreTree()
  /// Domain 0 itself, as far as it does not come over a ring.
  let local = StoreClient(.zero)
  /// The other domains that are known, by ascending number: introduced ones, and owners of nodes.
  var clients: [StoreClient] = []
  /// The watches of a path.
  var watches = StoreTable<[StoreWatch]>()
  /// What has changed and was not told yet.
  var changes: [StoreChange] = []
  /// What was done so far, in units of about one node looked at: what a client's share is counted by.
  var work: UInt64 = 0
  /// Who may watch the events that are no nodes.
  var eventPermissions: [StorePath: [StorePermission]] = [
    .introduceDomain: [StorePermission(.zero, .none)], .releaseDomain: [StorePermission(.zero, .none)],
  ]
  /// Has the ring of a domain served that a message introduces, instead of a call of domain 0's own.
  var onIntroduce: ((DomainID, GuestFrame, EventPort) -> StoreError?)?

  init(quota: StoreQuota = StoreQuota(), gauge: MemoryGauge = MemoryGauge()) {
    self.quota = quota
    self.gauge = gauge
    account(for: tree[.root], at: .root, sign: 1)
  }

  /// What is known of a domain; made where nothing is.
  func client(_ domain: DomainID) -> StoreClient {
    if let known = knownClient(domain) { return known }
    let client = StoreClient(domain)
    clients.insertSorted(client)
    return client
  }

  /// What is known of a domain.
  func knownClient(_ domain: DomainID) -> StoreClient? {
    domain == .zero ? local : clients.find(domain)
  }

  /// Counts a node among its owner's, or no longer.
  func account(for node: StoreNode?, at path: StorePath, sign: Int) {
    guard let node else { return }
    let owner = client(node.owner)
    owner.nodeCount += sign
    owner.memory += sign * node.charge(at: path)
  }
}
