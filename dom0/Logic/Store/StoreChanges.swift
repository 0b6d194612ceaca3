#if canImport(XenABI)
  import XenABI
#endif

/// Changes of the tree, and who is told of them.
extension Store {
  /// Makes a node what it is to be, nil for gone, and keeps the change for `fireChanges`.
  func apply(_ path: StorePath, _ node: StoreNode?, _ kind: StoreChange.Kind) {
    work &+= 1
    let old = tree[path]
    account(for: old, at: path, sign: -1)
    if let node {
      tree.set(path, value: node.value, permissions: node.permissions)
      account(for: node, at: path, sign: 1)
    } else if old != nil {
      tree.remove(path)
    }
    if kind == .silent || (old == nil && node == nil) { return }
    changes.append(StoreChange(path: path, kind: kind, before: old?.permissions, after: node?.permissions))
  }

  /// Tells the watches of the changes so far.
  func fireChanges() {
    let fired = changes
    changes.removeAll(keepingCapacity: true)
    for change in fired { fire(change) }
  }

  private func fire(_ change: StoreChange) {
    var place: StorePath? = change.path
    while let path = place {
      for watch in watches[path] ?? [] {
        if mayRead(watch.client, change) { tell(watch, of: change.path) }
      }
      place = change.kind == .ofTree ? path.parent : nil
    }
  }

  /// Whether the client could read the node, or can now.
  private func mayRead(_ client: StoreClient, _ change: StoreChange) -> Bool {
    for permissions in [change.before, change.after] {
      if let permissions, client.access(to: permissions).contains(.read) { return true }
    }
    return false
  }

  /// Tells of an event that is no node.
  func fireEvent(_ path: StorePath) {
    guard let permissions = eventPermissions[path] else { return }
    for watch in watches[path] ?? [] where watch.client.access(to: permissions).contains(.read) {
      tell(watch, of: path)
    }
  }

  private func tell(_ watch: StoreWatch, of path: StorePath) {
    work &+= 1
    // What can't be afforded is told in the watch's own words, which are there.
    let isPaid = path == watch.path || gauge.pay(StoreEvent.charge(of: path))
    watch.client.events.add(StoreEvent(watch: watch, path: isPaid ? path : watch.path), quota: quota)
    watch.client.onNews?()
  }

  /// Adds a watch, and fires it for the first time.
  ///
  /// - Throws: `alreadyExists` where the client has one of that path and token, `tooBig` where its quota is used up,
  ///   `noSpace` where domain 0 can't afford it.
  @discardableResult
  func watch(
    _ path: StorePath, token: [UInt8], isRelative: Bool, by client: StoreClient, handler: ((String) -> Void)? = nil
  ) throws(StoreError) -> StoreWatch {
    if handler == nil && client.watches.contains(where: { $0.path == path && $0.token == token }) {
      throw .alreadyExists
    }
    let watch = StoreWatch(
      path: path, token: token, isRelative: isRelative, client: client, store: self, handler: handler)
    if !client.isPrivileged {
      if client.watches.count >= quota.watches || client.memory + watch.charge > quota.memory { throw .tooBig }
    }
    if !gauge.pay(watch.charge) { throw .noSpace }
    client.memory += watch.charge
    client.watches.append(watch)
    if watches[path]?.append(watch) == nil { watches[path] = [watch] }
    tell(watch, of: path)
    return watch
  }

  /// Takes a watch that is cancelled out of the lists.
  func forget(_ watch: StoreWatch) {
    let client = watch.client
    client.memory -= watch.charge
    client.watches.removeAll { $0 === watch }
    client.events.remove(watch)
    watches[watch.path]?.removeAll { $0 === watch }
    if watches[watch.path]?.isEmpty == true { watches[watch.path] = nil }
  }

  /// Cancels every watch and drops every transaction of a client.
  func reset(_ client: StoreClient) {
    for watch in client.watches { watch.cancel() }
    for transaction in client.transactions { client.memory -= transaction.charge }
    client.transactions.removeAll()
    client.events.removeAll()
  }
}
