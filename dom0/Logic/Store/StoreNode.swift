#if canImport(XenABI)
  import XenABI
#endif

/// What the store knows of a node. A value: a transaction's copy costs nothing until one of the two changes.
struct StoreNode {
  var value: [UInt8] = []
  /// At least the owner.
  var permissions: [StorePermission]
  /// The number of the change that made it what it is: another for each change of value, permissions or children.
  var generation: UInt64 = 0
  /// In order of their names.
  private(set) var children: [StoreName] = []

  init(value: [UInt8] = [], permissions: [StorePermission]) {
    self.value = value
    self.permissions = permissions
  }

  var owner: DomainID { permissions[0].domain }

  /// Where the name is, or would have to be.
  private func place(of name: StoreName) -> (index: Int, isThere: Bool) {
    var low = 0
    var high = children.count
    while low < high {
      let middle = (low + high) / 2
      if children[middle] < name { low = middle + 1 } else { high = middle }
    }
    return (low, low < children.count && children[low] == name)
  }

  mutating func insertChild(_ name: StoreName) {
    let place = place(of: name)
    if !place.isThere { children.insert(name, at: place.index) }
  }

  mutating func removeChild(_ name: StoreName) {
    let place = place(of: name)
    if place.isThere { children.remove(at: place.index) }
  }

  /// What it takes of memory at a path, roughly, in bytes: what a domain's quota is charged with.
  func charge(at path: StorePath) -> Int {
    // The path is kept twice: as a key, and its last name in the parent's list.
    Self.overhead + 2 * path.bytes.count + value.count + permissions.count * MemoryLayout<StorePermission>.stride
  }

  /// The table's entry and the headers of a node's arrays.
  private static var overhead: Int { 192 }
}
