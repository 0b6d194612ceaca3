import XenABI

/// Makes docs/hypercalls.md: every call with its registers, structures, permissions and errors.
public func referencePage(for calls: [Hypercall], structures: [String: StructureDocumentation]) -> String {
  var text = preamble
  text += "## All calls\n\n| Number | Call | Sub-operation | Who may call it | In pieces |\n|---|---|---|---|---|\n"
  for call in calls {
    for operation in call.operations {
      text += "| \(number(of: operation, in: call)) | `\(call.cName)` "
      text += "| [`\(operation.cName)`](#\(operation.function.lowercased())) "
      text += "| \(operation.permission.rawValue) | \(operation.continues ? "yes" : "") |\n"
    }
  }
  text += "\n" + absentSection(calls)
  for call in calls { text += "\n" + section(call) }
  text += "\n## Structures\n\n" + structuresPreamble
  for type in structureTypes(of: calls) { text += "\n" + section(type, structures) }
  return text + "\n" + sharedSection() + "\n" + constantsSection(structures)
}

private let preamble = """
  # Hypercalls

  <!-- Made from the table in tools/hypercall-table by `make hypercalls`: change it there. -->

  The calls that a guest can make, with Xen's public numbers and layouts (version 4.17), and
  [those that are not there](#what-is-not-there); the [structures](#structures) that they take, those in
  [shared memory](#shared-memory), and the [constants](#constants). For C all of it is in `abi/c/abi.h`, by the public headers' names; the Swift names are those of GuestKit's `Hypercall` and of the methods of Core's `Caller` that do the work.

  ## How to call

  A guest executes VMCALL on Intel VT-x, VMMCALL on AMD-V, or calls the hypercall page, which holds the right one: 32
  bytes for each number, written by the hypervisor to the guest-physical address that the guest writes to MSR
  0x40000000 (CPUID leaf 0x40000002 tells the MSR's number).

  | | number | 1st | 2nd | 3rd | 4th | 5th | result |
  |---|---|---|---|---|---|---|---|
  | 64-bit code | RAX | RDI | RSI | RDX | R10 | R8 | RAX |
  | 32-bit code | EAX | EBX | ECX | EDX | ESI | EDI | EAX |

  The width is that of the code segment that the guest calls from. 32 bits of the number and of sub-operations count.
  Other registers stay as they are. Pointers are virtual addresses of the caller, translated by its own page tables at
  the time of the call; a structure is read once, and is written back with its padding as it was.

  A result from 0 on is a success; an error is its number, negated.

  | Error | | Every call can give it |
  |---|---|---|
  | -EPERM | -1 | from user mode, or where the privilege is missing |
  | -EFAULT | -14 | where a pointer leads to no memory of the caller's, or to memory that it may not read or write so |
  | -ENOSYS | -38 | for a number or sub-operation that is not there |

  A call marked as done in pieces may return to the guest with the instruction pointer still at the hypercall
  instruction and its first arguments advanced: interrupts are taken there, and the processor then executes the
  instruction again for the rest. A guest notices nothing, unless it looks at its registers in an interrupt handler.

  *The control domain* is domain 0. Where a call may name a domain, `0x7FF0` (`DOMID_SELF`) is the caller.


  """

private let structuresPreamble = """
  Offset and size in bytes, for callers of both widths. A field that has no place in one width is padding in the other.

  """

/// "12/6", or "13" for a call without sub-operations.
private func number(of operation: Operation, in call: Hypercall) -> String {
  "\(call.number.rawValue)" + (operation.number.map { "/\($0)" } ?? "")
}

/// What the public headers have and Apus has not.
private func absentSection(_ calls: [Hypercall]) -> String {
  var text = """
    ## What is not there

    Every other number and sub-operation that Xen 4.17's public headers name, what it is answered, and why it is not there.
    A domain that is not the control domain is answered -EPERM to each of `sysctl` and `domctl`.

    | Number | Name | Answer | |
    |---|---|---|---|

    """
  text += rows(absentCalls, prefix: "")
  for call in calls { text += rows(call.absences, prefix: "\(call.number.rawValue)/") }
  return text
}

