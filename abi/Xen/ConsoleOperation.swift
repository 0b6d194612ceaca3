/// A sub-operation of `console_io` (public header `xen.h`, `CONSOLEIO_*`).
public struct ConsoleOperation: RawRepresentable, Equatable, BitwiseCopyable, Sendable {
  public var rawValue: UInt32
  @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }
  @inline(__always) public init(_ number: UInt32) { rawValue = number }
  /// The number as a register holds it.
  @inline(__always) public var word: UInt64 { UInt64(rawValue) }

  /// `CONSOLEIO_write`: characters for the hypervisor's console.
  @inline(__always) public static var write: Self { Self(0) }
  /// `CONSOLEIO_read`: characters typed there.
  @inline(__always) public static var read: Self { Self(1) }
}
