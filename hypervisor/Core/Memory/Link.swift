/// A handle or none, in one word: what objects in frames hold of each other in lists, heaps and trees.
///
/// An optional handle takes a second word for its tag; address 0, where no object lies, stands for none here.
package struct Link<Object: ~Copyable>: Copyable, Equatable, BitwiseCopyable {
  private let address: UInt

  /// A link to nothing.
  @inline(__always) package init() { address = 0 }
  /// A link to an object.
  @inline(__always) package init(_ handle: Handle<Object>) { address = handle.rawAddress }

  /// Whether the link leads nowhere.
  @inline(__always) package var isEmpty: Bool { address == 0 }

  /// The object, or nil.
  @inline(__always)
  package var handle: Handle<Object>? {
    guard let pointer = unsafe UnsafeMutablePointer<Object>(bitPattern: address) else { return nil }
    return unsafe Handle(pointer)  // the address of a handle, which stays good for as long as the object is linked
  }

  @inline(__always) package static func == (a: Self, b: Self) -> Bool { a.address == b.address }
}

extension Handle where Object: ~Copyable {
  /// A handle to an object that is a stored member of another: `Handle(to: &vcpu.object.apicTimer)`. The member must
  /// lie in a frame and not in a local variable, so that its address outlives the call.
  @inline(__always)
  package init(to member: inout Object) {
    self = unsafe withUnsafeMutablePointer(to: &member) { unsafe Handle($0) }  // a member in a frame has one address
  }
}
