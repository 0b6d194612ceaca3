#if canImport(XenABI)
  import XenABI
#endif

extension RingLayout {
  /// The layout's name, as the hypervisor's command line has it.
  var name: StaticString {
    switch self {
    case .vmx: "vmx"
    case .svm: "svm"
    case .pv: "pv"
    case .pv32: "pv32"
    }
  }

  /// Who runs in which ring.
  var rings: StaticString {
    switch self {
    case .vmx: "hypervisor in VMX root mode (ring -1), kernel in non-root ring 0, user in ring 3, calls by VMCALL"
    case .svm: "hypervisor in SVM host mode (ring -1), kernel in guest ring 0, user in ring 3, calls by VMMCALL"
    case .pv: "hypervisor in ring 0, kernel and user in ring 3, calls by SYSCALL"
    case .pv32: "hypervisor in ring 0, kernel in ring 1, user in ring 3, calls by INT 0x82"
    }
  }
}
