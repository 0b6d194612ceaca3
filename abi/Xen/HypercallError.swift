/// A refused hypercall: the ABI's error number, which the guest sees negated in its result register
/// (public header `errno.h`).
public struct HypercallError: Error, RawRepresentable, Equatable, BitwiseCopyable, Sendable {
  /// The error number, positive.
  public var rawValue: Int32
  @inline(__always) public init(rawValue: Int32) { self.rawValue = rawValue }
  @inline(__always) private init(_ number: Int32) { rawValue = number }

  /// EPERM: the caller lacks the privilege.
  public static var notPermitted: Self { Self(1) }
  /// ENOENT: no such object.
  public static var notFound: Self { Self(2) }
  /// ESRCH: no such domain.
  public static var noSuchDomain: Self { Self(3) }
  /// EIO: the device failed.
  public static var ioError: Self { Self(5) }
  /// ENXIO: no such device or address.
  public static var noSuchDevice: Self { Self(6) }
  /// E2BIG: the arguments are too long.
  public static var tooBig: Self { Self(7) }
  /// EAGAIN: not now, try again.
  public static var tryAgain: Self { Self(11) }
  /// ENOMEM: no memory left, or the domain's limit is reached.
  public static var outOfMemory: Self { Self(12) }
  /// EACCES: the interface version is another.
  public static var accessDenied: Self { Self(13) }
  /// EFAULT: a pointer did not lead to the caller's memory.
  public static var badAddress: Self { Self(14) }
  /// EBUSY: in use.
  public static var busy: Self { Self(16) }
  /// EEXIST: there already.
  public static var alreadyExists: Self { Self(17) }
  /// EXDEV: the object belongs to another.
  public static var crossDevice: Self { Self(18) }
  /// ENODEV: no such device.
  public static var noDevice: Self { Self(19) }
  /// EINVAL: an argument is out of range.
  public static var invalidArgument: Self { Self(22) }
  /// ENOSPC: no room: every port or slot is taken.
  public static var noSpace: Self { Self(28) }
  /// ERANGE: a result does not fit.
  public static var outOfRange: Self { Self(34) }
  /// ENOSYS: no such hypercall or sub-operation.
  public static var notImplemented: Self { Self(38) }
  /// ENODATA: nothing there.
  public static var noData: Self { Self(61) }
  /// ETIME: the time lies in the past.
  public static var timePassed: Self { Self(62) }
  /// EOVERFLOW: a value is too large for its field.
  public static var overflow: Self { Self(75) }
  /// ENOBUFS: no buffer space.
  public static var noBuffers: Self { Self(105) }
  /// EOPNOTSUPP: the operation exists but is not offered here.
  public static var notSupported: Self { Self(95) }

  /// What a guest finds in its result register.
  @inline(__always) public var result: Int64 { -Int64(rawValue) }
}