/// A row for each name, by number.
private func rows(_ absences: [Absence], prefix: String) -> String {
  var rows: [(number: UInt32, text: String)] = []
  for absence in absences {
    var answer = "-\(errorName(absence.answer).c)"
    if let refusal = absence.permission.refusal, refusal != absence.answer {
      answer += "; -\(errorName(refusal).c) to others than the control domain"
    }
    for (number, name) in absence.names where !name.isEmpty {
      rows.append((number, "| \(prefix)\(number) | `\(name)` | \(answer) | \(absence.reason) |\n"))
    }
  }
  return rows.sorted { $0.number < $1.number }.map { $0.text }.joined()
}

/// One hypercall.
private func section(_ call: Hypercall) -> String {
  var text = "## \(call.number.rawValue) `\(call.cName)`\n\n\(call.summary)\n"
  if let header = call.header { text += "Public header: `\(header)`.\n" }
  text += "\n"
  for (index, meaning) in call.convention.registers.enumerated() {
    text += "- \(["1st", "2nd", "3rd"][index]) argument: \(meaning)\n"
  }
  for note in call.notes { text += "\n\(note)\n" }
  for operation in call.operations { text += "\n" + section(operation, in: call) }
  return text
}

/// One sub-operation.
private func section(_ operation: Operation, in call: Hypercall) -> String {
  var text = "### \(operation.function)\n\n"
  text += "**\(number(of: operation, in: call)) `\(operation.cName)`.** \(operation.summary)\n\n"
  text += "- Who may call it: \(operation.permission.rawValue)\n"
  switch operation.argument {
  case .none: break
  case .reads(let type): text += "- Argument: \(link(type)), read\n"
  case .updates(let type): text += "- Argument: \(link(type)), read and written back\n"
  case .list(let type): text += "- Argument: an array of \(link(type)), read and written back\n"
  case .bytes(let count): text += "- Argument: \(count) bytes, written\n"
  }
  text += "- Returns: \(operation.result)\n"
  if operation.continues { text += "- Is done in pieces\n" }
  let errors = operation.allErrors
  if !errors.isEmpty {
    text += "- Errors:\n"
    for refusal in errors { text += "  - -\(errorName(refusal.error).c): \(refusal.reason)\n" }
  }
  return text
}

private func link(_ type: StructureType) -> String { "[`\(type)`](#\("\(type)".lowercased()))" }

/// The structures that the rows name, and those that they point to, each once.
func structureTypes(of calls: [Hypercall]) -> [StructureType] {
  var types = calls.flatMap(\.operations).compactMap(\.argument.structure)
  types += [
    MemoryMapEntry.self, GrantEntry.self, DomainInformation.self, ApusExitCount.self, RunstateInformation.self,
    VCPUTimeInfo.self, HVMStartInfo.self, HVMModule.self, HVMMemoryMapEntry.self,
  ]
  var names: Set<String> = []
  return types.filter { names.insert("\($0)").inserted }.sorted { "\($0)" < "\($1)" }
}

/// One structure.
private func section(_ type: StructureType, _ structures: [String: StructureDocumentation]) -> String {
  let name = "\(type)"
  let sizes = (type.size(.bits64), type.size(.bits32))
  var text = "### \(name)\n\n\(structures[name]?.text ?? "")\n\n"
  text += sizes.0 == sizes.1 ? "\(sizes.0) bytes.\n\n" : "\(sizes.0) bytes; \(sizes.1) for 32-bit callers.\n\n"
  text += "| Field | 64-bit offset | size | 32-bit offset | size | |\n|---|---|---|---|---|---|\n"
  for field in fieldLayouts(of: type) {
    let narrow = field.narrow.map { "\($0.lowerBound) | \($0.count)" } ?? "| "
    let meaning = structures[field.owner]?.fields[field.name]?.replacing("\n\n", with: " ") ?? ""
    text += "| `\(field.name)` | \(field.wide.lowerBound) | \(field.wide.count) | \(narrow) | \(meaning) |\n"
  }
  return text
}
