/// Why the toolstack can't do something: one line for a person.
struct ToolstackError: Error {
  let message: String

  init(_ message: String) { self.message = message }

  /// A refused hypercall, by what was to be done.
  init(_ what: String, _ error: HypercallError) { message = "\(what): \(error.reason)" }
}
