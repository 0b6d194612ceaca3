import CFuzz

/// An instruction that the fuzzer runs, by its place in the list of fuzz.asm.
enum Instruction: UInt64 {
  case vmmcall, vmcall, cpuid, rdmsr, wrmsr
  case in8, in16, in32, out8, out16, out32, repeatIns8, ins32, repeatOuts8, outs16
  case load32, store32, load8, store8, load64, store64, loadZeroExtended, loadSignExtended
  case and, or, xor, add, exchange, storeString, moveString, repeatStoreString, test, compare
  case rdtsc, rdtscp, xgetbv, xsetbv, wbinvd, invd, rdpmc, monitor, mwait
  case vmload, vmsave, vmrun, stgi, clgi, skinit, invlpga, vmxoff, vmxon, rsm
  case undefined, breakpoint, readDebug, writeDebug, readPriority, writePriority, readControl4, machineStatus, clearTask
  case flushLine, pause, invalidatePage, readControl0, storeTask, random

  /// Those that read or write what RDI points to.
  static var memory: ClosedRange<UInt64> { load32.rawValue...compare.rawValue }
  /// Those of ports.
  static var ports: ClosedRange<UInt64> { in8.rawValue...outs16.rawValue }
  /// Those that need ring 0, or a processor's leave, or that a guest does not have at all.
  static var others: ClosedRange<UInt64> { rdtsc.rawValue...random.rawValue }

  var address: UInt64 { cfuzz_instruction(rawValue) }
}

/// The general registers of a run, by their places in fuzz.asm's array.
enum RunRegister: UInt64 {
  case rax, rbx, rcx, rdx, rsi, rdi, rbp, r8, r9, r10, r11, r12, r13, r14, r15, flags
  static var count: UInt64 { 15 }

  var value: UInt64 {
    get { cfuzz_get(rawValue) }
    nonmutating set { cfuzz_set(rawValue, newValue) }
  }
}
