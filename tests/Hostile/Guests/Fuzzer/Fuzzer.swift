/// What a run knows: the seed and the call it is at, the memory it plays with, and what it has got so far.
struct Fuzzer: ~Copyable {
  let seed: UInt64
  var call: UInt64 = 0
  var random: FuzzRandom
  var playground: Playground
  var tally = FuzzTally()
  var record: FuzzRecord
  /// This domain's number, where it is told.
  let own: DomainID?
  let isControlDomain: Bool
  let isApus: Bool
  /// Ports and grant handles that the hypervisor has given out lately.
  var ports = InlineArray<16, UInt32>(repeating: 1)
  var handles = InlineArray<16, UInt32>(repeating: 0)
  /// Whether the structure that was placed last was changed at random, so that its fields are not what they were.
  var wasMutated = false
  /// Whether the place that was chosen last ends where nothing is mapped.
  var isBounded = false
  /// Whether what is put at that place is what the call finds there.
  var isWritten = false
  /// Whether all of it is.
  var isWhole = false
  /// The width of the call that is being made up.
  var width = CallWidth.bits64
  /// Where the fuzzer sees its grant table.
  let grantFrame: GuestFrame
  /// Whether the call may wait for an event.
  var mayWait = false
  var repairs: FuzzRepairs

  init(
    seed: UInt64, playground: consuming Playground, grantFrame: GuestFrame, repairs: FuzzRepairs, record: FuzzRecord
  ) {
    self.seed = seed
    self.record = record
    self.playground = playground
    self.grantFrame = grantFrame
    self.repairs = repairs
    random = FuzzRandom(seed: seed, call: 0)
    isControlDomain = Hypervisor.isControlDomain
    isApus = Hypervisor.isApus
    own = Hypervisor.domainID ?? (Hypervisor.isControlDomain ? .zero : nil)
  }

  /// Does the calls from `first` on.
  mutating func run(from first: UInt64, count: UInt64) {
    let end = first &+ count
    call = first
    while call < end {
      random = FuzzRandom(seed: seed, call: call)
      step()
      call &+= 1
      if call % 50_000 == 0 { console.print("fuzz: \(call) calls") }
    }
  }

  private mutating func step() {
    if random.chance(12) { intermezzo() }
    width = random.chance(30) ? .bits32 : .bits64
    mayWait = false
    let made = makeCall(isNested: false)
    record.note(call, made)
    execute(made)
    if call % 64 == 0 { refresh() }
    if call % 1024 == 0 { inspect() }
  }

  /// Prints what has come of it all, and ends the domain as it is: what the calls have built up is for the hypervisor to
  /// clear away.
  func end(after count: UInt64) {
    tally.report()
    console.print("fuzz: done \(count) calls")
    XenScheduler.shutdown(.powerOff)
  }

  /// Prints what must not be, with what is needed to see it again.
  mutating func fail(_ what: String) {
    tally.failures += 1
    // The first few tell enough.
    if tally.failures <= 50 { console.print("FAIL fuzz seed=\(seed) call=\(call): \(what)") }
    if tally.failures == 1 { record.report() }
  }
}

/// What the hypervisor answered, by kind.
struct FuzzTally {
  private var errors = InlineArray<128, UInt64>(repeating: 0)
  private var successes: UInt64 = 0
  private var others: UInt64 = 0
  var faults: UInt64 = 0
  var failures: UInt64 = 0

  mutating func count(_ result: Int64) {
    switch result {
    case 0...: successes += 1
    case -127 ... -1: errors[Int(-result)] += 1
    default: others += 1
    }
  }

  func report() {
    console.print("fuzz: result success: \(successes)")
    for number in errors.indices where errors[number] > 0 {
      console.print("fuzz: result errno \(number): \(errors[number])")
    }
    if others > 0 { console.print("fuzz: result none of these: \(others)") }
    console.print("fuzz: calls that were exceptions: \(faults)")
    console.print("fuzz: failures: \(failures)")
  }
}
