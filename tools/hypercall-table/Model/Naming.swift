extension Hypercall {
  /// The type in abi/Xen that names the sub-operations; nil for a call that has none.
  public var operationType: String? {
    if operations.allSatisfy({ $0.number == nil }) { return nil }
    switch name {
    case "hvm": return "HVMOperation"
    case "vcpu": return "VCPUOperation"
    case "vmAssist": return "VMAssistOperation"
    default: return name.prefix(1).uppercased() + name.dropFirst() + "Operation"
    }
  }
}
