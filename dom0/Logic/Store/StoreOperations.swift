#if canImport(XenABI)
  import XenABI
#endif

/// What can be done with nodes: by a client, with the store as it is or within a transaction.
extension Store {
  /// A node's value. - Throws: `notFound`, `accessDenied`.
  func node(
    _ path: StorePath, for client: StoreClient, _ access: StoreAccess = .read, in transaction: StoreTransaction? = nil
  ) throws(StoreError) -> StoreNode {
    guard let node = try look(path, client, transaction) else { throw absence(of: path, client, access, transaction) }
    if !client.access(to: node.permissions).isSuperset(of: access) { throw .accessDenied }
    return node
  }

  /// Sets a node's value; makes the node, and what is missing above it, where it is not there.
  ///
  /// - Throws: `accessDenied`, or `noSpace` where a quota is used up or domain 0 can't afford it.
  func write(
    _ path: StorePath, _ value: [UInt8], by client: StoreClient, in transaction: StoreTransaction? = nil
  ) throws(StoreError) {
    if !client.isPrivileged && value.count > quota.valueSize { throw .noSpace }
    guard let node = try look(path, client, transaction) else {
      try create(path, value, client, transaction)
      return
    }
    if !client.access(to: node.permissions).contains(.write) { throw .accessDenied }
    try replace(path, node, value: value, permissions: node.permissions, client, transaction)
  }

  /// Makes a node without a value, and what is missing above it, unless it is there. Errors as for `write`.
  func makeDirectory(
    _ path: StorePath, by client: StoreClient, in transaction: StoreTransaction? = nil
  ) throws(StoreError) {
    guard let node = try look(path, client, transaction) else {
      try create(path, [], client, transaction)
      return
    }
    if !client.access(to: node.permissions).contains(.write) { throw .accessDenied }
  }

  /// Takes a node away, and all below it. One that is not there is no error if its parent is.
  ///
  /// - Throws: `notFound`, `accessDenied`, `invalidArgument` for the root, `noSpace` where a transaction's quota is used
  ///   up.
  func remove(
    _ path: StorePath, by client: StoreClient, in transaction: StoreTransaction? = nil
  ) throws(StoreError) {
    guard let parent = path.parent else { throw .invalidArgument }
    guard let node = try look(path, client, transaction) else {
      let error = absence(of: path, client, .write, transaction)
      if error != .notFound { throw error }
      if try look(parent, client, transaction) == nil { throw error }
      return
    }
    if !client.access(to: node.permissions).contains(.write) { throw .accessDenied }
    // For its list, which changes: in a transaction, each node that changes is one that was looked at.
    _ = try look(parent, client, transaction)
    guard let transaction else { return delete(path, node) }
    let all = try subtree(path, node, client, transaction)
    delete(all, client, transaction)
  }

  /// Sets who owns a node and who may do what with it. Only domain 0 gives a node to another owner.
  ///
  /// - Throws: `notFound`, `accessDenied` for one that is not the owner, `notPermitted`, `invalidArgument` for an empty
  ///   list, `noSpace` for a long one.
  func setPermissions(
    _ path: StorePath, _ permissions: [StorePermission], by client: StoreClient,
    in transaction: StoreTransaction? = nil
  ) throws(StoreError) {
    guard let owner = permissions.first else { throw .invalidArgument }
    if !client.isPrivileged && permissions.count > quota.permissions { throw .noSpace }
    if path.isSpecial {
      try setEventPermissions(path, permissions, by: client)
      return
    }
    let node = try node(path, for: client, .all, in: transaction)
    if !client.isPrivileged && owner.domain != node.owner { throw .notPermitted }
    try replace(path, node, value: node.value, permissions: permissions, client, transaction)
  }

  /// A node's permissions. - Throws: `notFound`, `accessDenied`.
  func permissions(
    of path: StorePath, for client: StoreClient, in transaction: StoreTransaction? = nil
  ) throws(StoreError) -> [StorePermission] {
    if !path.isSpecial { return try node(path, for: client, in: transaction).permissions }
    guard let permissions = eventPermissions[path] else { throw .notFound }
    if !client.access(to: permissions).contains(.read) { throw .accessDenied }
    return permissions
  }

  private func setEventPermissions(
    _ path: StorePath, _ permissions: [StorePermission], by client: StoreClient
  ) throws(StoreError) {
    if eventPermissions[path] == nil { throw .notFound }
    if !client.isPrivileged { throw .accessDenied }
    eventPermissions[path] = permissions
  }
}

// MARK: The view of a transaction, or of none

extension Store {
  /// The node as the transaction has it, which keeps what it sees; without one, as it is.
  private func look(
    _ path: StorePath, _ client: StoreClient, _ transaction: StoreTransaction?
  ) throws(StoreError) -> StoreNode? {
    work &+= 1
    guard let transaction else { return tree[path] }
    if let entry = transaction.entries[path] { return entry.node }
    let node = tree[path]
    let charge = transaction.charge
    if !client.isPrivileged {
      if transaction.entries.count >= quota.transactionNodes || client.memory >= quota.memory { throw .noSpace }
    }
    if !gauge.pay(StoreTransaction.charge(path, node)) { throw .noSpace }
    transaction.record(path, node, isRemoved: isBelowRemoved(path, transaction))
    client.memory += transaction.charge - charge
    return transaction.entries[path]?.node
  }

  /// The same without keeping what is seen: for permissions only.
  private func peek(_ path: StorePath, _ transaction: StoreTransaction?) -> StoreNode? {
    guard let transaction else { return tree[path] }
    if let entry = transaction.entries[path] { return entry.node }
    return isBelowRemoved(path, transaction) ? nil : tree[path]
  }

