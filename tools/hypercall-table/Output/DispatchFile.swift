/// Makes hypervisor/Core/Hypercalls/Dispatch.swift: from a number and arguments to a method of `Caller`.
public func dispatchFile(for calls: [Hypercall]) -> String {
  var text = """
    // Made from the table in tools/hypercall-table by `make hypercalls`: change it there.

    #if canImport(XenABI)
      import XenABI
    #endif

    extension Caller {
      /// Does the hypercall whose arguments are in the calling vCPU's registers, or refuses it: a refusal is the error
      /// number, negated, as the value of a finished call.
      package func dispatch(_ number: HypercallNumber) -> HypercallOutcome {
        do throws(HypercallError) {
          return try perform(number)
        } catch {
          return .refused(error)
        }
      }

      /// Finds the hypercall in the table.
      ///
      /// - Throws: `notImplemented` for what is not there, `notPermitted` for what takes the control domain's privilege,
      ///   and what the sub-operation throws.
      @inline(__always)
      func perform(_ number: HypercallNumber) throws(HypercallError) -> HypercallOutcome {
        switch number {

    """
  for call in calls {
    text += "    case .\(call.name):  // \(call.number.rawValue), \(call.cName)\n"
    text += "      return try \(call.name)Call()\n"
  }
  for absence in absentCalls where absence.needsCase {
    for (number, name) in absence.names {
      text += "    case HypercallNumber(\(number)):  // \(name)\n"
      text += "      throw .\(errorName(absence.answer).swift)\n"
    }
  }
  text += """
        default:
          throw .notImplemented
        }
      }

    """
  text += frequentMethod(for: calls)
  for call in calls { text += "\n" + (call.operationType == nil ? direct(call) : switchOver(call)) }
  return text + "}\n"
}

/// The method that looks for the frequent operations before all others.
private func frequentMethod(for calls: [Hypercall]) -> String {
  var text = """

      /// The operations that the table marks as frequent, for a 64-bit caller: a short way past the switches. Nil for
      /// all others, which `dispatch` finds.
      ///
      /// - Parameters:
      ///   - number: of the hypercall; the operation is in the arguments.
      ///   - renewPaging: brings the vCPU's paging state up to date, for those that follow a pointer.
      /// - Throws: what the operation throws.
      @inline(__always)
      package func performFrequent(
        _ number: HypercallNumber, renewPaging: () -> Void
      ) throws(HypercallError) -> UInt64? {
        let operation = UInt32(truncatingIfNeeded: vcpu.object.registers.rdi)
        switch number {

    """
  for call in calls {
    for operation in call.operations where operation.isFrequent {
      let argument = if case .none = operation.argument { "" } else { "GuestVirtualAddress(vcpu.object.registers.rsi)" }
      text += "    case .\(call.name) where operation == \(operation.number ?? 0):  // \(operation.cName)\n"
      if !argument.isEmpty { text += "      renewPaging()\n" }
      text += "      return try \(operation.function)(\(argument))\n"
    }
  }
  return text + """
        default:
          return nil
        }
      }

    """
}

/// The method for a hypercall without sub-operations.
private func direct(_ call: Hypercall) -> String {
  var text = """
      /// \(call.cName), which has no sub-operations.
      @inline(never)
      func \(call.name)Call() throws(HypercallError) -> HypercallOutcome {

    """
  text += call.convention.decoding
  for operation in call.operations { text += "    return \(invocation(of: operation, in: call))\n" }
  return text + "  }\n"
}

