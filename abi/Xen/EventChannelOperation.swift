/// A sub-operation of `event_channel_op` (public header `event_channel.h`, `EVTCHNOP_*`).
public struct EventChannelOperation: RawRepresentable, Equatable, BitwiseCopyable, Sendable {
  public var rawValue: UInt32
  @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }
  @inline(__always) public init(_ number: UInt32) { rawValue = number }
  /// The number as a register holds it.
  @inline(__always) public var word: UInt64 { UInt64(rawValue) }

  /// `EVTCHNOP_bind_interdomain`: connects to a port that a domain keeps open for the caller.
  @inline(__always) public static var bindInterdomain: Self { Self(0) }
  /// `EVTCHNOP_bind_virq`: a port for a virtual interrupt.
  @inline(__always) public static var bindVirtualIRQ: Self { Self(1) }
  /// `EVTCHNOP_bind_pirq`: a port for a physical interrupt.
  @inline(__always) public static var bindPhysicalIRQ: Self { Self(2) }
  /// `EVTCHNOP_close`: frees a port.
  @inline(__always) public static var close: Self { Self(3) }
  /// `EVTCHNOP_send`: signals the other end.
  @inline(__always) public static var send: Self { Self(4) }
  /// `EVTCHNOP_status`: what a port is bound to.
  @inline(__always) public static var status: Self { Self(5) }
  /// `EVTCHNOP_alloc_unbound`: a port that a named domain may connect to.
  @inline(__always) public static var allocateUnbound: Self { Self(6) }
  /// `EVTCHNOP_bind_ipi`: a port that signals a vCPU of the same domain.
  @inline(__always) public static var bindIPI: Self { Self(7) }
  /// `EVTCHNOP_bind_vcpu`: which vCPU is told of a port's events.
  @inline(__always) public static var bindVCPU: Self { Self(8) }
  /// `EVTCHNOP_unmask`: clears a port's mask and delivers what is pending.
  @inline(__always) public static var unmask: Self { Self(9) }
  /// `EVTCHNOP_reset`: closes all of a domain's ports.
  @inline(__always) public static var reset: Self { Self(10) }
  /// `EVTCHNOP_init_control`: asks for FIFO delivery; refused, so that guests use 2-level delivery.
  @inline(__always) public static var initControl: Self { Self(11) }
}
