import XenABI

/// What the public headers name and Apus does not have, for one reason: sub-operations, or whole hypercalls.
public struct Absence: Sendable {
  /// The header's names by number; none for a number that Xen does not use either.
  public var names: KeyValuePairs<UInt32, String>
  /// Why it is not there.
  public var reason: String
  /// What who may ask is answered.
  public var answer: HypercallError
  /// Who may ask.
  public var permission: Permission

  public init(
    _ reason: String, _ names: KeyValuePairs<UInt32, String>, answer: HypercallError = .notImplemented,
    by permission: Permission = .anyone
  ) {
    self.names = names
    self.reason = reason
    self.answer = answer
    self.permission = permission
  }

  /// Whether the dispatch has to know of it: all others fall through to -ENOSYS.
  var needsCase: Bool { answer != .notImplemented || permission != .anyone }
}

extension Hypercall {
  /// What a sub-operation that is not there is answered.
  ///
  /// - Parameters:
  ///   - absence: one of the call's.
  ///   - isPrivileged: whether the control domain asks.
  public func answer(to absence: Absence, isPrivileged: Bool) -> HypercallError {
    let permission = convention.checksPrivilegeFirst ? .controlDomain : absence.permission
    return isPrivileged ? absence.answer : permission.refusal ?? absence.answer
  }
}
