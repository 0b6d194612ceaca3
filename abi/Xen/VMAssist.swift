/// A sub-operation of `vm_assist` (public header `xen.h`, `VMASST_CMD_*`).
public struct VMAssistOperation: RawRepresentable, Equatable, BitwiseCopyable, Sendable {
  public var rawValue: UInt32
  @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }
  @inline(__always) public init(_ number: UInt32) { rawValue = number }
  /// The number as a register holds it.
  @inline(__always) public var word: UInt64 { UInt64(rawValue) }

  /// `VMASST_CMD_enable`.
  @inline(__always) public static var enable: Self { Self(0) }
  /// `VMASST_CMD_disable`.
  @inline(__always) public static var disable: Self { Self(1) }
}

/// A behaviour that `vm_assist` switches (public header `xen.h`, `VMASST_TYPE_*`).
public struct VMAssistType: RawRepresentable, Equatable, BitwiseCopyable, Sendable {
  public var rawValue: UInt32
  @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }
  @inline(__always) public init(_ number: UInt32) { rawValue = number }

  /// `VMASST_TYPE_architectural_iopl`: for pv domains.
  public static var architecturalIOPL: Self { Self(4) }
  /// `VMASST_TYPE_runstate_update_flag`: bit 63 of a runstate area's entry time is set while the area changes.
  public static var runstateUpdateFlag: Self { Self(5) }
}
