/// The number of a hypercall (public header `xen.h`, `__HYPERVISOR_*`).
///
/// A guest passes it in RAX or EAX; only 32 bits of it count.
public struct HypercallNumber: RawRepresentable, Equatable, BitwiseCopyable, Sendable {
  public var rawValue: UInt32
  @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }
  @inline(__always) public init(_ number: UInt32) { rawValue = number }

  /// `memory_op`: a domain's memory and its place in guest-physical space.
  @inline(__always) public static var memory: Self { Self(12) }
  /// `multicall`: several hypercalls in one.
  @inline(__always) public static var multicall: Self { Self(13) }
  /// `set_timer_op`: the calling vCPU's one-shot timer.
  @inline(__always) public static var setTimer: Self { Self(15) }
  /// `xen_version`: what runs here and what it can do.
  @inline(__always) public static var version: Self { Self(17) }
  /// `console_io`: the hypervisor's own console.
  @inline(__always) public static var console: Self { Self(18) }
  /// `grant_table_op`: frames shared with other domains.
  @inline(__always) public static var grantTable: Self { Self(20) }
  /// `vm_assist`: behaviours that a domain can switch on.
  @inline(__always) public static var vmAssist: Self { Self(21) }
  /// `iret`: for pv domains only; its slot of a pvh domain's hypercall page is UD2.
  @inline(__always) public static var interruptReturn: Self { Self(23) }
  /// `vcpu_op`: a virtual CPU's timers and registered areas.
  @inline(__always) public static var vcpu: Self { Self(24) }
  /// `sched_op`: yielding, blocking, ending.
  @inline(__always) public static var scheduler: Self { Self(29) }
  /// `event_channel_op`: event channels.
  @inline(__always) public static var eventChannel: Self { Self(32) }
  /// `physdev_op`: physical interrupts.
  @inline(__always) public static var physicalDevice: Self { Self(33) }
  /// `hvm_op`: parameters and callback vectors of hardware-assisted domains.
  @inline(__always) public static var hvm: Self { Self(34) }
  /// `sysctl`: the machine as a whole, for the control domain.
  @inline(__always) public static var systemControl: Self { Self(35) }
  /// `domctl`: other domains, for the control domain.
  @inline(__always) public static var domainControl: Self { Self(36) }
  /// `arch_4`: Apus's own calls, in the range that the ABI leaves to the architecture.
  @inline(__always) public static var apus: Self { Self(52) }
}
