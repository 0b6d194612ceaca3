/// A sub-operation of `vcpu_op` (public header `vcpu.h`, `VCPUOP_*`).
public struct VCPUOperation: RawRepresentable, Equatable, BitwiseCopyable, Sendable {
  public var rawValue: UInt32
  @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }
  @inline(__always) public init(_ number: UInt32) { rawValue = number }
  /// The number as a register holds it.
  @inline(__always) public var word: UInt64 { UInt64(rawValue) }

  /// `VCPUOP_is_up`: whether a vCPU runs or could.
  @inline(__always) public static var isUp: Self { Self(3) }
  /// `VCPUOP_get_runstate_info`: where a vCPU's time went.
  @inline(__always) public static var getRunstate: Self { Self(4) }
  /// `VCPUOP_register_runstate_memory_area`: keeps a copy of that in the guest's memory.
  @inline(__always) public static var registerRunstateArea: Self { Self(5) }
  /// `VCPUOP_set_periodic_timer`.
  @inline(__always) public static var setPeriodicTimer: Self { Self(6) }
  /// `VCPUOP_stop_periodic_timer`.
  @inline(__always) public static var stopPeriodicTimer: Self { Self(7) }
  /// `VCPUOP_set_singleshot_timer`.
  @inline(__always) public static var setSingleshotTimer: Self { Self(8) }
  /// `VCPUOP_stop_singleshot_timer`.
  @inline(__always) public static var stopSingleshotTimer: Self { Self(9) }
  /// `VCPUOP_register_vcpu_info`: moves a vCPU's `vcpu_info` to a place of the guest's choice.
  @inline(__always) public static var registerInfo: Self { Self(10) }
  /// `VCPUOP_register_vcpu_time_memory_area`: a second copy of a vCPU's time information.
  @inline(__always) public static var registerTimeArea: Self { Self(13) }
}
