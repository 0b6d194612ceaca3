#if canImport(Dom0Logic)
  @testable import Dom0Logic
  import XenABI
#endif

/// What holds of a store whatever was asked of it.
extension Store {
  /// The first thing that does not hold, in words; nil where all does.
  func brokenInvariant() -> String? {
    brokenTree() ?? brokenAccounts() ?? brokenWatches()
  }

  /// Each node is in its parent's list, and each name of a list is a node; the lists are in order.
  private func brokenTree() -> String? {
    var listed = 1
    for path in tree.paths {
      guard let node = tree[path] else { return "\(path.text) has no node" }
      if node.permissions.isEmpty { return "\(path.text) has no owner" }
      if node.generation > tree.generation { return "\(path.text) is of the future" }
      if node.children != node.children.sorted() { return "the names in \(path.text) are out of order" }
      listed += node.children.count
      for name in node.children where tree[path.appending(name)] == nil {
        return "\(path.text) lists what is not there"
      }
      guard let parent = path.parent else { continue }
      guard let above = tree[parent] else { return "\(path.text) has no parent" }
      if !above.children.contains(path.name) { return "\(path.text) is not in its parent's list" }
    }
    return listed == tree.count ? nil : "\(tree.count) nodes, \(listed) of them listed"
  }

  /// Every domain's counters are what counting anew gives, and within its quota.
  private func brokenAccounts() -> String? {
    for domain in 1...5 as ClosedRange<UInt16> {
      let named = tree.paths.filter { tree[$0]?.permissions.contains { $0.domain == DomainID(domain) } == true }
      if tree.paths(naming: DomainID(domain)) != named { return "not all nodes that name d\(domain) are found" }
    }
    for client in clients + [local] {
      let owned = tree.paths.filter { tree[$0]?.owner == client.domain }
      if client.nodeCount != owned.count { return "d\(client.domain.rawValue) has \(owned.count) nodes" }
      var memory = owned.reduce(0) { $0 + (tree[$1]?.charge(at: $1) ?? 0) }
      memory += client.watches.reduce(0) { $0 + $1.charge }
      memory += client.transactions.reduce(0) { $0 + $1.charge }
      if client.memory != memory { return "d\(client.domain.rawValue) uses \(memory) bytes, not \(client.memory)" }
      if client.isPrivileged { continue }
      if client.watches.count > quota.watches || client.transactions.count > quota.transactions {
        return "d\(client.domain.rawValue) is beyond its quota"
      }
      for transaction in client.transactions where transaction.entries.count > quota.transactionNodes {
        return "d\(client.domain.rawValue) has a transaction beyond its quota"
      }
      if client.events.count > max(quota.events, quota.watches) { return "too many events wait" }
    }
    return nil
  }

  /// The watches of the domains and those of the paths are the same.
  private func brokenWatches() -> String? {
    var trouble: String?
    watches.forEach { path, list in
      if list.isEmpty || list.contains(where: { $0.path != path || $0.isCancelled }) { trouble = "a stray watch" }
      for watch in list where !watch.client.watches.contains(where: { $0 === watch }) { trouble = "a watch of nobody" }
      return trouble == nil
    }
    return trouble ?? (changes.isEmpty ? nil : "changes that nobody was told of")
  }
}
