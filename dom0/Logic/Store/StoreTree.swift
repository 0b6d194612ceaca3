#if canImport(XenABI)
  import XenABI
#endif

/// The nodes as everyone sees them who is in no transaction.
struct StoreTree {
  private var nodes = StoreTable<StoreNode>()
  /// How many entries of permissions name a domain, by its number: none for those that none names.
  private var mentions: [UInt16: Int] = [:]
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
    if let old = nodes[path]?.permissions {
      if old != permissions {
        mention(old, -1)
        mention(permissions, 1)
      }
      nodes[path]?.value = value
      nodes[path]?.permissions = permissions
      nodes[path]?.generation = generation
      return
    }
    mention(permissions, 1)
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
    if let old = nodes[path] { mention(old.permissions, -1) }
    nodes[path] = nil
    guard let parent = path.parent else { return }
    nodes[parent]?.removeChild(path.name)
    nodes[parent]?.generation = generation
  }

  private mutating func mention(_ permissions: [StorePermission], _ sign: Int) {
    for entry in permissions where entry.domain != .zero {
      let count = (mentions[entry.domain.rawValue] ?? 0) + sign
      mentions[entry.domain.rawValue] = count == 0 ? nil : count
    }
  }

  /// The nodes whose permissions name a domain, as their owner or otherwise; those above before those below.
  func paths(naming domain: DomainID) -> [StorePath] {
    // Mostly there are none any more, and the whole of the store need not be looked at to know.
    var left = mentions[domain.rawValue] ?? 0
    if left == 0 { return [] }
    var found: [StorePath] = []
    nodes.forEach { path, node in
      let count = node.permissions.reduce(0) { $1.domain == domain ? $0 + 1 : $0 }
      if count > 0 { found.append(path) }
      left -= count
      return left > 0
    }
    return found.sorted()
  }

  /// Every path, in order.
  var paths: [StorePath] {
    var all: [StorePath] = []
    nodes.forEach { path, _ in
      all.append(path)
      return true
    }
    return all.sorted()
  }
}
