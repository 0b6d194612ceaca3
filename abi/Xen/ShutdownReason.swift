/// Why a domain ended (public header `sched.h`, `SHUTDOWN_*`).
public struct ShutdownReason: RawRepresentable, Equatable, BitwiseCopyable, Sendable {
  public var rawValue: UInt32
  @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }
  @inline(__always) public init(_ number: UInt32) { rawValue = number }

  /// It is done: free its resources.
  public static var powerOff: Self { Self(0) }
  /// Free its resources and start it again.
  public static var reboot: Self { Self(1) }
  /// It wants to be saved.
  public static var suspend: Self { Self(2) }
  /// It found itself broken, or was found so.
  public static var crash: Self { Self(3) }
  /// Its watchdog ran out.
  public static var watchdog: Self { Self(4) }
  /// A restart that keeps what is in memory.
  public static var softReset: Self { Self(5) }

  /// Whether the ABI knows the reason (`SHUTDOWN_MAX`).
  public var isValid: Bool { rawValue <= 5 }

  /// The reason in words, for people.
  public var name: StaticString {
    switch rawValue {
    case 0: "power off"
    case 1: "reboot"
    case 2: "suspend"
    case 3: "crash"
    case 4: "watchdog"
    case 5: "soft reset"
    default: "unknown reason"
    }
  }
}
