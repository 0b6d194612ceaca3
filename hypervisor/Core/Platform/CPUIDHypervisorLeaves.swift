#if canImport(XenABI)
  import XenABI
#endif

/// The leaves by which the hypervisor names itself: Xen's, whose ABI it speaks, and its own.
extension CPUIDTable {
  mutating func fillHypervisor(policy: CPUIDPolicy, rdtscp: Bool) {
    let words = XenLeaf.signatureWords
    xen[0] = CPUIDResult(eax: XenLeaf.highest, ebx: words.0, ecx: words.1, edx: words.2)
    xen[1] = CPUIDResult(eax: 4 << 16 | 17)
    xen[2] = CPUIDResult(eax: 1, ebx: 0x4000_0000)
    fillTime(policy: policy, rdtscp: rdtscp)
    var features = XenLeafFeatures.vcpuID.union(.domainID)
    if policy.capabilities.contains(.upcallVector) { features = features.union(.upcallVector) }
    // Accesses to the local APIC exit in every layout, and there is no IOMMU: those bits stay clear.
    xen[4] = CPUIDResult(eax: features.rawValue, ecx: UInt32(policy.domain.rawValue))
    apus[0] = CPUIDResult(
      eax: ApusLeaf.highest, ebx: ApusLeaf.signatureWord, ecx: ApusLeaf.signatureWord, edx: ApusLeaf.signatureWord)
    apus[1] = CPUIDResult(eax: policy.layout.rawValue, ebx: ApusVersion.current.rawValue)
  }

  /// RDTSC never exits: the mode is 2, never emulated, and the guest's frequency the machine's.
  private mutating func fillTime(policy: CPUIDPolicy, rdtscp: Bool) {
    var flags = XenLeafTSCFlags(rawValue: 0)
    if policy.clock.isInvariant { flags = flags.union(.reliable) }
    if rdtscp { flags = flags.union(.rdtscp) }
    let kilohertz = UInt32(truncatingIfNeeded: min(policy.clock.frequency.kilohertz, UInt64(UInt32.max)))
    xen[3] = CPUIDResult(eax: flags.rawValue, ebx: 2, ecx: kilohertz)
    let scale = policy.clock.scale
    timeScale = CPUIDResult(
      eax: UInt32(truncatingIfNeeded: policy.clockOffset), ebx: UInt32(truncatingIfNeeded: policy.clockOffset >> 32),
      ecx: scale.multiplier, edx: UInt32(bitPattern: Int32(scale.shift)))
    timeHost = CPUIDResult(eax: kilohertz)
  }
}

extension CPUIDTable {
  /// Whether the guest has the TSC_AUX MSR.
  package var offersTSCAux: Bool {
    extended[1].edx & CPUIDExtended1EDX.rdtscp.rawValue != 0
      || basic[7].ecx & CPUIDLeaf7ECX.readProcessorID.rawValue != 0
  }

  /// Whether the guest has the TSC_DEADLINE MSR.
  package var offersTSCDeadline: Bool { basic[1].ecx & CPUIDLeaf1ECX.tscDeadline.rawValue != 0 }

  /// The bits of a guest-physical address.
  package var physicalAddressBits: UInt8 {
    extended[0].eax >= 0x8000_0008 ? UInt8(truncatingIfNeeded: extended[8].eax) : 36
  }
}
