/// Where the parts of a store ring lie in its page (public header `io/xs_wire.h`, `xenstore_domain_interface`). Requests
/// go to the server, responses to the guest; indices run freely and count modulo the ring's size.
public enum StoreRingLayout {
  /// `XENSTORE_RING_SIZE`: the bytes of either ring.
  public static var ringSize: UInt32 { 1024 }
  /// `req`.
  public static var requests: Int { 0 }
  /// `rsp`.
  public static var responses: Int { 1024 }
  /// `req_cons`: written by the server.
  public static var requestConsumer: Int { 2048 }
  /// `req_prod`: written by the guest.
  public static var requestProducer: Int { 2052 }
  /// `rsp_cons`: written by the guest.
  public static var responseConsumer: Int { 2056 }
  /// `rsp_prod`: written by the server.
  public static var responseProducer: Int { 2060 }
  /// `server_features`: `StoreServerFeatures`.
  public static var serverFeatures: Int { 2064 }
  /// `connection`: a `StoreConnectionState`.
  public static var connection: Int { 2068 }
  /// `error`: a `StoreRingError`.
  public static var error: Int { 2072 }
}

/// What the server can do beyond the first protocol (`XENSTORE_SERVER_FEATURE_*`).
public struct StoreServerFeatures: OptionSet, BitwiseCopyable, Sendable {
  public var rawValue: UInt32
  @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// `XENSTORE_SERVER_FEATURE_RECONNECTION`: the guest may ask for a new start by `connection`.
  public static var reconnection: Self { Self(rawValue: 1) }
  /// `XENSTORE_SERVER_FEATURE_ERROR`: the server says in `error` why it stopped serving.
  public static var error: Self { Self(rawValue: 2) }
}

/// Whether the ring is served (`XENSTORE_CONNECTED`, `XENSTORE_RECONNECT`).
public enum StoreConnectionState: UInt32, Sendable {
  /// The server serves it; written by the server.
  case connected = 0
  /// A new start is asked for, or the server has not come yet.
  case reconnect = 1
}

/// Why the server stopped serving a ring (`XENSTORE_ERROR_*`).
public enum StoreRingError: UInt32, Sendable {
  case none = 0
  /// `XENSTORE_ERROR_COMM`: the ring could not be used.
  case communication = 1
  /// `XENSTORE_ERROR_RINGIDX`: an index is further from the other than the ring is long.
  case ringIndex = 2
  /// `XENSTORE_ERROR_PROTO`: a message is longer than messages are.
  case `protocol` = 3
}
