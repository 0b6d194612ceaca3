#if canImport(XenABI)
  import XenABI
#endif

/// A register that a vCPU can't be given: which one, and what it has to obey.
package struct ProcessorStateViolation: Error, BitwiseCopyable {
  package let field: StaticString
  package let value: UInt64
  package let rule: StaticString
}

/// What a vCPU's registers have to obey whatever layout it runs in: what its guest could not have set by itself, and
/// what would be a fault in ring -1 as it is loaded. What the processor checks at an entry, the layout checks after
/// this.
extension HVMProcessorState {
  package func check(offered: borrowing CPUIDTable) throws(ProcessorStateViolation) {
    try checkControlRegisters(offered.offeredControlRegister4)
    try checkFeatures(offered.offeredExtendedFeatures)
    try checkDebugRegisters()
    try checkFlags()
    try checkAddresses()
    try checkSegments()
    try Self.require(system.tscAux >> 32 == 0, "TSC_AUX", system.tscAux, "bits 63:32 are zero")
    try Self.require(system.sfmask >> 32 == 0, "SFMASK", system.sfmask, "bits 63:32 are zero")
    try Self.require(system.sysenterCS >> 32 == 0, "SYSENTER_CS", system.sysenterCS, "bits 63:32 are zero")
    let event = system.pendingEvent
    try Self.require(
      event >> 31 == 0 || event & 0x7FFF_F000 == 0, "pending event", UInt64(event), "reserved bits are zero")
  }

  private var isPaged: Bool { ControlRegister0(rawValue: control.cr0).contains(.paging) }
  private var isLongMode: Bool { ExtendedFeatures(rawValue: system.efer).contains(.longModeActive) }

  private func checkControlRegisters(_ offered: ControlRegister4) throws(ProcessorStateViolation) {
    let cr0 = ControlRegister0(rawValue: control.cr0)
    try Self.require(control.cr0 >> 32 == 0, "CR0", control.cr0, "bits 63:32 are zero")
    try Self.require(
      !cr0.contains(.paging) || cr0.contains(.protectionEnable), "CR0", control.cr0, "PG only with PE")
    try Self.require(
      !cr0.contains(.notWriteThrough) || cr0.contains(.cacheDisable), "CR0", control.cr0, "NW only with CD")
    let cr4 = ControlRegister4(rawValue: control.cr4)
    try Self.require(cr4.isSubset(of: offered), "CR4", control.cr4, "only what CPUID offers")
    try Self.require(
      !cr4.contains(.processContextIdentifiers) || isLongMode, "CR4", control.cr4, "PCIDE only in long mode")
  }

  private func checkFeatures(_ offered: ExtendedFeatures) throws(ProcessorStateViolation) {
    let efer = ExtendedFeatures(rawValue: system.efer)
    try Self.require(efer.isSubset(of: offered), "EFER", system.efer, "only what CPUID offers")
    let isEnabled = efer.contains(.longModeEnable) && isPaged
    try Self.require(efer.contains(.longModeActive) == isEnabled, "EFER", system.efer, "LMA as LME and CR0.PG")
    let hasPAE = ControlRegister4(rawValue: control.cr4).contains(.physicalAddressExtension)
    try Self.require(!isLongMode || hasPAE, "CR4", control.cr4, "PAE in long mode")
  }

  private func checkDebugRegisters() throws(ProcessorStateViolation) {
    try Self.require(control.dr6 >> 32 == 0, "DR6", control.dr6, "bits 63:32 are zero")
    try Self.require(control.dr7 >> 32 == 0, "DR7", control.dr7, "bits 63:32 are zero")
  }

  private func checkFlags() throws(ProcessorStateViolation) {
    let flags = general.rflags
    try Self.require(
      flags & 0xFFFF_FFFF_FFC0_802A == 2, "RFLAGS", flags, "bit 1 is one, the other reserved bits are zero")
    let isVirtual8086 = flags & 1 << 17 != 0
    let isProtected = ControlRegister0(rawValue: control.cr0).contains(.protectionEnable)
    try Self.require(
      !isVirtual8086 || (!isLongMode && isProtected), "RFLAGS", flags, "VM only in protected mode, not in long mode")
    let isLongCode = isLongMode && segments[.cs].attributes & 1 << 9 != 0
    try Self.require(
      isLongCode ? Self.isCanonical(general.rip) : general.rip >> 32 == 0, "RIP", general.rip,
      "canonical in 64-bit code, else of 32 bits")
  }

  private func checkAddresses() throws(ProcessorStateViolation) {
    let rule: StaticString = "a canonical address"
    try Self.require(Self.isCanonical(system.lstar), "LSTAR", system.lstar, rule)
    try Self.require(Self.isCanonical(system.cstar), "CSTAR", system.cstar, rule)
    try Self.require(Self.isCanonical(system.kernelGSBase), "KERNEL_GS_BASE", system.kernelGSBase, rule)
    try Self.require(Self.isCanonical(system.sysenterESP), "SYSENTER_ESP", system.sysenterESP, rule)
    try Self.require(Self.isCanonical(system.sysenterEIP), "SYSENTER_EIP", system.sysenterEIP, rule)
    try Self.require(Self.isCanonical(segments[.fs].base), "FS base", segments[.fs].base, rule)
    try Self.require(Self.isCanonical(segments[.gs].base), "GS base", segments[.gs].base, rule)
    try Self.require(Self.isCanonical(segments[.tr].base), "TR base", segments[.tr].base, rule)
    try Self.require(Self.isCanonical(segments[.ldtr].base), "LDTR base", segments[.ldtr].base, rule)
    try Self.require(Self.isCanonical(segments[.gdtr].base), "GDTR base", segments[.gdtr].base, rule)
    try Self.require(Self.isCanonical(segments[.idtr].base), "IDTR base", segments[.idtr].base, rule)
  }

  private func checkSegments() throws(ProcessorStateViolation) {
    for index in 0..<8 {
      let selector = UInt64(segments.selectors[index])
      try Self.require(selector >> 16 == 0, "a segment's selector", selector, "bits 31:16 are zero")
      let attributes = UInt64(segments.attributes[index])
      try Self.require(attributes >> 12 == 0, "a segment's attributes", attributes, "bits 31:12 are zero")
    }
    let gdt = UInt64(segments[.gdtr].limit)
    try Self.require(gdt >> 16 == 0, "GDTR limit", gdt, "bits 31:16 are zero")
    let idt = UInt64(segments[.idtr].limit)
    try Self.require(idt >> 16 == 0, "IDTR limit", idt, "bits 31:16 are zero")
  }

  /// Whether the upper 17 bits of a linear address are alike.
  private static func isCanonical(_ address: UInt64) -> Bool {
    Int64(bitPattern: address &<< 16) &>> 16 == Int64(bitPattern: address)
  }

  @inline(__always)
  private static func require(
    _ condition: Bool, _ field: StaticString, _ value: UInt64, _ rule: StaticString
  ) throws(ProcessorStateViolation) {
    if !condition { throw ProcessorStateViolation(field: field, value: value, rule: rule) }
  }
}
