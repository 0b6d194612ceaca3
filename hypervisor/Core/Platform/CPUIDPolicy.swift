#if canImport(XenABI)
  import XenABI
#endif

/// What a domain's CPUID answers are worked out from, next to the machine's own.
package struct CPUIDPolicy: BitwiseCopyable {
  /// What the layout makes work for its guests, where the processor has it.
  package struct Capabilities: OptionSet, BitwiseCopyable, Sendable {
    package let rawValue: UInt32
    @inline(__always) package init(rawValue: UInt32) { self.rawValue = rawValue }
    /// RDTSCP and RDPID run without an exit, and TSC_AUX is the guest's own.
    package static var tscAux: Self { Self(rawValue: 1 << 0) }
    /// INVPCID runs without an exit.
    package static var invpcid: Self { Self(rawValue: 1 << 1) }
    /// CR4.PCIDE can be set.
    package static var processContextIdentifiers: Self { Self(rawValue: 1 << 2) }
    /// Writes of TSC_DEADLINE are handed to the local APIC.
    package static var tscDeadline: Self { Self(rawValue: 1 << 3) }
    /// The extended states are switched by XSAVE, and XSETBV is handled.
    package static var extendedStates: Self { Self(rawValue: 1 << 4) }
    /// Events may come as a vector through the local APIC (`XenLeafFeatures.upcallVector`).
    package static var upcallVector: Self { Self(rawValue: 1 << 5) }
  }

  package var layout: RingLayout
  /// What of DEBUGCTL is switched between guests.
  package var debugControl: DebugControl
  package var domain: DomainID
  package var capabilities: Capabilities
  /// The guest's clock, whose counter is the machine's.
  package var clock: Clock
  /// By how much the guest's counter differs from the machine's, in nanoseconds, wrapping.
  package var clockOffset: UInt64

  package init(
    layout: RingLayout, domain: DomainID, capabilities: Capabilities, clock: Clock, clockOffset: UInt64 = 0,
    debugControl: DebugControl = DebugControl(rawValue: 0)
  ) {
    self.layout = layout
    self.domain = domain
    self.capabilities = capabilities
    self.clock = clock
    self.clockOffset = clockOffset
    self.debugControl = debugControl
  }
}

extension CPUIDTable {
  /// Works a domain's answers out.
  ///
  /// What a guest can't use without the hypervisor's help, and that gives none, is left out: VMX and SVM, MONITOR,
  /// performance counters, machine checks and MTRRs (the hypervisor's own page types hold), protection keys,
  /// supervisor states, AMX, SGX, speculation control by MSRs. The vendor stays: it decides between VMCALL and VMMCALL.
  package init(host: borrowing some HostCPUID & ~Copyable, policy: CPUIDPolicy) {
    let vendor = host.leaf(0, 0)
    isIntel = vendor.ebx == 0x756E_6547  // "Genu"
    if policy.capabilities.contains(.extendedStates), host.leaf(1, 0).ecx & CPUIDLeaf1ECX.xsave.rawValue != 0,
      vendor.eax >= 0xD
    {
      extendedState = ExtendedStateLayout(host: host)
    }
    fillBasic(host: host, vendor: vendor, policy: policy)
    fillExtended(host: host, policy: policy)
    fillHypervisor(policy: policy, rdtscp: extended[1].edx & CPUIDExtended1EDX.rdtscp.rawValue != 0)
    offeredDebugControl = policy.debugControl
    settleControls()
  }

  private mutating func fillBasic(
    host: borrowing some HostCPUID & ~Copyable, vendor: CPUIDResult, policy: CPUIDPolicy
  ) {
    let last = vendor.eax
    basic[0] = vendor
    // x2APIC is always there, and with it its topology leaf; Intel's crystal clock is made up.
    basic[0].eax = max(min(last, 0x1F), isIntel ? 0x15 : 0xD)
    fillFeatures(host.leaf(1, 0), policy: policy)
    if last >= 2 { basic[2] = host.leaf(2, 0) }
    if last >= 4 {
      var index: UInt32 = 0
      while index < 8 {
        let cache = host.leaf(4, index)
        guard cache.eax & 0x1F != 0 else { break }
        caches[Int(index)] = Self.ownCache(cache, sharingAndCores: 0xFFFF_C000)
        index &+= 1
      }
    }
    basic[6].eax = 1 << 2  // ARAT: the APIC's timer never stops
    if last >= 7 { fillStructured(host: host, policy: policy) }
    if last >= 0x16 { basic[0x16] = host.leaf(0x16, 0) }
    let kilohertz = policy.clock.frequency.kilohertz
    if isIntel, kilohertz > 0, kilohertz <= UInt64(UInt32.max) {
      // A crystal of the APIC timer's frequency, and the counter's ratio to it.
      let crystal = LocalAPICTimer.frequency
      basic[0x15] = CPUIDResult(
        eax: UInt32(truncatingIfNeeded: crystal.kilohertz), ebx: UInt32(truncatingIfNeeded: kilohertz),
        ecx: UInt32(truncatingIfNeeded: crystal.rawValue))
    }
  }

