#if canImport(XenABI)
  import XenABI
#endif

/// A refused call, in words.
extension HypercallError {
  var reason: String {
    switch self {
    case .notPermitted: "not permitted (EPERM)"
    case .notFound: "not found (ENOENT)"
    case .noSuchDomain: "no such domain (ESRCH)"
    case .outOfMemory: "out of memory (ENOMEM)"
    case .accessDenied: "another version of the interface (EACCES)"
    case .badAddress: "bad address (EFAULT)"
    case .busy: "in use (EBUSY)"
    case .invalidArgument: "invalid (EINVAL)"
    case .noSpace: "no room (ENOSPC)"
    case .notImplemented: "this hypervisor does not offer it (ENOSYS)"
    case .notSupported: "this hypervisor does not offer it (EOPNOTSUPP)"
    default: "errno \(rawValue)"
    }
  }
}

/// A refused use of the store, in words.
extension StoreError {
  var reason: String {
    switch self {
    case .notFound: "no such node (ENOENT)"
    case .invalidArgument: "not a path for this (EINVAL)"
    case .tooBig: "longer than the store takes (E2BIG)"
    default: "\(name)"
    }
  }
}
