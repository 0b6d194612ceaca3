/// An object that can wait in a `PairingHeap`. Its place in the heap is a member of its own, so that waiting takes no
/// memory.
package protocol HeapNode: ~Copyable {
  /// The node's key and links. Only the heap changes it.
  var place: HeapPlace<Self> { get set }
}

/// A node's key, and its links while it is in a heap.
package struct HeapPlace<Node: ~Copyable>: BitwiseCopyable {
  /// What the heap orders by.
  fileprivate(set) package var key: UInt64 = 0
  /// The first of the nodes below this one.
  fileprivate var child = Link<Node>()
  /// The right neighbour.
  fileprivate var next = Link<Node>()
  /// The left neighbour; for a first child its parent; for the root itself; for a node outside of a heap none.
  fileprivate var previous = Link<Node>()

  package init() {}

  /// Whether the node is in a heap.
  @inline(__always) package var isQueued: Bool { !previous.isEmpty }
}

/// An intrusive priority queue: a pairing heap of objects in frames, smallest key first.
///
/// Insertion and melding take constant time, taking a node out takes amortised logarithmic time, and the case of one
/// lone node a few instructions. Keys are compared by the sign of their difference, so that they may wrap; those that
/// are in the heap together must lie less than 2^63 apart.
package struct PairingHeap<Node: HeapNode & ~Copyable>: BitwiseCopyable {
  private var root = Link<Node>()

  package init() {}

  @inline(__always) package var isEmpty: Bool { root.isEmpty }
  /// The node with the smallest key.
  @inline(__always) package var first: Handle<Node>? { root.handle }

  /// Whether `a` comes before `b`.
  @inline(__always)
  package static func isBefore(_ a: UInt64, _ b: UInt64) -> Bool { Int64(bitPattern: a &- b) < 0 }

  /// Adds a node that is in no heap. Of equal keys, the one that was first in the heap stays first.
  @inline(__always)
  package mutating func insert(_ node: Handle<Node>, key: UInt64) {
    node.object.place.key = key
    if let first = root.handle {
      setRoot(Self.meld(first, node))
    } else {
      setRoot(node)
    }
  }

  /// Takes out a node that is in this heap.
  @inline(__always)
  package mutating func remove(_ node: Handle<Node>) {
    if root == Link(node), node.object.place.child.isEmpty {
      root = Link()
      node.object.place.previous = Link()
    } else {
      removeAmongOthers(node)
    }
  }

  /// Gives a node of this heap another key.
  @inline(__always)
  package mutating func move(_ node: Handle<Node>, key: UInt64) {
    if root == Link(node), node.object.place.child.isEmpty {
      node.object.place.key = key
    } else {
      removeAmongOthers(node)
      insert(node, key: key)
    }
  }

  @inline(__always)
  private mutating func setRoot(_ node: Handle<Node>) {
    root = Link(node)
    node.object.place.previous = root
  }

  @inline(never)
  private mutating func removeAmongOthers(_ node: Handle<Node>) {
    let rest = Self.meldChildren(of: node)
    if root == Link(node) {
      if let rest { setRoot(rest) } else { root = Link() }
    } else {
      Self.unlink(node)
      if let rest, let first = root.handle { setRoot(Self.meld(first, rest)) }
    }
    node.object.place.child = Link()
    node.object.place.next = Link()
    node.object.place.previous = Link()
  }

  /// Takes a node that is not the root out of the list of its siblings.
  private static func unlink(_ node: Handle<Node>) {
    let next = node.object.place.next
    let previous = node.object.place.previous
    if let left = previous.handle {
      if left.object.place.child == Link(node) {
        left.object.place.child = next
      } else {
        left.object.place.next = next
      }
    }
    next.handle?.object.place.previous = previous
  }

  /// Makes one tree of two; its root is the one with the smaller key, `a` where they are equal.
  @inline(__always)
  private static func meld(_ a: Handle<Node>, _ b: Handle<Node>) -> Handle<Node> {
    let bIsFirst = isBefore(b.object.place.key, a.object.place.key)
    let parent = bIsFirst ? b : a
    let child = bIsFirst ? a : b
    let sibling = parent.object.place.child
    child.object.place.next = sibling
    sibling.handle?.object.place.previous = Link(child)
    child.object.place.previous = Link(parent)
    parent.object.place.child = Link(child)
    return parent
  }

  /// Makes one tree of the trees below a node: melds them by twos from the left, then all into one from the right.
  private static func meldChildren(of node: Handle<Node>) -> Handle<Node>? {
    var next = node.object.place.child
    var pairs = Link<Node>()
    while let left = next.handle {
      var pair = left
      next = left.object.place.next
      left.object.place.next = Link()
      if let right = next.handle {
        next = right.object.place.next
        right.object.place.next = Link()
        pair = meld(left, right)
      }
      pair.object.place.next = pairs
      pairs = Link(pair)
    }
    guard var whole = pairs.handle else { return nil }
    next = whole.object.place.next
    whole.object.place.next = Link()
    while let pair = next.handle {
      next = pair.object.place.next
      pair.object.place.next = Link()
      whole = meld(whole, pair)
    }
    return whole
  }
}
