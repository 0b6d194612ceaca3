#if canImport(XenABI)
  import XenABI
#endif

/// Transactions from their start to their end.
extension Store {
  /// Begins a transaction. - Throws: `noSpace` where the client has as many as it may, or domain 0 can't afford it.
  func startTransaction(by client: StoreClient) throws(StoreError) -> StoreTransaction {
    if !client.isPrivileged && client.transactions.count >= quota.transactions { throw .noSpace }
    if !gauge.pay(StoreTransaction.ownCharge) { throw .noSpace }
    let transaction = StoreTransaction(id: client.newTransactionID())
    client.transactions.append(transaction)
    return transaction
  }

  /// The client's transaction of that number; nil for 0. - Throws: `notFound`.
  func transaction(_ id: UInt32, of client: StoreClient) throws(StoreError) -> StoreTransaction? {
    if id == 0 { return nil }
    guard let transaction = client.transactions.first(where: { $0.id == id }) else { throw .notFound }
    return transaction
  }

  /// Ends a transaction: all its changes happen, or none.
  ///
  /// - Throws: `tryAgain` where a node that it looked at is another by now, `noSpace` where the client would own too many
  ///   nodes, or where domain 0 can't afford what it makes.
  func end(_ transaction: StoreTransaction, of client: StoreClient, commits: Bool) throws(StoreError) {
    client.transactions.removeAll { $0 === transaction }
    client.memory -= transaction.charge
    if !commits { return }
    work &+= UInt64(transaction.entries.count)
    for (path, entry) in transaction.entries where tree[path]?.generation != entry.seen { throw .tryAgain }
    let balance = transaction.nodeBalance
    if !client.isPrivileged && balance > 0 && client.nodeCount + balance > quota.nodes { throw .noSpace }
    // What it has kept of memory comes free only afterwards.
    if !transaction.changed.isEmpty && !gauge.pay(transaction.charge) { throw .noSpace }
    // Sorted, so that a node comes after the one it is in; told of in the order in which they were changed.
    var before: [StorePath: [StorePermission]] = [:]
    for path in transaction.changed.sorted() {
      before[path] = tree[path]?.permissions
      apply(path, transaction.entries[path]?.node, .silent)
    }
    for path in transaction.changed {
      guard let entry = transaction.entries[path], let kind = entry.change, kind != .silent else { continue }
      let change = StoreChange(path: path, kind: kind, before: before[path], after: entry.node?.permissions)
      if change.before != nil || change.after != nil { changes.append(change) }
    }
    fireChanges()
  }
}
