#if canImport(XenABI)
  import XenABI
#endif

/// Domains that come and go.
extension Store {
  /// A domain uses the store from now on: fires `@introduceDomain`, the first time.
  func introduce(_ domain: DomainID) {
    let client = client(domain)
    if client.isIntroduced { return }
    client.isIntroduced = true
    fireEvent(.introduceDomain)
  }

  func isIntroduced(_ domain: DomainID) -> Bool { knownClient(domain)?.isIntroduced ?? false }

  /// A domain is gone: its watches, its transactions and the nodes that it owns go too, a later domain of its number is
  /// not meant by what names it, and `@releaseDomain` fires.
  func release(_ domain: DomainID) {
    guard domain != .zero, let client = knownClient(domain) else { return }
    reset(client)
    for path in tree.paths(naming: domain) {
      // One below a node that was its own is gone.
      guard let node = tree[path] else { continue }
      if node.owner == domain {
        // Domain 0 may remove anything; the root is its own.
        try? remove(path, by: local)
      } else {
        var kept = node
        kept.permissions = Self.permissions(node.permissions, without: domain)
        apply(path, kept, .silent)
      }
    }
    for path in [StorePath.introduceDomain, .releaseDomain] {
      eventPermissions[path] = eventPermissions[path].map { Self.permissions($0, without: domain) }
    }
    for other in clients where other.target == domain { other.target = nil }
    clients.remove(domain)
    if client.isIntroduced { fireEvent(.releaseDomain) }
  }

  /// A domain has shut down and still exists: fires `@releaseDomain`, once until it is resumed.
  func noteShutdown(of domain: DomainID) {
    guard let client = knownClient(domain), client.isIntroduced, !client.hasShutDown else { return }
    client.hasShutDown = true
    fireEvent(.releaseDomain)
  }

  /// A list that does not name a domain; what it owned is domain 0's.
  private static func permissions(_ list: [StorePermission], without domain: DomainID) -> [StorePermission] {
    [list[0].domain == domain ? StorePermission(.zero, .none) : list[0]]
      + list.dropFirst().filter { $0.domain != domain }
  }
}
