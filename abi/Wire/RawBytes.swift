extension RawSpan {
  /// The integer whose little-endian bytes start at `offset`, unaligned. Traps past the end: callers pass constants.
  @inline(__always) public func loadChecked<T: FixedWidthInteger & BitwiseCopyable>(
    at offset: Int, as type: T.Type
  ) -> T {
    precondition(offset >= 0 && offset &+ MemoryLayout<T>.size <= byteCount)
    return unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: type)  // within bounds by the line above
  }
}

extension MutableRawSpan {
  /// Stores the integer's little-endian bytes from `offset` on, unaligned. Traps past the end: callers pass constants.
  @inline(__always) public mutating func storeChecked<T: FixedWidthInteger & BitwiseCopyable>(
    _ value: T, at offset: Int
  ) {
    precondition(offset >= 0 && offset &+ MemoryLayout<T>.size <= byteCount)
    unsafe storeBytes(of: value, toUncheckedByteOffset: offset, as: T.self)  // within bounds by the line above
  }
}
