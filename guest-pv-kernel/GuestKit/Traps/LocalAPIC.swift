import CGuest

/// What a guest needs of its local APIC (Intel SDM vol. 3 11.4, 11.12): switching it on and ending interrupts. Only the
/// per-vCPU upcall vector goes through it; the domain-wide callback vector does not.
enum LocalAPIC {
  static var spuriousVector: UInt64 { 0xFF }
  private static var baseRegister: UInt32 { 0x1B }
  /// Whether it is in x2APIC mode: kept here, because CPUID leaves the guest each time.
  nonisolated(unsafe) private static var usesX2APIC = false
  private static var registers: MemoryWindow {
    // The architecture's address, mapped one to one.
    unsafe MemoryWindow(unsafeAddress: 0xFEE0_0000, byteCount: Int(pageSize))
  }

  /// Enables it, in x2APIC mode where the processor has that.
  static func enable() {
    let base = cguest_rdmsr(baseRegister)
    unsafe usesX2APIC = cguest_cpuid(1, 0).ecx & 1 << 21 != 0
    if unsafe usesX2APIC {
      cguest_wrmsr(baseRegister, base | 3 << 10)
      cguest_wrmsr(0x80F, 0x100 | spuriousVector)
    } else {
      cguest_wrmsr(baseRegister, base | 1 << 11)
      registers.store32(UInt32(0x100 | spuriousVector), at: 0xF0)
    }
  }

  /// Tells it that the interrupt in service is done with.
  static func endOfInterrupt() {
    if unsafe usesX2APIC { cguest_wrmsr(0x80B, 0) } else { registers.store32(0, at: 0xB0) }
  }
}
