#if canImport(XenABI)
  import XenABI
#endif

/// A typed reference to an object that lives in page frames of its own: a domain, a virtual CPU, a port table.
///
/// A handle is what a class reference would be elsewhere, without a heap and without a hidden count: who creates the
/// object initialises its frames, who destroys it takes them back when nothing refers to it any more.
@safe
package struct Handle<Object: ~Copyable>: Copyable, Equatable, BitwiseCopyable {
  let address: UInt

  /// A handle to the object at `pointer`, which must stay initialised for as long as the handle is used.
  @inline(__always)
  package init(_ pointer: UnsafeMutablePointer<Object>) {
    address = UInt(bitPattern: pointer)
  }

  /// A handle to the object at an address that came from `rawAddress`.
  @inline(__always)
  package init(rawAddress: UInt) { address = rawAddress }

  /// The object's address, for what the assembly stubs and the processor need.
  @inline(__always)
  package var rawAddress: UInt { address }

  @inline(__always)
  var pointer: UnsafeMutablePointer<Object> {
    // Built from a pointer, so never null.
    unsafe UnsafeMutablePointer(bitPattern: address).unsafelyUnwrapped
  }

  /// The object itself.
  ///
  /// Access is exclusive by construction, not by the compiler: one physical CPU runs in the hypervisor at a time, and
  /// nothing here is entered again from an interrupt.
  package var object: Object {
    @inline(__always) unsafeAddress { unsafe UnsafePointer(pointer) }
    @inline(__always) nonmutating unsafeMutableAddress { unsafe pointer }
  }

  @inline(__always)
  package static func == (a: Self, b: Self) -> Bool { a.address == b.address }
}

extension Handle where Object: ~Copyable {
  /// A handle to an object that lies at a machine address inside the direct map.
  @inline(__always)
  package init(at address: MachineAddress, in map: DirectMap) {
    unsafe self.init(map.pointer(address).assumingMemoryBound(to: Object.self))
  }

  /// Initialises the memory at a machine address with `value` and refers to it.
  @inline(__always)
  package init(placing value: consuming Object, at address: MachineAddress, in map: DirectMap) {
    let pointer = unsafe map.pointer(address).assumingMemoryBound(to: Object.self)
    unsafe pointer.initialize(to: value)
    unsafe self.init(pointer)
  }

  /// The machine address of the object.
  @inline(__always)
  package func machineAddress(in map: DirectMap) -> MachineAddress {
    unsafe map.address(of: UnsafeRawPointer(pointer))
  }
}
