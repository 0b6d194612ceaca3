#if canImport(XenABI)
  import XenABI
#endif

extension RawSpan {
  /// The length in the type that file offsets have.
  var fileSize: UInt64 { UInt64(truncatingIfNeeded: byteCount) }

  /// Whether `count` bytes from `offset` on lie in the file, whatever the two numbers are.
  func holds(_ count: UInt64, at offset: UInt64) -> Bool {
    offset <= fileSize && count <= fileSize &- offset
  }

  /// The little-endian integer at `offset`, or nil where the file ends before it does.
  func integer<T: FixedWidthInteger & BitwiseCopyable>(at offset: UInt64, as type: T.Type = T.self) -> T? {
    guard holds(UInt64(truncatingIfNeeded: MemoryLayout<T>.size), at: offset) else { return nil }
    return loadChecked(at: Int(truncatingIfNeeded: offset), as: type)  // no more than a length of the span, so an Int
  }
}