  /// Whether the transaction has removed something above.
  private func isBelowRemoved(_ path: StorePath, _ transaction: StoreTransaction) -> Bool {
    var above = path.parent
    while let ancestor = above {
      if let entry = transaction.entries[ancestor] { return entry.node == nil }
      above = ancestor.parent
    }
    return false
  }

  /// How the absence of a node is told: only to one that may look at, or change, what is there above it.
  private func absence(
    of path: StorePath, _ client: StoreClient, _ access: StoreAccess, _ transaction: StoreTransaction?
  ) -> StoreError {
    var above = path.parent
    while let ancestor = above {
      if let node = peek(ancestor, transaction) {
        return client.access(to: node.permissions).isSuperset(of: access) ? .notFound : .accessDenied
      }
      above = ancestor.parent
    }
    return .notFound
  }

  /// Makes a node that is not there, and those above it that are missing. They get the permissions of the node that they
  /// come to be in; a guest owns what it makes.
  private func create(
    _ path: StorePath, _ value: [UInt8], _ client: StoreClient, _ transaction: StoreTransaction?
  ) throws(StoreError) {
    let error = absence(of: path, client, .write, transaction)
    if error != .notFound { throw error }
    if !client.isPrivileged && path.depth > quota.depth { throw .noSpace }
    var missing = [path]
    var above = path.parent
    var base: StoreNode?
    while let ancestor = above {
      base = try look(ancestor, client, transaction)
      if base != nil { break }
      missing.append(ancestor)
      above = ancestor.parent
    }
    guard var permissions = base?.permissions else { throw .notFound }
    if !client.isPrivileged { permissions[0].domain = client.domain }
    let empty = StoreNode(permissions: permissions)
    let full = StoreNode(value: value, permissions: permissions)
    let growth = missing.reduce(value.count) { $0 + empty.charge(at: $1) }
    if !client.isPrivileged {
      let count = client.nodeCount + (transaction?.nodeBalance ?? 0) + missing.count
      if count > quota.nodes || client.memory + growth > quota.memory { throw .noSpace }
    }
    if !gauge.pay(growth) { throw .noSpace }
    for place in missing.reversed() {
      put(place, place == path ? full : empty, place == path ? .ofTree : .silent, client, transaction)
    }
    fireChanges()
  }

  /// Changes a node that is there.
  private func replace(
    _ path: StorePath, _ node: StoreNode, value: [UInt8], permissions: [StorePermission], _ client: StoreClient,
    _ transaction: StoreTransaction?
  ) throws(StoreError) {
    var changed = node
    changed.value = value
    changed.permissions = permissions
    let growth = changed.charge(at: path) - node.charge(at: path)
    if !client.isPrivileged {
      let payer = transaction == nil ? self.client(node.owner) : client
      if !payer.isPrivileged && growth > 0 && payer.memory + growth > quota.memory { throw .noSpace }
    }
    // A word that asks a guest to end, or the state of a device, must always be possible.
    if growth > (client.isPrivileged ? Self.freeGrowth : 0) && !gauge.pay(growth) { throw .noSpace }
    put(path, changed, .ofTree, client, transaction)
    fireChanges()
  }

  /// The bytes that domain 0 may put into a node without asking whether there is memory for them.
  private static var freeGrowth: Int { 64 }

  private func put(
    _ path: StorePath, _ node: StoreNode, _ kind: StoreChange.Kind, _ client: StoreClient,
    _ transaction: StoreTransaction?
  ) {
    guard let transaction else {
      apply(path, node, kind)
      return
    }
    let charge = transaction.charge
    let isNew = transaction.entries[path]?.node == nil
    transaction.change(path, to: node, kind, client: client.domain)
    if isNew, let parent = path.parent { transaction.changeChildren(of: parent) { $0.insertChild(path.name) } }
    client.memory += transaction.charge - charge
  }

  /// Takes a node and all below it away, each before what is below it. What that needs of memory is the depth's, not the
  /// number's: a part of the store can always be removed.
  private func delete(_ path: StorePath, _ node: StoreNode) {
    var open = [(path: path, names: node.children)]
    apply(path, nil, .ofTree)
    fireChanges()
    while let last = open.indices.last {
      guard let name = open[last].names.popLast() else {
        open.removeLast()
        continue
      }
      let place = open[last].path.appending(name)
      guard let child = tree[place] else { continue }
      apply(place, nil, .ofNode)
      fireChanges()
      if !child.children.isEmpty { open.append((place, child.children)) }
    }
  }

  /// The node and all below it as a transaction sees them, each before what is below it.
  private func subtree(
    _ path: StorePath, _ node: StoreNode, _ client: StoreClient, _ transaction: StoreTransaction
  ) throws(StoreError) -> [StorePath] {
    var found: [StorePath] = []
    var open = [(path, node)]
    while let (path, node) = open.popLast() {
      found.append(path)
      for name in node.children {
        let place = path.appending(name)
        if let child = try look(place, client, transaction) { open.append((place, child)) }
      }
    }
    return found
  }

  /// Takes a node, the first, and all below it out of a transaction's view.
  private func delete(_ paths: [StorePath], _ client: StoreClient, _ transaction: StoreTransaction) {
    for (index, path) in paths.enumerated() {
      let kind: StoreChange.Kind = index == 0 ? .ofTree : .ofNode
      let charge = transaction.charge
      transaction.change(path, to: nil, kind, client: client.domain)
      if index == 0, let parent = path.parent {
        transaction.changeChildren(of: parent) { $0.removeChild(path.name) }
      }
      client.memory += transaction.charge - charge
    }
    fireChanges()
  }
}
