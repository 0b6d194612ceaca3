/// A parameter of a hardware-assisted domain (public header `hvm/params.h`, `HVM_PARAM_*`).
public struct HVMParameter: RawRepresentable, Equatable, BitwiseCopyable, Sendable {
  public var rawValue: UInt32
  @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }
  @inline(__always) public init(_ number: UInt32) { rawValue = number }

  /// How events interrupt the domain: the kind in bits 63:56, its details below.
  public static var callbackIRQ: Self { Self(0) }
  /// The frame of the xenstore ring.
  public static var storeFrame: Self { Self(1) }
  /// The domain's port to xenstore.
  public static var storePort: Self { Self(2) }
  /// The frame of the console ring.
  public static var consoleFrame: Self { Self(17) }
  /// The domain's port to its console.
  public static var consolePort: Self { Self(18) }
  /// The reason that a triple fault ends the domain with.
  public static var tripleFaultReason: Self { Self(31) }

  /// The value of `callbackIRQ` for a direct call of `vector` that needs no end of interrupt
  /// (`HVM_PARAM_CALLBACK_TYPE_VECTOR`, 2).
  public static func callbackVector(_ vector: UInt8) -> UInt64 { 2 << 56 | UInt64(vector) }

  /// The number of parameters (`HVM_NR_PARAMS`).
  public static var count: UInt32 { 39 }
}
