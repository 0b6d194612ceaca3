#if canImport(CMachine)
  import CMachine
#endif

/// What CPUID says about the processor the hypervisor runs on, as far as the hypervisor itself needs it.
package struct CPUFeatures: BitwiseCopyable {
  package let isIntel: Bool
  package let isAMD: Bool
  package let hasMachineCheck: Bool
  package let hasVMX: Bool
  package let hasSVM: Bool
  /// Whether XSAVE can be switched on.
  package let hasXSAVE: Bool
  /// Whether CPUID offers an XSAVE that can't be switched on: see `isTCG`.
  package let hasBrokenXSAVE: Bool
  package let hasX2APIC: Bool
  package let hasTSCDeadline: Bool
  package let hasInvariantTSC: Bool
  package let hasGigabytePages: Bool
  package let hasRDTSCP: Bool
  package let hasSMEP: Bool
  package let hasSMAP: Bool
  package let physicalAddressBits: UInt8

  /// Asks the processor.
  package init() {
    let vendor = apus_cpuid(0, 0)
    // "GenuineIntel" and "AuthenticAMD", "HygonGenuine" by the four bytes in EBX.
    isIntel = vendor.ebx == 0x756E_6547
    isAMD = vendor.ebx == 0x6874_7541 || vendor.ebx == 0x6F67_7948
    let basic = apus_cpuid(1, 0)
    let structured = vendor.eax >= 7 ? apus_cpuid(7, 0) : apus_cpuid_result()
    let extendedMax = apus_cpuid(0x8000_0000, 0).eax
    let extended = apus_cpuid(0x8000_0001, 0)
    let power = extendedMax >= 0x8000_0007 ? apus_cpuid(0x8000_0007, 0) : apus_cpuid_result()
    let sizes = extendedMax >= 0x8000_0008 ? apus_cpuid(0x8000_0008, 0) : apus_cpuid_result()
    hasMachineCheck = basic.edx >> 7 & 1 != 0
    hasVMX = basic.ecx >> 5 & 1 != 0
    hasSVM = extended.ecx >> 2 & 1 != 0
    let offersXSAVE = basic.ecx >> 26 & 1 != 0
    hasBrokenXSAVE = offersXSAVE && apus_cpuid(0xD, 1).eax == 0 && Self.isTCG(basic)
    hasXSAVE = offersXSAVE && !hasBrokenXSAVE
    hasX2APIC = basic.ecx >> 21 & 1 != 0
    hasTSCDeadline = basic.ecx >> 24 & 1 != 0
    hasInvariantTSC = power.edx >> 8 & 1 != 0
    hasGigabytePages = extended.edx >> 26 & 1 != 0
    hasRDTSCP = extended.edx >> 27 & 1 != 0
    hasSMEP = structured.ebx >> 7 & 1 != 0
    hasSMAP = structured.ebx >> 20 & 1 != 0
    physicalAddressBits = extendedMax >= 0x8000_0008 ? UInt8(truncatingIfNeeded: sizes.eax) : 36
  }

  /// Whether the processor is QEMU's interpreter, by its signature "TCGTCGTCGTCG".
  ///
  /// It takes CR4.OSXSAVE for reserved on a model that has XSAVE but neither XSAVEOPT nor one of its kin (Opteron_G4 and
  /// G5; QEMU 7.2 to 10.0, `cr4_reserved_bits`), and leaves the instruction that sets a reserved bit by a #VMEXIT, which
  /// outside of a guest goes nowhere: the machine stands still without a word.
  private static func isTCG(_ basic: apus_cpuid_result) -> Bool {
    guard basic.ecx >> 31 != 0 else { return false }
    let signature = apus_cpuid(0x4000_0000, 0)
    return signature.ebx == 0x5447_4354 && signature.ecx == 0x4354_4743 && signature.edx == 0x4743_5447
  }
}
