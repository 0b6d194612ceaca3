/// What a xenstore message asks or says (public header `io/xs_wire.h`, `xsd_sockmsg_type`). A reply has the type of its
/// request, or `error`.
public enum StoreMessageType: UInt32, Sendable {
  /// `XS_CONTROL`: a command to the store's server itself.
  case control = 0
  /// `XS_DIRECTORY`: the names of a node's children.
  case directory = 1
  /// `XS_READ`: a node's value.
  case read = 2
  /// `XS_GET_PERMS`: a node's permissions.
  case getPermissions = 3
  /// `XS_WATCH`: tell of changes at and below a path.
  case watch = 4
  /// `XS_UNWATCH`.
  case unwatch = 5
  /// `XS_TRANSACTION_START`.
  case transactionStart = 6
  /// `XS_TRANSACTION_END`: "T" commits, "F" drops.
  case transactionEnd = 7
  /// `XS_INTRODUCE`: a domain has a ring; for the control domain.
  case introduce = 8
  /// `XS_RELEASE`: a domain is gone; for the control domain.
  case release = 9
  /// `XS_GET_DOMAIN_PATH`: where a domain's own nodes are.
  case getDomainPath = 10
  /// `XS_WRITE`: a node's value, the node being made where it is missing.
  case write = 11
  /// `XS_MKDIR`: a node without a value, unless there is one.
  case makeDirectory = 12
  /// `XS_RM`: a node and all below it.
  case remove = 13
  /// `XS_SET_PERMS`.
  case setPermissions = 14
  /// `XS_WATCH_EVENT`: something watched has changed; comes unasked.
  case watchEvent = 15
  /// `XS_ERROR`: the request was refused; the payload is the error's name.
  case error = 16
  /// `XS_IS_DOMAIN_INTRODUCED`.
  case isDomainIntroduced = 17
  /// `XS_RESUME`: a domain that was shut down runs again; for the control domain.
  case resume = 18
  /// `XS_SET_TARGET`: a domain may do what another one may; for the control domain.
  case setTarget = 19
  /// `XS_RESET_WATCHES`: forget every watch and transaction of the sender.
  case resetWatches = 21
  /// `XS_DIRECTORY_PART`: a piece of a list of children that is too long for one message.
  case directoryPart = 22
}

/// The sixteen bytes before a message's payload (public header `io/xs_wire.h`, `xsd_sockmsg`).
public struct StoreMessageHeader: Equatable, BitwiseCopyable, Sendable {
  /// `type`: a `StoreMessageType`.
  public var type: UInt32
  /// `req_id`: chosen by the client, repeated in the reply; 0 in a watch's event.
  public var requestID: UInt32
  /// `tx_id`: the transaction, or 0.
  public var transactionID: UInt32
  /// `len`: the bytes of the payload that follows.
  public var byteCount: UInt32

  @inline(__always) public init(type: UInt32, requestID: UInt32, transactionID: UInt32, byteCount: UInt32) {
    self.type = type
    self.requestID = requestID
    self.transactionID = transactionID
    self.byteCount = byteCount
  }

  /// A header's size in bytes.
  public static var size: Int { 16 }

  /// Takes the fields out of a header's bytes, each a little-endian word.
  public init(_ bytes: InlineArray<16, UInt8>) {
    // Without a loop, which would not be unrolled in images that are optimised for size.
    @inline(__always) func word(_ index: Int) -> UInt32 {
      UInt32(bytes[index &* 4]) | UInt32(bytes[index &* 4 &+ 1]) << 8 | UInt32(bytes[index &* 4 &+ 2]) << 16
        | UInt32(bytes[index &* 4 &+ 3]) << 24
    }
    self.init(type: word(0), requestID: word(1), transactionID: word(2), byteCount: word(3))
  }

  /// The header's bytes.
  public var bytes: InlineArray<16, UInt8> {
    var bytes = InlineArray<16, UInt8>(repeating: 0)
    for byte in 0..<4 {
      let shift = UInt32(byte &* 8)
      bytes[byte] = UInt8(truncatingIfNeeded: type >> shift)
      bytes[4 &+ byte] = UInt8(truncatingIfNeeded: requestID >> shift)
      bytes[8 &+ byte] = UInt8(truncatingIfNeeded: transactionID >> shift)
      bytes[12 &+ byte] = UInt8(truncatingIfNeeded: byteCount >> shift)
    }
    return bytes
  }
}

/// The lengths that the protocol allows, in bytes (public header `io/xs_wire.h`).
public enum StoreLimits {
  /// `XENSTORE_PAYLOAD_MAX`: a message without its header.
  public static var payload: Int { 4096 }
  /// `XENSTORE_ABS_PATH_MAX`: a path that begins with a slash.
  public static var absolutePath: Int { 3072 }
  /// `XENSTORE_REL_PATH_MAX`: a path that is meant below the domain's own.
  public static var relativePath: Int { 2048 }
}
