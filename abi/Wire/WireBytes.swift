/// The bytes of one structure on their way between a guest and its typed value, all zero at first. They are aligned as
/// the widest field is, and so cleared and copied word by word.
public struct WireBytes: BitwiseCopyable {
  private var words = InlineArray<32, UInt64>(repeating: 0)

  @inline(__always) public init() {}

  public var indices: Range<Int> { 0..<wireCapacity }

  /// A byte; traps past the end.
  public subscript(index: Int) -> UInt8 {
    @inline(__always) get { span.loadChecked(at: index, as: UInt8.self) }
    @inline(__always) set { store(newValue, at: index) }
  }

  /// The bytes, to be read.
  public var span: RawSpan {
    // Integers have no padding.
    @inline(__always) @_lifetime(borrow self) get { unsafe words.span.bytes }
  }

  /// Stores an integer's little-endian bytes from `offset` on. Traps past the end: callers pass constants.
  @inline(__always) public mutating func store<T: FixedWidthInteger & BitwiseCopyable>(_ value: T, at offset: Int) {
    var span = words.mutableSpan
    var bytes = unsafe span.mutableBytes  // integers have no invalid bytes
    bytes.storeChecked(value, at: offset)
  }

  /// Takes `count` bytes from memory that has as many, to `offset`. Traps past the end.
  @inline(__always) public mutating func copy(_ count: Int, from source: UnsafeRawPointer, to offset: Int) {
    precondition(offset >= 0 && count >= 0 && offset &+ count <= wireCapacity)
    var span = words.mutableSpan
    var bytes = unsafe span.mutableBytes  // integers have no invalid bytes
    unsafe bytes.withUnsafeMutableBytes {
      // Within the bytes by the check above.
      unsafe $0.baseAddress.unsafelyUnwrapped.advanced(by: offset).copyMemory(from: source, byteCount: count)
    }
  }
}
