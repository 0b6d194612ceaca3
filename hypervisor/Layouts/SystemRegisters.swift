#if canImport(XenABI)
  import XenABI
#endif
#if canImport(Core)
  import Core
#endif

/// The MSRs of a vCPU's state, by the layout's own access to them.
extension Layout {
  static func readSystemRegisters(_ vcpu: Handle<VCPU>) -> HVMSystemRegisters {
    var system = HVMSystemRegisters()
    system.sysenterCS = readMSR(vcpu, .sysenterCS)
    system.sysenterESP = readMSR(vcpu, .sysenterESP)
    system.sysenterEIP = readMSR(vcpu, .sysenterEIP)
    system.kernelGSBase = readMSR(vcpu, .kernelGSBase)
    system.lstar = readMSR(vcpu, .lstar)
    system.star = readMSR(vcpu, .star)
    system.cstar = readMSR(vcpu, .cstar)
    system.sfmask = readMSR(vcpu, .sfmask)
    system.efer = readMSR(vcpu, .efer)
    system.tscAux = readMSR(vcpu, .tscAux)
    return system
  }
}

extension GeneralRegisters {
  /// In the order of the saved record.
  var saved: HVMGeneralRegisters {
    var saved = HVMGeneralRegisters()
    saved.rax = rax
    saved.rbx = rbx
    saved.rcx = rcx
    saved.rdx = rdx
    saved.rbp = rbp
    saved.rsi = rsi
    saved.rdi = rdi
    saved.rsp = rsp
    saved.r8 = r8
    saved.r9 = r9
    saved.r10 = r10
    saved.r11 = r11
    saved.r12 = r12
    saved.r13 = r13
    saved.r14 = r14
    saved.r15 = r15
    saved.rip = rip
    saved.rflags = rflags
    return saved
  }

  mutating func restore(_ saved: HVMGeneralRegisters) {
    rax = saved.rax
    rbx = saved.rbx
    rcx = saved.rcx
    rdx = saved.rdx
    rbp = saved.rbp
    rsi = saved.rsi
    rdi = saved.rdi
    rsp = saved.rsp
    r8 = saved.r8
    r9 = saved.r9
    r10 = saved.r10
    r11 = saved.r11
    r12 = saved.r12
    r13 = saved.r13
    r14 = saved.r14
    r15 = saved.r15
    rip = saved.rip
    rflags = saved.rflags
  }
}
