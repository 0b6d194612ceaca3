import CFuzz
import CGuest

/// A guest that makes hypercalls at random, of every number, with arguments that are nearly right, from 64-bit and
/// 32-bit code, and does what else a guest can do to a hypervisor in between.
///
/// Command line: `calls=N` (default 200000), `seed=N` (default 1), `from=N` to begin at a call that a failure named,
/// `trace=N` to print each call from that one on before it is made, for a run that ends without a word.
/// It ends with `fuzz: done N calls`. A line with FAIL says what must not be; the calls before the first such line
/// follow it.
@main
struct FuzzerGuest: Guest {
  static func run() throws(GuestError) {
    let options = CommandLineOptions.current
    let count = options.number("calls") ?? 200_000
    let seed = options.number("seed") ?? 1
    let first = options.number("from") ?? 0
    console.print("fuzz: seed \(seed), \(count) calls from \(first) on")

    // The vCPU's record in a page of its own for every other seed.
    let movesRecord = seed % 2 == 1
    if movesRecord, let page = Pages() { try VCPURecord.move(to: page, offset: 64) }
    let repairs = FuzzRepairs(hasMovedRecord: movesRecord)
    let grantFrame = UnusedFrames.take()
    let playground = Playground(grantFrame: grantFrame)
    InterruptFlag.clear()
    cfuzz_start(VCPURecord.window.address, SharedPage.window.address)
    repairs.resetLocalAPIC()

    var fuzzer = Fuzzer(
      seed: seed, playground: playground, grantFrame: grantFrame, repairs: repairs,
      record: FuzzRecord(tracedFrom: options.number("trace")))
    fuzzer.repairs.mapGrantTable(grantFrame)
    fuzzer.run(from: first, count: count)
    fuzzer.inspect()
    fuzzer.end(after: count)
  }
}
