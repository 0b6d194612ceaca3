import CGuest

/// The hypervisor under this guest, as CPUID and `xen_version` describe it.
enum Hypervisor {
  /// How hypercalls get there. Set once at the start, by the processor's vendor; a guest may change it to `page`.
  static var hypercallPath: HypercallPath {
    get { unsafe storedHypercallPath }
    set { unsafe storedHypercallPath = newValue }
  }
  nonisolated(unsafe) private static var storedHypercallPath = HypercallPath.vmcall
  /// The first CPUID leaf of the Xen ABI, 0x40000000 or up to 0xFF00 above it; 0 where there is none.
  nonisolated(unsafe) private(set) static var baseLeaf: UInt32 = 0

  /// Finds the leaves (public header `arch-x86/cpuid.h`), picks the instruction, and installs the hypercall page.
  ///
  /// Returns whether there is a hypervisor that speaks the ABI.
  static func discover() -> Bool {
    useInstruction()
    var leaf = XenLeaf.signature
    while leaf < XenLeaf.signature + 0x1_0000 {
      let found = cguest_cpuid(leaf, 0)
      let words = XenLeaf.signatureWords
      if found.ebx == words.0 && found.ecx == words.1 && found.edx == words.2 && found.eax >= leaf + 2 {
        unsafe baseLeaf = leaf
        installHypercallPage()
        return true
      }
      leaf += 0x100
    }
    return false
  }

  /// Makes hypercalls by the processor's own instruction from now on.
  static func useInstruction() {
    let vendor = cguest_cpuid(0, 0).ebx
    let isAMD = vendor == 0x6874_7541 || vendor == 0x6f67_7948  // "Auth"enticAMD, "Hygo"nGenuine
    hypercallPath = isAMD ? .vmmcall : .vmcall
  }

  /// A leaf of the ABI, wherever its range begins.
  private static func leaf(_ number: UInt32) -> cguest_cpuid {
    cguest_cpuid(unsafe baseLeaf + (number - XenLeaf.signature), 0)
  }

  /// Leaf base + 2 names the register; the hypervisor fills the page whose address is written there. From 64-bit code
  /// this also tells it that the shared information page has 64-bit layout.
  private static func installHypercallPage() {
    cguest_wrmsr(leaf(XenLeaf.hypercallPage).ebx, cguest_hypercall_page())
  }

  /// The version of the ABI: major and minor number.
  static var version: (major: Int, minor: Int) {
    let value = hypercall(.version, UInt64(VersionOperation.version.rawValue))
    return (Int(value >> 16), Int(value & 0xFFFF))
  }

  /// What follows the version's numbers, such as ".7".
  static var extraVersion: String { text(.extraVersion) }
  /// The kinds of domains that it builds, such as "hvm-3.0-x86_64".
  static var capabilities: String { text(.capabilities) }

  /// The features of the first word.
  static var features: HypervisorFeatures {
    var argument = FeatureInformation()
    do {
      try Hypercall.versionGetFeatures(&argument)
    } catch {
      return HypervisorFeatures(rawValue: 0)
    }
    return argument.features
  }

  /// Whether this domain is the control domain.
  static var isControlDomain: Bool { BootInformation.header.flags.contains(.initialDomain) }

  /// What the hypervisor does for a guest with hardware's help.
  private static var leafFeatures: XenLeafFeatures { XenLeafFeatures(rawValue: leaf(XenLeaf.features).eax) }

  /// This domain's number, where the hypervisor tells it.
  static var domainID: DomainID? {
    leafFeatures.contains(.domainID) ? DomainID(UInt16(truncatingIfNeeded: leaf(XenLeaf.features).ecx)) : nil
  }

  /// Whether `HVMOP_set_evtchn_upcall_vector` is there.
  static var hasUpcallVector: Bool { leafFeatures.contains(.upcallVector) }

  /// Whether the hypervisor is Apus: it has a leaf range of its own.
  static var isApus: Bool { cguest_cpuid(ApusLeaf.signature, 0).ebx == ApusLeaf.signatureWord }

  /// A string of `xen_version`.
  private static func text(_ operation: VersionOperation) -> String {
    var bytes = InlineArray<1024, UInt8>(repeating: 0)
    let result = withAddress(of: &bytes) { hypercall(.version, UInt64(operation.rawValue), $0) }
    if result < 0 { return "" }
    var text = ""
    for index in bytes.indices {
      if bytes[index] == 0 { break }
      text.unicodeScalars.append(Unicode.Scalar(bytes[index]))
    }
    return text
  }
}
