#if canImport(XenABI)
  import XenABI
#endif

/// How a domain stops running: by its own request, by the control domain's, or because it can't go on.
///
/// Its objects stay for a look until the control domain destroys it; other domains run on.
extension Handle where Object == Domain {
  /// Ends the domain with a reason of the ABI's (public header `sched.h`, `SHUTDOWN_*`); a domain that has ended
  /// already keeps the reason it ended for.
  ///
  /// The end of the control domain is the machine's, unless it is to stay for a look.
  package func shutDown(_ reason: ShutdownReason) {
    guard object.life.state == .alive else { return }
    object.life.state = .shutDown
    object.life.shutdownReason = reason.rawValue
    var number: UInt32 = 0
    while number < object.vcpuCount {
      vcpu(VCPUID(number))?.stopForGood()
      number &+= 1
    }
    let hypervisor = object.hypervisor
    tellLeftOut()
    hypervisor.log(.info, "d\(object.id) (\(object.name)) ended: \(reason.name)")
    if object.id == .zero {
      controlDomainEnded(reason)
    } else {
      hypervisor.raiseGlobal(.domainException)
    }
  }

  /// Ends the domain because of what it did, or of what happened to it, with the reason in words.
  package func crash(_ reason: CrashReason) {
    guard object.life.state == .alive else { return }
    object.life.crashReport = reason
    object.hypervisor.log(.error, "d\(object.id) (\(object.name)) crashed: \(reason.message)")
    shutDown(.crash)
  }

  private func controlDomainEnded(_ reason: ShutdownReason) {
    let hypervisor = object.hypervisor
    if hypervisor.object.options.staysOnControlDomainDeath, reason != .powerOff {
      hypervisor.log(.warning, "domain 0 is gone; noreboot keeps the machine: Ctrl-A three times for the debug keys")
      return
    }
    hypervisor.object.services.endMachine(reason == .powerOff)
  }
}

extension Handle where Object == VCPU {
  /// A triple fault ends the domain with the reason it chose for that (HVM_PARAM_TRIPLE_FAULT_REASON), by default as
  /// a reboot, which it is on a machine.
  package func tripleFaulted() {
    let domain = object.domain
    let chosen = domain.object.parameters.tripleFaultReason
    domain.object.life.crashReport = .tripleFault
    domain.object.hypervisor.log(
      .error, "d\(domain.object.id) (\(domain.object.name)): triple fault at \(hex: object.registers.rip)")
    domain.shutDown(ShutdownReason(rawValue: UInt32(truncatingIfNeeded: chosen)))
  }

  /// Writes the registers to the log.
  package func describeRegisters() {
    let domain = object.domain
    let registers = object.registers
    let id = domain.object.id
    let paging = self.paging
    domain.log(
      .error,
      "d\(id)v\(object.id) rip \(hex: registers.rip) rsp \(hex: registers.rsp) rflags \(hex: registers.rflags)")
    domain.log(
      .error,
      "d\(id)v\(object.id) rax \(hex: registers.rax) rbx \(hex: registers.rbx) rcx \(hex: registers.rcx) rdx \(hex: registers.rdx)"
    )
    domain.log(
      .error,
      "d\(id)v\(object.id) rsi \(hex: registers.rsi) rdi \(hex: registers.rdi) rbp \(hex: registers.rbp) r8 \(hex: registers.r8)"
    )
    domain.log(
      .error,
      "d\(id)v\(object.id) r9 \(hex: registers.r9) r10 \(hex: registers.r10) r11 \(hex: registers.r11) r12 \(hex: registers.r12)"
    )
    domain.log(
      .error,
      "d\(id)v\(object.id) r13 \(hex: registers.r13) r14 \(hex: registers.r14) r15 \(hex: registers.r15)")
    domain.log(
      .error,
      "d\(id)v\(object.id) cr0 \(hex: paging.cr0.rawValue) cr3 \(hex: paging.cr3) cr4 \(hex: paging.cr4.rawValue) efer \(hex: paging.efer.rawValue) ring \(paging.privilegeLevel)"
    )
  }
}
