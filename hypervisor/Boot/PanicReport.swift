#if canImport(CMachine)
  import CMachine
#endif

/// The report of an exception in the hypervisor itself, which ends the machine: why, where, with which registers, and
/// for whom it was at work. `make symbolize` turns the addresses into functions, files and lines.
func panic(_ frame: TrapFrame) -> Never {
  if PerCPU.isReady {
    PerCPU.machine.drainConsole()
    PerCPU.machine.object.hypervisor.startLine()
  }
  EarlyConsole.line("PANIC: \(frame.name) in the hypervisor, vector \(frame.vector)")
  EarlyConsole.line(
    "error code \(hex: frame.errorCode)  cs \(hex: frame.cs) (ring \(frame.cs & 3))  rflags \(hex: frame.rflags)")
  EarlyConsole.line(
    "rip \(hex: frame.rip, digits: 16)  rsp \(hex: frame.rsp, digits: 16)  rbp \(hex: frame.rbp, digits: 16)")
  EarlyConsole.line(
    "rax \(hex: frame.rax, digits: 16)  rbx \(hex: frame.rbx, digits: 16)  rcx \(hex: frame.rcx, digits: 16)")
  EarlyConsole.line(
    "rdx \(hex: frame.rdx, digits: 16)  rsi \(hex: frame.rsi, digits: 16)  rdi \(hex: frame.rdi, digits: 16)")
  EarlyConsole.line(
    "r8  \(hex: frame.r8, digits: 16)  r9  \(hex: frame.r9, digits: 16)  r10 \(hex: frame.r10, digits: 16)")
  EarlyConsole.line(
    "r11 \(hex: frame.r11, digits: 16)  r12 \(hex: frame.r12, digits: 16)  r13 \(hex: frame.r13, digits: 16)")
  EarlyConsole.line("r14 \(hex: frame.r14, digits: 16)  r15 \(hex: frame.r15, digits: 16)")
  EarlyConsole.line(
    "cr0 \(hex: apus_read_cr0())  cr2 \(hex: apus_read_cr2())  cr3 \(hex: apus_read_cr3())")
  EarlyConsole.line("cr4 \(hex: apus_read_cr4())")
  if PerCPU.isReady, let vcpu = PerCPU.cpu.object.current {
    let domain = vcpu.object.domain
    EarlyConsole.line(
      "at work for domain \(domain.object.id) (\(domain.object.name)) vCPU \(vcpu.object.id), cpu \(PerCPU.cpu.object.number)"
    )
  } else {
    EarlyConsole.line("at work for no domain")
  }
  EarlyConsole.line("backtrace: \(hex: frame.rip, digits: 16)")
  var base = frame.rbp
  var depth = 0
  while depth < 24, isStack(base), isStack(base &+ 8) {
    EarlyConsole.line("backtrace: \(hex: apus_load64(UInt(base &+ 8)), digits: 16)")
    let next = apus_load64(UInt(base))
    if next <= base { break }
    base = next
    depth &+= 1
  }
  EarlyConsole.line("the machine stops here; make symbolize names the addresses")
  stop(.panicked, leavesEmulator: PerCPU.isReady && PerCPU.machine.object.leavesEmulator)
}

/// Whether eight bytes at an address lie in one of the image's stacks, none of them in a guard page.
private func isStack(_ address: UInt64) -> Bool {
  address & 7 == 0 && address >= apus_symbol_boot_stack_guard() && address < ImageSymbols.end &- 8
    && !ImageSymbols.isGuard(address & ~(pageSize &- 1))
}