/// The method that goes from a hypercall's sub-operation to the method that does it.
private func switchOver(_ call: Hypercall) -> String {
  guard let type = call.operationType else { return "" }
  var text = """
      /// \(call.cName), by its sub-operation.
      @inline(never)
      func \(call.name)Call() throws(HypercallError) -> HypercallOutcome {

    """
  text += call.convention.decoding
  switch call.convention {
  case .systemControl, .domainControl: text += "    switch header.operation {\n"
  case .memory: text += "    switch \(type)(UInt32(truncatingIfNeeded: firstArgument & 0x3F)) {\n"
  default: text += "    switch \(type)(UInt32(truncatingIfNeeded: firstArgument)) {\n"
  }
  for operation in call.operations {
    text += "    case .\(operation.name):  // \(operation.number.map(String.init) ?? ""), \(operation.cName)\n"
    if !call.convention.checksPrivilegeFirst { text += guardLine(operation.permission) }
    if call.convention == .memory, !operation.continues {
      text += "      guard start == 0 else { throw .invalidArgument }\n"
    }
    text += "      return \(invocation(of: operation, in: call))\n"
  }
  for absence in call.absences where absence.needsCase {
    for (number, name) in absence.names {
      text += "    case \(type)(\(number)):  // \(name)\n"
      text += guardLine(absence.permission)
      text += "      throw .\(errorName(absence.answer).swift)\n"
    }
  }
  return text + """
        default:
          throw .notImplemented
        }
      }

    """
}

/// Refuses those who may not call.
private func guardLine(_ permission: Permission) -> String {
  guard let refusal = permission.refusal else { return "" }
  return "      guard isPrivileged else { throw .\(errorName(refusal).swift) }\n"
}

/// The call of a method, its value turned into an outcome where it is not one.
private func invocation(of operation: Operation, in call: Hypercall) -> String {
  let expression = "\(operation.function)(\(methodArguments(of: operation, in: call)))"
  return operation.continues ? "try \(expression)" : ".done(try \(expression))"
}

/// What a method gets, of what `Convention.decoding` took out of the registers.
private func methodArguments(of operation: Operation, in call: Hypercall) -> String {
  let argument: [String] = if case .none = operation.argument { [] } else { ["argument"] }
  let parts =
    switch call.convention {
    case .memory: argument + (operation.continues ? ["from: start"] : [])
    case .command, .systemControl: argument
    case .grantTable, .multicall: ["list", "count: count"]
    case .vcpu: ["id"] + argument
    case .console: ["buffer", "count: count"]
    case .vmAssist: ["type"]
    case .domainControl: argument + ["header.domain"]
    case .deadline: ["time"]
    }
  return parts.joined(separator: ", ")
}

extension Convention {
  /// Takes the arguments out of the registers.
  var decoding: String {
    func pointer(_ name: String, _ register: String) -> String {
      "    let \(name) = GuestVirtualAddress(\(register)Argument)\n"
    }
    func word(_ name: String, _ type: String, _ register: String) -> String {
      "    let \(name) = \(type)(truncatingIfNeeded: \(register)Argument)\n"
    }
    switch self {
    case .memory: return "    let start = firstArgument >> MemoryOperation.bitCount\n" + pointer("argument", "second")
    case .command: return pointer("argument", "second")
    case .grantTable: return pointer("list", "second") + word("count", "UInt32", "third")
    case .multicall: return pointer("list", "first") + word("count", "UInt32", "second")
    case .vcpu:
      return "    let id = VCPUID(UInt32(truncatingIfNeeded: secondArgument))\n" + pointer("argument", "third")
    case .console: return word("count", "UInt32", "second") + pointer("buffer", "third")
    case .vmAssist: return "    let type = VMAssistType(UInt32(truncatingIfNeeded: secondArgument))\n"
    case .systemControl: return controlDecoding("SystemControl")
    case .domainControl: return controlDecoding("DomainControl")
    case .deadline:
      return """
            let isWide = width == .bits64
            let time = Nanoseconds(isWide ? firstArgument : firstArgument | secondArgument << 32)

        """
    }
  }

  /// For the two whose sub-operation lies in memory.
  private func controlDecoding(_ name: String) -> String {
    """
        guard isPrivileged else { throw .notPermitted }
        let argument = GuestVirtualAddress(firstArgument)
        let header = try memory.read(\(name)Header.self, at: argument)
        guard header.version == \(name)Operation.interfaceVersion else { throw .accessDenied }

    """
  }

  /// Whether the privilege is checked before the structure is read.
  var checksPrivilegeFirst: Bool { self == .systemControl || self == .domainControl }
}
