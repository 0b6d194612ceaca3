/// A refused xenstore request. The wire carries the error's name (public header `io/xs_wire.h`, `xsd_errors`); the raw
/// value is its number.
public enum StoreError: UInt8, Error, Sendable {
  /// EPERM: only the control domain may.
  case notPermitted = 1
  /// ENOENT: no such node, transaction or watch.
  case notFound = 2
  /// EIO: the ring to the store is of no use.
  case ioError = 5
  /// E2BIG: longer than a message, or too many watches.
  case tooBig = 7
  /// EAGAIN: the transaction met a change of another; start it anew.
  case tryAgain = 11
  /// ENOMEM: the server has no memory left.
  case outOfMemory = 12
  /// EACCES: the node's permissions say no.
  case accessDenied = 13
  /// EBUSY: a transaction is running already.
  case busy = 16
  /// EEXIST: there already.
  case alreadyExists = 17
  /// EISDIR.
  case isDirectory = 21
  /// EINVAL: not a valid path, number or message.
  case invalidArgument = 22
  /// ENOSPC: a quota of the domain is used up.
  case noSpace = 28
  /// EROFS.
  case readOnly = 30
  /// ENOSYS: no such request.
  case notImplemented = 38
  /// ENOTEMPTY.
  case notEmpty = 39
  /// EISCONN: introduced already.
  case isConnected = 106
}

extension StoreError {
  /// The name that the wire carries.
  public var name: StaticString {
    switch self {
    case .notPermitted: "EPERM"
    case .notFound: "ENOENT"
    case .ioError: "EIO"
    case .tooBig: "E2BIG"
    case .tryAgain: "EAGAIN"
    case .outOfMemory: "ENOMEM"
    case .accessDenied: "EACCES"
    case .busy: "EBUSY"
    case .alreadyExists: "EEXIST"
    case .isDirectory: "EISDIR"
    case .invalidArgument: "EINVAL"
    case .noSpace: "ENOSPC"
    case .readOnly: "EROFS"
    case .notImplemented: "ENOSYS"
    case .notEmpty: "ENOTEMPTY"
    case .isConnected: "EISCONN"
    }
  }

  /// The numbers of all of them, in the header's order.
  private static var numbers: InlineArray<16, UInt8> {
    [22, 13, 17, 21, 2, 12, 28, 5, 39, 38, 30, 16, 11, 106, 7, 1]
  }

  /// The error of that name, the zero at its end left out; nil for a name that is not in the header.
  public init?(name: some Collection<UInt8>) {
    let numbers = Self.numbers
    for index in numbers.indices {
      if let error = Self(rawValue: numbers[index]), error.isNamed(name) {
        self = error
        return
      }
    }
    return nil
  }

  private func isNamed(_ bytes: some Collection<UInt8>) -> Bool {
    let name = name
    return name.withUTF8Buffer { text in
      if text.count != bytes.count { return false }
      var index = 0
      for byte in bytes {
        if unsafe text[index] != byte { return false }  // below the count, by the line above
        index &+= 1
      }
      return true
    }
  }
}
