import XenABI

/// Makes abi/c/abi.h: the interface for guests in C.
public func headerFile(for calls: [Hypercall], structures: [String: StructureDocumentation]) -> String {
  var text = preamble
  text += "\n/* ---- Numbers of the calls ---- */\n\n"
  for call in calls where wrapper(for: call) != nil {
    text += define("__HYPERVISOR_\(call.cName)", "\(call.number.rawValue)", "")
  }
  for call in calls where wrapper(for: call) != nil && call.operationType != nil {
    text += "\n/* The first argument of \(call.cName). */\n"
    for operation in call.operations {
      text += define(cIdentifier(operation.cName), "\(operation.number ?? 0)", "")
    }
  }
  text += "\n/* ---- Errors: what a call returns, negated ---- */\n\n"
  for number in 1...255 {
    if let name = HypercallError(rawValue: Int32(number)).name { text += define("XEN_\(name)", "\(number)", "") }
  }
  for group in constantGroups {
    text += "\n/* ---- \(group.title) ---- */\n\n"
    for constant in group.constants {
      text += define(constant.name, constant.text(in: group), group.meaning(constant, structures))
    }
    if group.type == "HVMParameter" { text += callback }
  }
  text += "\n/* ---- Structures ---- */\n"
  for structure in allStructures(of: calls, structures) { text += "\n" + structure.declaration }
  text += "\n" + hypercallPreamble
  for call in calls {
    if let wrapper = wrapper(for: call) { text += "\n" + wrapper }
  }
  return text + "\n#undef XEN_ABI_SIZE\n#undef XEN_ABI_OFFSET\n#endif\n"
}

/// The structures of the header, those before others that these contain.
func allStructures(of calls: [Hypercall], _ structures: [String: StructureDocumentation]) -> [CStructure] {
  sharedStructures + headerTypes(of: calls).map { cStructure(of: $0, structures) }
}

/// Names as the reference has them, "name" alone where an operation of Apus's own has none in the public headers.
private func cIdentifier(_ name: String) -> String {
  name.contains(where: \.isUppercase) ? name : "APUS_\(name.uppercased())"
}

private func define(_ name: String, _ value: String, _ meaning: String) -> String {
  let line = "#define \(name) \(value)"
  if meaning.isEmpty { return line + "\n" }
  let plain = meaning.replacing("`", with: "")
  return line.count + plain.count + 7 <= 118 ? "\(line) /* \(plain) */\n" : comment(plain, indent: "") + line + "\n"
}

extension Constant {
  /// The value as C has it.
  func text(in group: ConstantGroup) -> String {
    if value < 0 { return "(\(value))" }
    return group.isHexadecimal ? "0x" + String(value, radix: 16) : "\(value)"
  }
}

private let preamble = """
  /* Made from the table in tools/hypercall-table and from abi/ by `make hypercalls`: change it there.
   *
   * The interface between a guest and the hypervisor for C: Xen's public ABI, version 4.17, as far as it is there, by
   * the names of its public headers. Freestanding, for 32-bit and 64-bit code (gcc and clang); docs/hypercalls.md says
   * what each call does, docs/guest-guide.md how a guest begins. */
  #ifndef APUS_ABI_H
  #define APUS_ABI_H

  #include <stddef.h>
  #include <stdint.h>

  #if !defined(__x86_64__) && !defined(__i386__)
  #error "x86 only"
  #elif defined(__x86_64__) && defined(__ILP32__)
  #error "a long must be as wide as the code"
  #endif

  /* Aligned to 8 bytes in 32-bit code, too. */
  typedef uint64_t xen_aligned_u64 __attribute__((aligned(8)));

  /* What is declared below lies where it should. */
  #ifdef __x86_64__
  #define XEN_ABI_SIZE(type, wide, narrow) _Static_assert(sizeof(struct type) == (wide), "the size of " #type)
  #define XEN_ABI_OFFSET(type, field, wide, narrow) \\
    _Static_assert(offsetof(struct type, field) == (wide), "the place of " #type "." #field)
  #else
  #define XEN_ABI_SIZE(type, wide, narrow) _Static_assert(sizeof(struct type) == (narrow), "the size of " #type)
  #define XEN_ABI_OFFSET(type, field, wide, narrow) \\
    _Static_assert(offsetof(struct type, field) == (narrow), "the place of " #type "." #field)
  #endif

  """

/// How HVM_PARAM_CALLBACK_IRQ says where events are to interrupt.
private let callback = """
  /* A value of HVM_PARAM_CALLBACK_IRQ: events interrupt by this vector, with no end of interrupt to be sent. */
  #define HVM_PARAM_CALLBACK_TYPE_VECTOR \(HVMParameter.callbackVector(0) >> 56)
  #define XEN_CALLBACK_VECTOR(vector) (((uint64_t)HVM_PARAM_CALLBACK_TYPE_VECTOR << 56) | (vector))

  """