  /// Leaf 1.
  private mutating func fillFeatures(_ machine: CPUIDResult, policy: CPUIDPolicy) {
    var ecx = CPUIDLeaf1ECX.offered
    if supportedStates.rawValue == 0 { ecx = ecx.subtracting(.xsave) }
    if !supportedStates.contains(.avx) { ecx = ecx.subtracting(.needingAVX) }
    if policy.capabilities.contains(.processContextIdentifiers) { ecx = ecx.union(.processContextIdentifiers) }
    var made = CPUIDLeaf1ECX.x2apic.union(.hypervisor)
    if policy.capabilities.contains(.tscDeadline) { made = made.union(.tscDeadline) }
    // The line size of CLFLUSH stays; one logical processor.
    basic[1] = CPUIDResult(
      eax: machine.eax, ebx: machine.ebx & 0xFF00 | 1 << 16, ecx: machine.ecx & ecx.rawValue | made.rawValue,
      edx: machine.edx & CPUIDLeaf1EDX.offered.rawValue | CPUIDLeaf1EDX.apic.rawValue)
  }

  /// Leaf 7.
  private mutating func fillStructured(host: borrowing some HostCPUID & ~Copyable, policy: CPUIDPolicy) {
    let machine = host.leaf(7, 0)
    var ebx = CPUIDLeaf7EBX.offered
    var ecx = CPUIDLeaf7ECX.offered
    var edx = CPUIDLeaf7EDX.offered
    var eax1 = CPUIDLeaf7Subleaf1EAX.offered
    var edx1 = CPUIDLeaf7Subleaf1EDX.offered
    if policy.capabilities.contains(.invpcid) { ebx = ebx.union(.invpcid) }
    if policy.capabilities.contains(.tscAux) { ecx = ecx.union(.readProcessorID) }
    if !supportedStates.contains(.avx) {
      ebx = ebx.subtracting(.needingAVX)
      ecx = ecx.subtracting(.needingAVX)
      eax1 = eax1.subtracting(.needingAVX)
      edx1 = edx1.subtracting(.needingAVX)
    }
    if !supportedStates.isSuperset(of: .avx512) {
      ebx = ebx.subtracting(.needingAVX512)
      ecx = ecx.subtracting(.needingAVX512)
      edx = edx.subtracting(.needingAVX512)
      eax1 = eax1.subtracting(.needingAVX512)
    }
    basic[7] = CPUIDResult(
      eax: min(machine.eax, 1), ebx: machine.ebx & ebx.rawValue, ecx: machine.ecx & ecx.rawValue,
      edx: machine.edx & edx.rawValue)
    guard machine.eax >= 1 else { return }
    let more = host.leaf(7, 1)
    structured1 = CPUIDResult(eax: more.eax & eax1.rawValue, edx: more.edx & edx1.rawValue)
  }

  private mutating func fillExtended(host: borrowing some HostCPUID & ~Copyable, policy: CPUIDPolicy) {
    let last = host.leaf(0x8000_0000, 0).eax
    guard last >= 0x8000_0000 else { return }
    extended[0] = host.leaf(0x8000_0000, 0)
    extended[0].eax = min(last, 0x8000_0021)
    var leaf: UInt32 = 0x8000_0001
    while leaf <= extended[0].eax {
      extended[Int(leaf &- 0x8000_0000)] = offered(leaf, host.leaf(leaf, 0), policy: policy)
      leaf &+= 1
    }
    guard extended[0].eax >= 0x8000_001D, extended[1].ecx & CPUIDExtended1ECX.topology.rawValue != 0 else { return }
    var index: UInt32 = 0
    while index < 8 {
      let cache = host.leaf(0x8000_001D, index)
      guard cache.eax & 0x1F != 0 else { break }
      extendedCaches[Int(index)] = Self.ownCache(cache, sharingAndCores: 0x03FF_C000)
      index &+= 1
    }
  }

  /// What is offered of an extended leaf.
  private func offered(_ leaf: UInt32, _ machine: CPUIDResult, policy: CPUIDPolicy) -> CPUIDResult {
    switch leaf {
    case 0x8000_0001:
      var ecx = CPUIDExtended1ECX.offered
      if !supportedStates.contains(.avx) { ecx = ecx.subtracting(.needingAVX) }
      var edx = CPUIDExtended1EDX.offered
      if policy.capabilities.contains(.tscAux) { edx = edx.union(.rdtscp) }
      // AMD's copies of leaf 1; Intel has zeros there.
      let copies = (CPUIDLeaf1EDX.offered.rawValue | CPUIDLeaf1EDX.apic.rawValue) & 0x0183_F3FF
      return CPUIDResult(
        eax: machine.eax, ebx: machine.ebx, ecx: machine.ecx & ecx.rawValue,
        edx: machine.edx & (edx.rawValue | copies))
    // Brand, caches and TLBs, TLBs of 1 GiB pages.
    case 0x8000_0002...0x8000_0006, 0x8000_0019: return machine
    case 0x8000_0007: return CPUIDResult(edx: machine.edx & 1 << 8)  // the invariant counter
    case 0x8000_0008:
      // No more linear bits than 4-level paging has; one core.
      let linear = min(machine.eax >> 8 & 0xFF, 48)
      return CPUIDResult(
        eax: machine.eax & 0xFF | linear << 8, ebx: machine.ebx & CPUIDExtended8EBX.offered.rawValue)
    case 0x8000_001A: return CPUIDResult(eax: machine.eax & 7)  // hints on the widths of operations
    // Breakpoints don't stop on nested data, LFENCE always serialises, a null selector clears its base.
    case 0x8000_0021: return CPUIDResult(eax: machine.eax & (1 << 0 | 1 << 2 | 1 << 6))
    default: return .zero
    }
  }

  /// A cache as it is, but shared with nobody.
  private static func ownCache(_ cache: CPUIDResult, sharingAndCores: UInt32) -> CPUIDResult {
    CPUIDResult(eax: cache.eax & ~sharingAndCores, ebx: cache.ebx, ecx: cache.ecx, edx: cache.edx)
  }
}
