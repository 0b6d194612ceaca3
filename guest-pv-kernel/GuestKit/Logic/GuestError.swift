#if canImport(XenABI)
  import XenABI
#endif

/// What everything in GuestKit throws, whatever it uses: one type, so that a guest's `run` and its own functions can
/// `try` all of it.
///
///     static func run() throws(GuestError) {
///       console.print("I am \(try XenStore.read("name"))")
///       let channel = try EventChannel(unboundFor: .zero)
///       try channel.notify()
///     }
///
/// The case says who refused, its value what they said:
///
///     do {
///       try channel.notify()
///     } catch GuestError.hypercall(.notFound) {
///       console.print("nobody is there")
///     }
enum GuestError: Error, Equatable {
  /// The hypervisor refused a call.
  case hypercall(HypercallError)
  /// The hypervisor made the call, and refused this grant in it.
  case grant(GrantStatus)
  /// The store refused a request. `ioError` where there is no store, or it does not answer.
  case store(StoreError)
  /// A disk, or the domain behind it.
  case block(BlockError)
  /// A page can't be mapped.
  case mapping(MappingError)
  /// This guest has no frame of memory left.
  case outOfMemory
}
