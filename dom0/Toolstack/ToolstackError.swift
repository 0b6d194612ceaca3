/// Why the toolstack can't do something: one line for a person.
struct ToolstackError: Error {
  let message: String

  init(_ message: String) { self.message = message }

  /// A refused hypercall, by what was to be done.
  init(_ what: String, _ error: GuestError) { message = "\(what): \(error.reason)" }
}

extension GuestError {
  /// In words for the person at the prompt: what the hypervisor says, without that it says it.
  var reason: String {
    if case .hypercall(let error) = self { return error.reason }
    return description
  }
}
