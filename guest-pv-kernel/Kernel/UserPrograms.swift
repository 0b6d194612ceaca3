import CGuest

/// What runs in ring 3: functions that use their stack and system calls and nothing else.
enum UserPrograms {
  /// System calls.
  enum Call {
    /// One more round is done; the first argument tells how many vector registers were lost so far.
    static var progress: UInt64 { 1 }
    /// Gives the rest of the time slice up.
    static var yield: UInt64 { 2 }
    /// The first argument plus one, from the kernel.
    static var increment: UInt64 { 3 }
    /// The result of a hypercall that ring 3 made.
    static var report: UInt64 { 4 }
  }

  static var rounds: UInt64 { 20 }
  /// About a time slice of spinning.
  private static var spins: UInt64 { 2_000_000 }

  /// Spins with values in the vector registers; asks by SYSCALL.
  static let spinner: UserTask.Entry = { seed in
    var lost: UInt64 = 0
    var round: UInt64 = 0
    while round < rounds {
      if !cguest_vectors_survive(seed &+ round, spins) { lost &+= 1 }
      if UserMode.call(Call.increment, round) != round &+ 1 { lost &+= 1 }
      UserMode.call(Call.progress, lost)
      round &+= 1
    }
  }

  /// The same by INT 0x80, yielding now and then.
  static let interrupter: UserTask.Entry = { seed in
    var lost: UInt64 = 0
    var round: UInt64 = 0
    while round < rounds {
      if !cguest_vectors_survive(seed &+ round, spins) { lost &+= 1 }
      if UserMode.callByInterrupt(Call.increment, round) != round &+ 1 { lost &+= 1 }
      UserMode.callByInterrupt(Call.progress, lost)
      if round & 3 == 3 { UserMode.callByInterrupt(Call.yield) }
      round &+= 1
    }
  }

  /// Writes to the address that it is given.
  static let writer: UserTask.Entry = { address in cguest_store8(address, 1) }

  /// Wants to halt the processor.
  static let halter: UserTask.Entry = { _ in cguest_hlt() }

  /// Tells the ring that it runs in.
  static let visitor: UserTask.Entry = { _ in UserMode.call(Call.report, UInt64(cguest_current_ring())) }

  /// Makes a hypercall from ring 3: the number of VMMCALL (1) or VMCALL (0) tells which instruction.
  static let caller: UserTask.Entry = { usesVMMCALL in
    let version: UInt64 = 17
    let result =
      usesVMMCALL == 1 ? cguest_vmmcall(version, 0, 0, 0, 0, 0) : cguest_vmcall(version, 0, 0, 0, 0, 0)
    UserMode.call(Call.report, UInt64(bitPattern: result))
  }
}
