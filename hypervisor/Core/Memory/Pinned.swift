import Synchronization

/// Keeps the object that it is a part of where it is.
///
/// A value that the compiler could hold in registers it also loads whole to call a method of it that changes nothing,
/// and puts on the stack: ten kilobytes for one interrupt's record. What holds an atomic word it leaves in place.
package struct Pinned: ~Copyable {
  private let place = Atomic<UInt8>(0)

  @inline(__always)
  package init() {}
}
