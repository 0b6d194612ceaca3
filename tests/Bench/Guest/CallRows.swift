import CBench
import CGuest

/// What it takes to get into the hypervisor and out again, and the calls that do little more.
struct CallRows<Instruction: HypercallInstruction> {
  static func run() {
    emptyLoop()
    nullCall()
    multicall()
    timer()
    yield()
    processorIdentification()
    portRead()
  }

  private static func emptyLoop() {
    let ticks = Stopwatch.ticks { cbench_nothing() }
    Stopwatch.report("empty loop", ticks)
  }

  private static func nullCall() {
    let ticks = Stopwatch.ticks { _ = Instruction.call(.version, VersionOperation.version.word) }
    Stopwatch.report("null hypercall", ticks)
  }

  private static func multicall() {
    let entry = MulticallEntry(number: UInt64(HypercallNumber.version.rawValue))
    var list = InlineArray<32, MulticallEntry>(repeating: entry)
    var result: Int64 = 0
    let ticks = withAddress(of: &list) { address in
      Stopwatch.ticks { result = Instruction.call(.multicall, address, 32) }
    }
    Stopwatch.require(result == 0 && list[31].result != 0, "multicall of 32", result)
    Stopwatch.report("multicall of 32", ticks)
  }

  /// An hour ahead, and off again: two calls a round, so that each row's figure is one call's.
  private static func timer() {
    let deadline = Clock.now.adding(.seconds(3600)).rawValue
    var result: Int64 = 0
    let ticks = Stopwatch.ticks {
      result = Instruction.call(.setTimer, deadline)
      result |= Instruction.call(.setTimer, 0)
    }
    Stopwatch.require(result == 0, "set_timer_op", result)
    Stopwatch.report("set_timer_op", ticks, operations: 2 * Stopwatch.rounds)
  }

  private static func yield() {
    let ticks = Stopwatch.ticks { _ = Instruction.call(.scheduler, SchedulerOperation.yield.word) }
    Stopwatch.report("yield", ticks)
  }

  private static func processorIdentification() {
    let ticks = Stopwatch.ticks { _ = cguest_cpuid(0, 0) }
    Stopwatch.report("CPUID exit", ticks)
  }

  /// Port 0x61, the interval timer's gate: hypervisors keep it from every domain, domain 0 too.
  private static func portRead() {
    let ticks = Stopwatch.ticks { _ = cguest_in8(0x61) }
    Stopwatch.report("port read exit", ticks)
  }
}
