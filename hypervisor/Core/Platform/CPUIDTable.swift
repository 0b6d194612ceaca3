#if canImport(XenABI)
  import XenABI
#endif

/// The CPUID instruction of the machine; a host test gives its own.
package protocol HostCPUID: ~Copyable {
  func leaf(_ leaf: UInt32, _ subleaf: UInt32) -> CPUIDResult
}

/// What the answer to a few leaves depends on at the moment a guest asks.
package protocol CPUIDGuest: ~Copyable {
  /// CR4, of which OSXSAVE shows.
  var controlRegister4: ControlRegister4 { get }
  /// XCR0, by which the extended state is sized.
  var enabledStates: ExtendedStates { get }
  /// The local APIC's number.
  var apicID: UInt32 { get }
  /// Whether the local APIC is on in the APIC_BASE MSR.
  var isAPICEnabled: Bool { get }
  var vcpuID: VCPUID { get }
}

/// The answers to CPUID of one domain, worked out when it is built. It fits a page frame and is not changed after.
///
/// A common leaf is one load; leaves that depend on the subleaf or on the vCPU's state take the longer way. What is no
/// leaf gives zeros, for Intel's processors too, where the manual has the highest basic leaf's answer instead.
package struct CPUIDTable: BitwiseCopyable {
  /// Leaves 0 to 0x1F.
  var basic = InlineArray<32, CPUIDResult>(repeating: .zero)
  /// Leaves 0x80000000 to 0x80000021.
  var extended = InlineArray<34, CPUIDResult>(repeating: .zero)
  /// Leaves 0x40000000 to 0x40000005.
  var xen = InlineArray<6, CPUIDResult>(repeating: .zero)
  /// Leaves 0x40000100 and 0x40000101.
  var apus = InlineArray<2, CPUIDResult>(repeating: .zero)
  /// Subleaves of leaf 4.
  var caches = InlineArray<8, CPUIDResult>(repeating: .zero)
  /// Subleaves of leaf 0x8000001D.
  var extendedCaches = InlineArray<8, CPUIDResult>(repeating: .zero)
  /// Leaf 7, subleaf 1.
  var structured1 = CPUIDResult.zero
  /// Leaf 0x40000003, subleaves 1 and 2.
  var timeScale = CPUIDResult.zero
  var timeHost = CPUIDResult.zero
  var extendedState = ExtendedStateLayout()
  /// The bits of CR4 that the guest may set: those of the features that it is offered (`ControlNeed`).
  package internal(set) var offeredControlRegister4 = ControlRegister4(rawValue: 0)
  /// The bits of EFER that it may set.
  package internal(set) var offeredExtendedFeatures = ExtendedFeatures(rawValue: 0)
  /// The bits of DEBUGCTL that it may set, which CPUID does not show.
  package internal(set) var offeredDebugControl = DebugControl(rawValue: 0)
  /// Whether the vendor is Intel.
  package internal(set) var isIntel = false

  init() {}
}

/// The lookup goes through the handle, so that it reads the table's rows in place: a method of a structure gets a copy
/// of it.
extension Handle where Object == CPUIDTable {
  /// Leaves of `basic` that depend on more than the leaf: 1, 4, 7, 0xB, 0xD and 0x1F.
  private static var variableBasic: UInt32 { 1 << 1 | 1 << 4 | 1 << 7 | 1 << 0xB | 1 << 0xD | 1 << 0x1F }

  /// What CPUID gives a guest.
  @inline(__always)
  package func result(
    leaf: UInt32, subleaf: UInt32, for guest: borrowing some CPUIDGuest & ~Copyable
  ) -> CPUIDResult {
    if leaf < 32 {
      let fixed = object.basic[Int(leaf)]
      return Self.variableBasic &>> leaf & 1 == 0 ? fixed : variable(fixed, leaf: leaf, subleaf: subleaf, for: guest)
    }
    return beyondBasic(leaf: leaf, subleaf: subleaf, for: guest)
  }

  private func variable(
    _ fixed: CPUIDResult, leaf: UInt32, subleaf: UInt32, for guest: borrowing some CPUIDGuest & ~Copyable
  ) -> CPUIDResult {
    var result = fixed
    switch leaf {
    case 1:
      result.ebx |= guest.apicID << 24
      if guest.controlRegister4.contains(.xsave) { result.ecx |= CPUIDLeaf1ECX.osxsave.rawValue }
      if !guest.isAPICEnabled { result.edx &= ~CPUIDLeaf1EDX.apic.rawValue }
    case 4: return subleaf < 8 ? object.caches[Int(subleaf)] : .zero
    case 7:
      if subleaf == 1 { return object.structured1 }
      if subleaf > 1 { return .zero }
    case 0xB, 0x1F: return object.basic[0].eax < leaf ? .zero : topology(subleaf, of: guest.apicID)
    default: return object.extendedState.leaf(subleaf, enabled: guest.enabledStates)
    }
    return result
  }

  @inline(never)
  private func beyondBasic(
    leaf: UInt32, subleaf: UInt32, for guest: borrowing some CPUIDGuest & ~Copyable
  ) -> CPUIDResult {
    if leaf &- 0x8000_0000 < 34 {
      var result = object.extended[Int(leaf &- 0x8000_0000)]
      switch leaf {
      case 0x8000_0001: if !guest.isAPICEnabled { result.edx &= ~CPUIDExtended1EDX.apic.rawValue }
      case 0x8000_001D: return subleaf < 8 ? object.extendedCaches[Int(subleaf)] : .zero
      case 0x8000_001E: if object.extended[0].eax >= leaf { result.eax = guest.apicID }
      default: break
      }
      return result
    }
    if leaf &- XenLeaf.signature < 6 {
      var result = object.xen[Int(leaf &- XenLeaf.signature)]
      if leaf == XenLeaf.features { result.ebx = guest.vcpuID.rawValue }
      guard leaf == XenLeaf.timeStampCounter, subleaf > 0 else { return result }
      return subleaf == 1 ? object.timeScale : subleaf == 2 ? object.timeHost : .zero
    }
    return leaf &- ApusLeaf.signature < 2 ? object.apus[Int(leaf &- ApusLeaf.signature)] : .zero
  }

  /// One thread in one core: the levels that every such machine has (Intel SDM vol. 2, leaves 0xB and 0x1F).
  private func topology(_ subleaf: UInt32, of apicID: UInt32) -> CPUIDResult {
    switch subleaf {
    case 0, 1: CPUIDResult(eax: 0, ebx: 1, ecx: (subleaf &+ 1) << 8 | subleaf, edx: apicID)
    default: CPUIDResult(ecx: subleaf & 0xFF, edx: apicID)
    }
  }
}
