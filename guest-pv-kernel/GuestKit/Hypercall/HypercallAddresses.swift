/// What the stubs share: the address of a value for the time of a call.
extension Hypercall {
  /// Makes a call on the address of a value, which the call may read and write.
  @inline(__always)
  static func onAddress<Argument: BitwiseCopyable>(
    of argument: inout Argument, _ call: (_ address: UInt64) -> Int64
  ) throws(GuestError) -> UInt64 {
    // The address is valid during the call, whose instruction counts as reading and writing all memory.
    let result = unsafe withUnsafeMutablePointer(to: &argument) { call(UInt64(UInt(bitPattern: $0))) }
    return try checked(result)
  }

  /// Makes a call on the address of a value that the call only reads.
  @inline(__always)
  static func onAddress<Argument: BitwiseCopyable>(
    reading argument: Argument, _ call: (_ address: UInt64) -> Int64
  ) throws(GuestError) -> UInt64 {
    var copy = argument
    return try onAddress(of: &copy, call)
  }

  /// Makes a call on the address of a list and the number of its elements.
  @inline(__always)
  static func onAddress<Element: BitwiseCopyable>(
    ofAll list: inout MutableSpan<Element>, _ call: (_ address: UInt64, _ count: UInt64) -> Int64
  ) throws(GuestError) -> UInt64 {
    // As above; a list without elements has no address, and the call does not look at it.
    let result = unsafe list.withUnsafeMutableBufferPointer { buffer in
      call(UInt64(UInt(bitPattern: buffer.baseAddress)), UInt64(buffer.count))
    }
    return try checked(result)
  }
}
