import XenABI

/// An error's names: the public header's and the Swift member's.
func errorName(_ error: HypercallError) -> (c: String, swift: String) {
  switch error {
  case .notPermitted: ("EPERM", "notPermitted")
  case .notFound: ("ENOENT", "notFound")
  case .noSuchDomain: ("ESRCH", "noSuchDomain")
  case .ioError: ("EIO", "ioError")
  case .tooBig: ("E2BIG", "tooBig")
  case .tryAgain: ("EAGAIN", "tryAgain")
  case .outOfMemory: ("ENOMEM", "outOfMemory")
  case .accessDenied: ("EACCES", "accessDenied")
  case .badAddress: ("EFAULT", "badAddress")
  case .busy: ("EBUSY", "busy")
  case .alreadyExists: ("EEXIST", "alreadyExists")
  case .invalidArgument: ("EINVAL", "invalidArgument")
  case .noSpace: ("ENOSPC", "noSpace")
  case .outOfRange: ("ERANGE", "outOfRange")
  case .noData: ("ENODATA", "noData")
  case .noBuffers: ("ENOBUFS", "noBuffers")
  case .notImplemented: ("ENOSYS", "notImplemented")
  case .timePassed: ("ETIME", "timePassed")
  case .notSupported: ("EOPNOTSUPP", "notSupported")
  default: preconditionFailure("an error without a name: \(error.rawValue)")
  }
}

extension Operation {
  /// The errors of the row, and those that follow from it: of a refused privilege, and of an argument's address.
  var allErrors: [Refusal] {
    var all = errors
    if permission == .controlDomain, !all.contains(where: { $0.error == .notPermitted }) {
      all.insert(Refusal(.notPermitted, "the caller is not the control domain"), at: 0)
    }
    let hasPointer = if case .none = argument { false } else { true }
    if hasPointer, !all.contains(where: { $0.error == .badAddress }) {
      let isWritten = if case .reads = argument { false } else { true }
      all.append(Refusal(.badAddress, "the structure can't be read\(isWritten ? " or written" : "")"))
    }
    return all
  }
}
