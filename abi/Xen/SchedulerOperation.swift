/// A sub-operation of `sched_op` (public header `sched.h`, `SCHEDOP_*`).
public struct SchedulerOperation: RawRepresentable, Equatable, BitwiseCopyable, Sendable {
  public var rawValue: UInt32
  @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }
  @inline(__always) public init(_ number: UInt32) { rawValue = number }
  /// The number as a register holds it.
  @inline(__always) public var word: UInt64 { UInt64(rawValue) }

  /// `SCHEDOP_yield`: lets others run.
  @inline(__always) public static var yield: Self { Self(0) }
  /// `SCHEDOP_block`: waits for an event, with upcalls allowed.
  @inline(__always) public static var block: Self { Self(1) }
  /// `SCHEDOP_shutdown`: ends the domain.
  @inline(__always) public static var shutdown: Self { Self(2) }
  /// `SCHEDOP_poll`: waits for given ports, with upcalls not needed.
  @inline(__always) public static var poll: Self { Self(3) }
  /// `SCHEDOP_remote_shutdown`: ends another domain.
  @inline(__always) public static var remoteShutdown: Self { Self(4) }
}
