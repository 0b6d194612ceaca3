/// MSRs that no CPUID bit announces, and that kernels read and write unguarded because every processor of a vendor has
/// them. A guest finds a constant there, and what it writes is dropped, as on Xen.
enum UnlistedMSRs {
  /// What a guest reads; nil for what it has not.
  static func value(_ number: UInt32, isIntel: Bool) -> UInt64? { isIntel ? intel(number) : amd(number) }

  /// Whether a write is taken and dropped.
  static func dropsWrites(_ number: UInt32, isIntel: Bool) -> Bool {
    switch number {
    // Where microcode is loaded from, which can't be read.
    case 0x79: isIntel
    case 0xC001_0020: !isIntel
    // The interrupt-pending register is read-only here.
    case 0xC001_0055: false
    default: value(number, isIntel: isIntel) != nil
    }
  }

  private static func intel(_ number: UInt32) -> UInt64? {
    switch number {
    // MISC_ENABLE, which Linux's entry code reads before it can take a #GP: fast strings; no branch trace store, no
    // event sampling.
    case 0x1A0: 1 << 0 | 1 << 11 | 1 << 12
    // Performance counters and their selectors: none counts.
    case 0xC1...0xC8, 0x186...0x189, 0x309...0x30B, 0x38D...0x390: 0
    default: nil
    }
  }

  private static func amd(_ number: UInt32) -> UInt64? {
    switch number {
    // Records of branches, where DEBUGCTL has none.
    case 0x1DB...0x1DE: 0
    // Performance selectors and counters, of both forms: none counts.
    case 0xC001_0000...0xC001_0007, 0xC001_0200...0xC001_020B: 0
    // SYSCFG, IORRs, TOP_MEM, TOP_MEM2: no range is set up.
    case 0xC001_0010, 0xC001_0016...0xC001_001A, 0xC001_001D: 0
    // HWCR, which Linux reads where the counter is invariant: it counts at the rate of P0.
    case 0xC001_0015: 1 << 24
    // NB_CFG, and BU_CFG of the load-store unit.
    case 0xC001_001F, 0xC001_1023: 0
    // The interrupt-pending register, by which Linux looks whether the C1E state is in use: it is not.
    case 0xC001_0055: 0
    // VM_CR: SVM is neither locked nor disabled, it is not there.
    case 0xC001_0114: 0
    // DE_CFG: LFENCE waits for all before it.
    case 0xC001_1029: 1 << 1
    default: nil
    }
  }
}
