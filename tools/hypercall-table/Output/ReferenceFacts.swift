import XenABI

/// The structures that lie in shared memory.
func sharedSection() -> String {
  var text = """
    ## Shared memory

    What a guest and the hypervisor, or a backend, read and write at any time; the fields by the public headers' names.
    Records in it are not protected from changes while they are read: each field is read once.

    """
  for structure in sharedStructures {
    let sizes = structure.size
    text += "\n### \(structure.name)\n\n\(structure.meaning)\n\n"
    text +=
      sizes.wide == sizes.narrow
      ? "\(sizes.wide) bytes.\n\n" : "\(sizes.wide) bytes; \(sizes.narrow) for 32-bit kernels.\n\n"
    text += "| Field | 64-bit offset | size | 32-bit offset | size | |\n|---|---|---|---|---|---|\n"
    for field in structure.fields {
      let wide = "\(field.offset.wide) | \(field.size(.bits64))"
      let narrow = "\(field.offset.narrow) | \(field.size(.bits32))"
      text += "| `\(field.name)` | \(wide) | \(narrow) | \(field.meaning) |\n"
    }
  }
  return text
}

/// The numbers that go into the structures.
func constantsSection(_ structures: [String: StructureDocumentation]) -> String {
  var text = "## Constants\n\nThe numbers that go into arguments and structures, by the public headers' names.\n"
  for group in constantGroups {
    text += "\n### \(group.title)\n\nIn Swift `\(group.type)`.\n\n| Name | Value | |\n|---|---|---|\n"
    for constant in group.constants {
      let value = constant.text(in: group).filter { $0 != "(" && $0 != ")" }
      text += "| `\(constant.name)` | \(value) | \(group.meaning(constant, structures)) |\n"
    }
    if group.type == "HVMParameter" { text += callbackForm }
  }
  return text
}

private let callbackForm = """

  The value of `HVM_PARAM_CALLBACK_IRQ` has the kind in bits 63:56. Kind \(HVMParameter.callbackVector(0) >> 56)
  (`HVM_PARAM_CALLBACK_TYPE_VECTOR`) is what a guest uses: bits 7:0 are the vector by which the hypervisor interrupts,
  \("0x" + String(HVMParameter.callbackVector(0xF3), radix: 16)) for vector 0xF3, with no end of interrupt to be sent.
  What is pending then is in `vcpu_info` and `shared_info`. The other kinds are taken and deliver nothing.

  """
