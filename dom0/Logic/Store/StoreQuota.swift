/// How much of the store one domain may take. Domain 0 has no limits of its own.
///
/// The numbers of nodes, watches, transactions, permissions and the size of a value are those of the Xen world
/// (xenstored, "quotas"); what a domain can make domain 0 keep in memory is bounded by `memory` on top.
struct StoreQuota {
  /// Nodes that it owns.
  var nodes = 1000
  var watches = 128
  /// Transactions at a time.
  var transactions = 10
  /// Nodes that one transaction looks at or changes.
  var transactionNodes = 1024
  /// Bytes of a node's value.
  var valueSize = 2048
  /// Entries of a node's permissions, its owner included.
  var permissions = 5
  /// Names in a path.
  var depth = 32
  /// Bytes of its nodes, watches and transactions together, as `StoreNode.charge` counts.
  var memory = 512 << 10
  /// Events that wait until the domain reads them, and the bytes of their paths. Beyond, they become one for each watch.
  var events = 256
  var eventBytes = 32 << 10
}
