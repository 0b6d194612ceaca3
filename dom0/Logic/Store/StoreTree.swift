#if canImport(XenABI)
  import XenABI
#endif

/// The nodes as everyone sees them who is in no transaction.
struct StoreTree {
  private var nodes: [StorePath: StoreNode] = [:]
  /// The number of the last change.
  private(set) var generation: UInt64 = 0

  /// A tree that is its root, which domain 0 owns and nobody else reads.
  init() {
    nodes[.root] = StoreNode(permissions: [StorePermission(.zero, .none)])
  }

  var count: Int { nodes.count }

  subscript(path: StorePath) -> StoreNode? { nodes[path] }

  /// Sets value and permissions of a node, which is made where it is missing. Its parent is there.
  mutating func set(_ path: StorePath, value: [UInt8], permissions: [StorePermission]) {
    generation &+= 1
    if nodes[path] != nil {
      nodes[path]?.value = value
      nodes[path]?.permissions = permissions
      nodes[path]?.generation = generation
      return
    }
    var node = StoreNode(value: value, permissions: permissions)
    node.generation = generation
    nodes[path] = node
    guard let parent = path.parent else { return }
    nodes[parent]?.insertChild(path.name)
    nodes[parent]?.generation = generation
  }

  /// Takes one node away; what lay below it is for the caller to take away too.
  mutating func remove(_ path: StorePath) {
    generation &+= 1
    nodes[path] = nil
    guard let parent = path.parent else { return }
    nodes[parent]?.removeChild(path.name)
    nodes[parent]?.generation = generation
  }

  /// The nodes that a domain owns, those above before those below.
  func paths(ownedBy domain: DomainID) -> [StorePath] {
    var owned: [StorePath] = []
    for (path, node) in nodes where node.owner == domain { owned.append(path) }
    return owned.sorted()
  }

  /// Every path, in order.
  var paths: [StorePath] { nodes.keys.sorted() }
}
