/// The part of the header that makes a call, in code of either width.
let hypercallPreamble = """
  /* ---- Making a call ---- */

  /* Whether the processor's own instruction for a call is VMMCALL (AMD, Hygon) or VMCALL: the other raises #UD. CPUID
   * is asked once a file, for it takes long in a guest. */
  static inline int xen_uses_vmmcall(void) {
    static int answer; /* 0 before the question, then 1 or 2 */
    if (!answer) {
      uint32_t eax = 0, ebx, ecx = 0, edx;
      __asm__ volatile("cpuid" : "+a"(eax), "=b"(ebx), "+c"(ecx), "=d"(edx));
      answer = ebx == 0x68747541 || ebx == 0x6f677948 ? 2 : 1; /* "Auth", "Hygo" */
    }
    return answer == 2;
  }

  /* A call with its number and up to five arguments; the result, negative for an error: -XEN_E... A call that goes on
   * in pieces changes its arguments, and any may read or write memory. */
  static inline long xen_hypercall(unsigned long number, unsigned long a, unsigned long b, unsigned long c,
                                   unsigned long d, unsigned long e) {
    int uses_vmmcall = xen_uses_vmmcall();
  #ifdef __x86_64__
    register unsigned long fourth __asm__("r10") = d;
    register unsigned long fifth __asm__("r8") = e;
    if (uses_vmmcall)
      __asm__ volatile("vmmcall" : "+a"(number), "+D"(a), "+S"(b), "+d"(c), "+r"(fourth), "+r"(fifth) : : "memory");
    else
      __asm__ volatile("vmcall" : "+a"(number), "+D"(a), "+S"(b), "+d"(c), "+r"(fourth), "+r"(fifth) : : "memory");
  #else
    if (uses_vmmcall)
      __asm__ volatile("vmmcall" : "+a"(number), "+b"(a), "+c"(b), "+d"(c), "+S"(d), "+D"(e) : : "memory");
    else
      __asm__ volatile("vmcall" : "+a"(number), "+b"(a), "+c"(b), "+d"(c), "+S"(d), "+D"(e) : : "memory");
  #endif
    return (long)number;
  }

  """

/// A function for a hypercall, by the way its arguments lie; nil for those that are not in the header.
func wrapper(for call: Hypercall) -> String? {
  let number = "__HYPERVISOR_\(call.cName)"
  let name =
    call.header == nil ? "apus_op" : call.cName.hasPrefix("xen_") ? call.cName : "xen_\(call.cName)"
  func function(_ parameters: String, _ arguments: [String]) -> String {
    let words = arguments + Array(repeating: "0", count: 5 - arguments.count)
    return comment(call.summary, indent: "") + "static inline long \(name)(\(parameters)) {\n"
      + "  return xen_hypercall(\(([number] + words).joined(separator: ", ")));\n}\n"
  }
  let address = "(unsigned long)argument"
  switch call.convention {
  case .memory, .command: return function("unsigned int operation, void *argument", ["operation", address])
  case .grantTable:
    return function(
      "unsigned int operation, void *list, unsigned int count", ["operation", "(unsigned long)list", "count"])
  case .vcpu:
    return function("unsigned int operation, unsigned int vcpu, void *argument", ["operation", "vcpu", address])
  case .console:
    return function(
      "unsigned int operation, unsigned int count, const void *bytes",
      ["operation", "count", "(unsigned long)bytes"])
  case .vmAssist: return function("unsigned int operation, unsigned int type", ["operation", "type"])
  case .multicall:
    return function("struct multicall_entry *list, unsigned int count", ["(unsigned long)list", "count"])
  case .deadline:
    return comment(call.summary, indent: "") + """
      static inline long \(name)(uint64_t deadline) {
      #ifdef __x86_64__
        return xen_hypercall(\(number), deadline, 0, 0, 0, 0);
      #else
        return xen_hypercall(\(number), (uint32_t)deadline, (uint32_t)(deadline >> 32), 0, 0, 0);
      #endif
      }

      """
  case .systemControl, .domainControl: return nil
  }
}
