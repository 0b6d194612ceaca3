#if canImport(XenABI)
  import XenABI
#endif
#if canImport(CMachine)
  import CMachine
#endif
#if canImport(Core)
  import Core
#endif

/// The guests' extended state: x87, SSE, AVX and what else XCR0 enables.
///
/// The hypervisor uses none of it, so a guest's stays in the processor through exits; it is switched when another vCPU
/// takes the CPU. Saved with all components that the processor has and not with those the guest enabled, since what a
/// guest has switched off keeps its value (Intel SDM vol. 1 13.3; AMD APM vol. 2 11.5).
package enum VectorState {
  /// The bytes of one vCPU's state: 512 with FXSAVE, else what CPUID leaf 0xD gives for all components.
  package static func byteCount(_ mask: UInt64) -> UInt64 {
    guard mask != 0 else { return 512 }
    return UInt64(leaf(0, enabled: mask).ebx)
  }

  /// A subleaf of CPUID leaf 0xD as it is with these components enabled.
  static func leaf(_ subleaf: UInt32, enabled mask: UInt64) -> apus_cpuid_result {
    let old = apus_xgetbv(0)
    apus_xsetbv(0, mask)
    let result = apus_cpuid(0xD, subleaf)
    apus_xsetbv(0, old)
    return result
  }

  /// The components that are switched: those that CPUID shows of the ones a guest may have. 0 without XSAVE.
  ///
  /// x87, SSE, AVX, AVX-512's three; not MPX, PKRU or AMX, which CPUID does not show to guests.
  package static func components(hasXSAVE: Bool) -> UInt64 {
    guard hasXSAVE else { return 0 }
    let leaf = apus_cpuid(0xD, 0)
    return (UInt64(leaf.edx) << 32 | UInt64(leaf.eax)) & 0xE7
  }

  /// The bits of MXCSR that this processor has, as FXSAVE writes them into an area of 512 bytes (Intel SDM vol. 1
  /// 11.6.6).
  package static func allowedMXCSR(using area: UInt) -> UInt32 {
    apus_fxsave(area)
    let mask = apus_load32(area &+ 28)
    return mask == 0 ? 0xFFBF : mask
  }

  /// Puts the initial state into a vCPU's area: x87 and SSE as after a reset, the rest zero.
  package static func initialise(_ vcpu: Handle<VCPU>) {
    let area = address(vcpu)
    apus_store32(area, 0x037F)  // FCW
    apus_store32(area &+ 24, 0x1F80)  // MXCSR
    vcpu.object.extendedControl = 1
  }

  private static func address(_ vcpu: Handle<VCPU>) -> UInt {
    vcpu.object.domain.object.hypervisor.object.map.base &+ UInt(vcpu.object.vectorState.rawValue)
  }

  /// XCR0 of the vCPU that has the CPU: the register itself, which stays the guest's through its exits.
  ///
  /// XSETBV exits, so that this is what is known already; QEMU 7.2 does not model the intercept. What a guest turned
  /// on there behind the hypervisor's back, it keeps as far as it is offered.
  static func control(_ vcpu: Handle<VCPU>) -> UInt64 {
    let mask = vcpu.object.domain.object.hypervisor.object.extendedComponents
    return mask == 0 ? vcpu.object.extendedControl : apus_xgetbv(0) & mask
  }

  static func save(_ vcpu: Handle<VCPU>) {
    let mask = vcpu.object.domain.object.hypervisor.object.extendedComponents
    if mask == 0 {
      apus_fxsave(address(vcpu))
      return
    }
    vcpu.object.extendedControl = control(vcpu)
    apus_xsetbv(0, mask)
    apus_xsave(address(vcpu), mask)
  }

  static func restore(_ vcpu: Handle<VCPU>) {
    // What is restored need not include these, and not every processor that says so does it.
    reset_x87_pointers()
    let mask = vcpu.object.domain.object.hypervisor.object.extendedComponents
    if mask == 0 {
      apus_fxrstor(address(vcpu))
      return
    }
    apus_xsetbv(0, mask)
    apus_xrstor(address(vcpu), mask)
    apus_xsetbv(0, vcpu.object.extendedControl)
  }
}

extension Layout {
  /// XSETBV: only XCR0, only from ring 0, only what is offered; else #GP.
  static func setExtendedControl(_ vcpu: Handle<VCPU>) {
    let registers = vcpu.object.registers
    let value = registers.rdx << 32 | registers.rax & 0xFFFF_FFFF
    let domain = vcpu.object.domain
    let offered = ExtendedStates(rawValue: domain.object.hypervisor.object.extendedComponents)
      .intersection(domain.cpuid.object.supportedStates)
    guard registers.rcx & 0xFFFF_FFFF == 0, vcpu.paging.privilegeLevel == 0,
      ExtendedStates(rawValue: value).isValid(within: offered)
    else {
      raise(vcpu, .generalProtection)
      return
    }
    vcpu.object.extendedControl = value
    apus_xsetbv(0, value)
    skipInstruction(vcpu)
  }
}
