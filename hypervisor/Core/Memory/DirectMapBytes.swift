#if canImport(XenABI)
  import XenABI
#endif

/// Bytes of machine memory, of any alignment.
extension DirectMap {
  /// Four bytes; 0 outside of the window.
  package func load32(_ address: MachineAddress) -> UInt32 {
    guard contains(address, count: 4) else { return 0 }
    return unsafe pointer(address).loadUnaligned(as: UInt32.self)  // in the window
  }

  /// Eight bytes; 0 outside of the window.
  package func load64(_ address: MachineAddress) -> UInt64 {
    guard contains(address, count: 8) else { return 0 }
    return unsafe pointer(address).loadUnaligned(as: UInt64.self)  // in the window
  }

  /// A byte; 0 outside of the window.
  package func load8(_ address: MachineAddress) -> UInt8 {
    guard contains(address) else { return 0 }
    return unsafe pointer(address).load(as: UInt8.self)  // in the window
  }

  /// The length of a C string, at most `limit`.
  package func stringLength(_ address: MachineAddress, limit: Int) -> Int {
    var count = 0
    while count < limit, load8(address.advanced(by: UInt64(count))) != 0 { count &+= 1 }
    return count
  }

  /// Calls `body` with a range of machine memory, which the caller knows to lie in the window.
  package func withBytes<Result, Failure: Error>(
    _ address: MachineAddress, _ count: Int, _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // Memory of the direct map stays mapped; whoever asks owns the range for the time of the call.
    let buffer = unsafe UnsafeRawBufferPointer(start: UnsafeRawPointer(pointer(address)), count: count)
    return try body(unsafe buffer.bytes)
  }

  /// Copies machine memory; the ranges lie in the window and do not overlap in a way that matters to `memmove`.
  package func copy(_ count: Int, from source: MachineAddress, to target: MachineAddress) {
    unsafe pointer(target).copyMemory(from: pointer(source), byteCount: count)
  }

  /// Clears machine memory in the window.
  package func clear(_ count: Int, at address: MachineAddress) {
    unsafe pointer(address).initializeMemory(as: UInt8.self, repeating: 0, count: count)
  }
}
