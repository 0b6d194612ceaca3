/// A sub-operation of `hvm_op` (public header `hvm/hvm_op.h`, `HVMOP_*`).
public struct HVMOperation: RawRepresentable, Equatable, BitwiseCopyable, Sendable {
  public var rawValue: UInt32
  @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }
  @inline(__always) public init(_ number: UInt32) { rawValue = number }
  /// The number as a register holds it.
  @inline(__always) public var word: UInt64 { UInt64(rawValue) }

  /// `HVMOP_set_param`.
  @inline(__always) public static var setParameter: Self { Self(0) }
  /// `HVMOP_get_param`.
  @inline(__always) public static var getParameter: Self { Self(1) }
  /// `HVMOP_set_evtchn_upcall_vector`: the vector of a vCPU's event upcall, delivered by its local APIC.
  @inline(__always) public static var setUpcallVector: Self { Self(23) }
}
