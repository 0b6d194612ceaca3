#if canImport(XenABI)
  import XenABI
#endif

/// A domain's view of the store while it makes several changes that shall happen together.
///
/// Each node that it looks at is kept as it was at that moment, with the number of its generation, and each that it
/// changes as it is to become. Others see nothing of it until it is committed, and it is committed only if every node
/// that it looked at is still of the same generation.
final class StoreTransaction {
  let id: UInt32

  /// A node that was looked at.
  struct Entry {
    /// Its generation at that moment; nil where there was none.
    let seen: UInt64?
    /// As the transaction has it now; nil where there is none.
    var node: StoreNode?
    /// What the commit tells of it.
    var change: StoreChange.Kind?
    /// What is charged for it to the domain.
    var charge: Int
  }

  private(set) var entries: [StorePath: Entry] = [:]
  /// The paths that were changed, in order of their first change.
  private(set) var changed: [StorePath] = []
  /// The nodes that the domain will own more, or fewer.
  private(set) var nodeBalance = 0
  /// What the entries take of memory.
  private(set) var charge = 0

  init(id: UInt32) { self.id = id }

  /// What it takes of memory without its entries, in bytes.
  static var ownCharge: Int { 256 }

  /// Keeps a node that is looked at for the first time. One below a node that the transaction has removed is not there
  /// for it: others may have made it since.
  func record(_ path: StorePath, _ node: StoreNode?, isRemoved: Bool) {
    let visible = isRemoved ? nil : node
    let charge = Self.charge(path, visible)
    entries[path] = Entry(seen: node?.generation, node: visible, change: nil, charge: charge)
    self.charge += charge
  }

  /// Changes a node that was recorded.
  func change(_ path: StorePath, to node: StoreNode?, _ kind: StoreChange.Kind, client: DomainID) {
    guard let old = entries[path] else { return }
    if old.change == nil { changed.append(path) }
    nodeBalance += (node?.owner == client ? 1 : 0) - (old.node?.owner == client ? 1 : 0)
    update(path, old: old, node: node, kind)
  }

  /// Puts a name into, or takes it out of, the list of a node that was recorded.
  func changeChildren(of path: StorePath, _ body: (inout StoreNode) -> Void) {
    guard let old = entries[path], var node = old.node else { return }
    body(&node)
    // Whoever reads the list in parts sees that it is another.
    node.generation &+= 1
    update(path, old: old, node: node, old.change)
  }

  private func update(_ path: StorePath, old: Entry, node: StoreNode?, _ kind: StoreChange.Kind?) {
    let charge = Self.charge(path, node)
    entries[path] = Entry(seen: old.seen, node: node, change: kind, charge: charge)
    self.charge += charge - old.charge
  }

  /// Never less than what the node takes once it is committed.
  static func charge(_ path: StorePath, _ node: StoreNode?) -> Int {
    let list = (node?.children.count ?? 0) * MemoryLayout<StoreName>.stride
    return 128 + path.bytes.count + list + (node?.charge(at: path) ?? 0)
  }
}

/// A change of a node, as far as watches go.
struct StoreChange {
  enum Kind {
    /// Watches of the node and of all above it are told.
    case ofTree
    /// Only watches of this very node are: it went with one above it.
    case ofNode
    /// Nobody is: it came because one below it did.
    case silent
  }

  let path: StorePath
  let kind: Kind
  /// The node's permissions before and after; nil where there was or is none.
  let before: [StorePermission]?
  let after: [StorePermission]?
}
