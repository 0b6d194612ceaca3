extension HypercallError {
  /// The error's name in the public header (`errno.h`); nil for a number that no call of this ABI gives.
  public var name: StaticString? {
    switch self {
    case .notPermitted: "EPERM"
    case .notFound: "ENOENT"
    case .noSuchDomain: "ESRCH"
    case .ioError: "EIO"
    case .noSuchDevice: "ENXIO"
    case .tooBig: "E2BIG"
    case .tryAgain: "EAGAIN"
    case .outOfMemory: "ENOMEM"
    case .accessDenied: "EACCES"
    case .badAddress: "EFAULT"
    case .busy: "EBUSY"
    case .alreadyExists: "EEXIST"
    case .crossDevice: "EXDEV"
    case .noDevice: "ENODEV"
    case .invalidArgument: "EINVAL"
    case .noSpace: "ENOSPC"
    case .outOfRange: "ERANGE"
    case .notImplemented: "ENOSYS"
    case .noData: "ENODATA"
    case .timePassed: "ETIME"
    case .overflow: "EOVERFLOW"
    case .notSupported: "EOPNOTSUPP"
    case .noBuffers: "ENOBUFS"
    default: nil
    }
  }
}
