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
    for path in tree.paths(ownedBy: domain) where tree[path] != nil {
      // Domain 0 may remove anything; the root is its own.
      try? remove(path, by: local)
    }
    dropEntries(of: domain)
    for other in clients where other.target == domain { other.target = nil }
    clients.removeAll { $0 === client }
    if client.isIntroduced { fireEvent(.releaseDomain) }
  }

  /// A domain has shut down and still exists: fires `@releaseDomain`, once until it is resumed.
  func noteShutdown(of domain: DomainID) {
    guard let client = knownClient(domain), client.isIntroduced, !client.hasShutDown else { return }
    client.hasShutDown = true
    fireEvent(.releaseDomain)
  }

  private func dropEntries(of domain: DomainID) {
    for path in tree.paths {
      guard let node = tree[path] else { continue }
      var kept = node
      kept.permissions = [node.permissions[0]]
      for entry in node.permissions.dropFirst() where entry.domain != domain { kept.permissions.append(entry) }
      if kept.permissions.count < node.permissions.count { apply(path, kept, .silent) }
    }
    for path in [StorePath.introduceDomain, .releaseDomain] {
      guard let permissions = eventPermissions[path] else { continue }
      let owner = permissions[0].domain == domain ? StorePermission(.zero, .none) : permissions[0]
      var kept = [owner]
      for entry in permissions.dropFirst() where entry.domain != domain { kept.append(entry) }
      eventPermissions[path] = kept
    }
  }
}
