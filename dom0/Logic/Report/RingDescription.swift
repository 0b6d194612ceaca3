#if canImport(XenABI)
  import XenABI
#endif

/// A ring and whose code runs in it.
struct RingOccupant {
  let name: StaticString
  let occupant: StaticString
}

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

  /// Who runs in which ring, in one line.
  var rings: StaticString {
    switch self {
    case .vmx: "hypervisor in VMX root mode (ring -1), kernel in non-root ring 0, user in ring 3, calls by VMCALL"
    case .svm: "hypervisor in SVM host mode (ring -1), kernel in guest ring 0, user in ring 3, calls by VMMCALL"
    case .pv: "hypervisor in ring 0, kernel and user in ring 3, calls by SYSCALL"
    case .pv32: "hypervisor in ring 0, kernel in ring 1, user in ring 3, calls by INT 0x82"
    }
  }

  /// The same, ring by ring, from the inside out.
  var occupants: [RingOccupant] {
    let user = RingOccupant(name: "ring 3", occupant: "the domain's programs")
    switch self {
    case .vmx:
      return [
        RingOccupant(name: "ring -1", occupant: "Apus: VMX root mode, ring 0"),
        RingOccupant(name: "ring 0", occupant: "the domain's kernel: VMX non-root mode, ring 0"), user,
      ]
    case .svm:
      return [
        RingOccupant(name: "ring -1", occupant: "Apus: SVM host mode, ring 0"),
        RingOccupant(name: "ring 0", occupant: "the domain's kernel: SVM guest mode, ring 0"), user,
      ]
    case .pv:
      return [
        RingOccupant(name: "ring 0", occupant: "Apus"),
        RingOccupant(name: "ring 3", occupant: "the domain's kernel and programs, in tables of their own"),
      ]
    case .pv32:
      return [
        RingOccupant(name: "ring 0", occupant: "Apus"), RingOccupant(name: "ring 1", occupant: "the domain's kernel"),
        user,
      ]
    }
  }

  /// How a domain gets to the hypervisor.
  var entry: StaticString {
    switch self {
    case .vmx: "ring -1 by VMCALL from ring 0, and by VM exits; is entered by VMRESUME"
    case .svm: "ring -1 by VMMCALL from ring 0, and by #VMEXITs; is entered by VMRUN"
    case .pv: "ring 0 by SYSCALL, and by faults; is entered by IRET or SYSRET"
    case .pv32: "ring 0 by INT 0x82, and by faults; is entered by IRET"
    }
  }

  /// What translates its physical addresses.
  var nestedTables: StaticString {
    switch self {
    case .vmx: "extended page tables (EPT)"
    case .svm: "nested page tables (NPT)"
    case .pv, .pv32: "page tables"
    }
  }
}
