/// Makes guest-pv-kernel/GuestKit/Hypercall/Stubs.swift: one typed function for each sub-operation.
public func stubsFile(for calls: [Hypercall]) -> String {
  var text = """
    // Made from the table in tools/hypercall-table by `make hypercalls`: change it there.

    /// Every hypercall, as a function of the structure that it takes (docs/hypercalls.md).
    ///
    /// These are the raw calls: addresses within a structure must lead to memory that the call may read and write.
    /// A structure's bytes in a 64-bit guest's memory are those of the public header, so that its address is passed.
    /// A refusal is thrown as `GuestError.hypercall`; what each call lists under "Throws" are its values.
    enum Hypercall {}

    """
  for call in calls {
    let heading = wrapped("`\(call.cName)`. \(call.summary)", first: 116, rest: 116)
    text += "\n" + heading.map { "/// \($0)\n" }.joined()
    text += "extension Hypercall {\n"
    text += call.operations.map { stub(for: $0, in: call) }.joined(separator: "\n")
    text += "}\n"
  }
  return text
}

/// One function.
private func stub(for operation: Operation, in call: Hypercall) -> String {
  var lines = wrapped("\(operation.summary) `\(operation.cName)`.", first: 114, rest: 114).map { "/// \($0)" }
  let errors = errorNames(of: operation)
  if operation.result != "0" || errors != nil { lines.append("///") }
  if operation.result != "0" { lines.append("/// - Returns: \(operation.result).") }
  if let errors { lines.append("/// - Throws: \(errors).") }
  lines.append("@discardableResult")
  let signature = Signature(operation, call.convention)
  let start = "static func \(operation.function)("
  let end = ") throws(GuestError) -> UInt64 {"
  if start.count + signature.parameters.count + end.count <= 118 {
    lines.append(start + signature.parameters + end)
  } else {
    lines += [start, "  " + signature.parameters, end]
  }
  let name = call.operationType.map { "\($0).\(operation.name)" }
  lines += signature.body(number: call.name, operation: name).map { "  \($0)" }
  lines.append("}")
  return lines.map { $0.isEmpty ? "" : "  \($0)" }.joined(separator: "\n") + "\n"
}

/// What a function takes, and what of that goes into which register.
private struct Signature {
  var parameters: String
  /// The words after the sub-operation: `$` is the address, `$1` the count of a list.
  var words: [String]
  /// How the parameter whose address is passed is handed to `onAddress`.
  var pointee: String?

  init(_ operation: Operation, _ convention: Convention) {
    var list: [String] = []
    switch operation.argument {
    case .none: pointee = nil
    case .reads(let type):
      list.append("_ argument: \(type)")
      pointee = "reading: argument"
    case .updates(let type):
      list.append("_ argument: inout \(type)")
      pointee = "of: &argument"
    case .list(let type):
      list.append("_ list: inout MutableSpan<\(type)>")
      pointee = "ofAll: &list"
    case .bytes(let count):
      list.append("_ bytes: inout InlineArray<\(count), UInt8>")
      pointee = "of: &bytes"
    }
    switch convention {
    case .memory, .command, .systemControl, .domainControl: words = pointee == nil ? [] : ["$"]
    case .grantTable, .multicall: words = pointee == "ofAll: &list" ? ["$", "$1"] : ["$", "1"]
    case .vcpu:
      list.insert("_ vcpu: VCPUID", at: 0)
      words = ["UInt64(vcpu.rawValue)"] + (pointee == nil ? [] : ["$"])
    case .console:
      list = ["_ address: GuestVirtualAddress", "count: UInt32"]
      words = ["UInt64(count)", "address.rawValue"]
    case .vmAssist:
      list = ["_ type: VMAssistType"]
      words = ["UInt64(type.rawValue)"]
    case .deadline:
      list = ["_ time: Nanoseconds"]
      words = ["time.rawValue"]
    }
    parameters = list.joined(separator: ", ")
  }

  /// The lines of the function.
  func body(number: String, operation: String?) -> [String] {
    let isInMemory = number == "systemControl" || number == "domainControl"
    let first = isInMemory ? [] : operation.map { ["\($0).word"] } ?? []
    let names = ["$": "address", "$1": "count"]
    let words = ([".\(number)"] + first + words.map { names[$0] ?? $0 }).joined(separator: ", ")
    guard let pointee else { return ["try checked(hypercall(\(words)))"] }
    let parameters = self.words.contains("$1") ? "address, count" : "address"
    return ["try onAddress(\(pointee)) { \(parameters) in", "  hypercall(\(words))", "}"]
  }
}

/// The members of `HypercallError` that a sub-operation throws; nil if it throws none but those every call can.
private func errorNames(of operation: Operation) -> String? {
  var names: [String] = []
  for refusal in operation.allErrors {
    let name = "`\(errorName(refusal.error).swift)`"
    if !names.contains(name) { names.append(name) }
  }
  return names.isEmpty ? nil : names.joined(separator: ", ")
}
