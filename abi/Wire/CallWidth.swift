/// Whether a guest calls from 64-bit or from 32-bit code: it decides the registers and the widths of `unsigned long`
/// and of pointers in every structure.
public enum CallWidth: UInt8, BitwiseCopyable, Sendable {
  /// `unsigned long` and pointers of 4 bytes, aligned to 4; so are 64-bit integers (the i386 psABI).
  case bits32
  /// `unsigned long` and pointers of 8 bytes; everything aligned to its size.
  case bits64

  /// The bytes of an `unsigned long` or of a pointer.
  @inline(__always) public var wordSize: Int { self == .bits64 ? 8 : 4 }
}
