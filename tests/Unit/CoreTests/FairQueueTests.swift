import Testing
import XenABI

@testable import Core

/// One virtual CPU as the simulation sees it.
private struct Behaviour {
  var weight: UInt32 = 256
  var cap: UInt32 = 0
  /// How long it runs before it sleeps; nil for one that never does.
  var burst: ClosedRange<UInt64>?
  /// How long it sleeps.
  var sleep: ClosedRange<UInt64> = 0...0
  /// When it first wakes.
  var start: UInt64 = 0
}

/// A CPU with a fair queue, in virtual time, with every behaviour's processor time and latencies counted.
private final class Simulation {
  private let storage: UnsafeMutablePointer<SchedulingEntity>
  let behaviours: [Behaviour]
  var queue = FairQueue()
  var now: UInt64 = 0
  var ran: [UInt64]
  var worstLatency: [UInt64]
  var switches = 0
  private var random: SplitMix64
  private var burstLeft: [UInt64]
  private var wakeAt: [UInt64?]
  private var runnableSince: [UInt64?]

  init(_ behaviours: [Behaviour], seed: UInt64 = 1) {
    self.behaviours = behaviours
    let count = behaviours.count
    random = SplitMix64(seed: seed)
    ran = Array(repeating: 0, count: count)
    worstLatency = Array(repeating: 0, count: count)
    burstLeft = Array(repeating: .max, count: count)
    wakeAt = behaviours.map(\.start)
    runnableSince = Array(repeating: nil, count: count)
    storage = .allocate(capacity: count)
    for index in 0..<count {
      (storage + index).initialize(to: SchedulingEntity())
      queue.setWeight(self[index], behaviours[index].weight, at: .zero)
      queue.setCap(self[index], behaviours[index].cap, at: .zero)
    }
  }

  deinit {
    storage.deinitialize(count: behaviours.count)
    storage.deallocate()
  }

  subscript(index: Int) -> Handle<SchedulingEntity> { Handle(storage + index) }

  /// Starts to measure anew, once everyone has found its place.
  func forgetLatencies() {
    for index in behaviours.indices { worstLatency[index] = 0 }
  }

  private func index(of entity: Handle<SchedulingEntity>) -> Int {
    behaviours.indices.first { self[$0] == entity } ?? -1
  }

  func run(until end: UInt64) {
    while now < end {
      wakeSleepers()
      let choice = queue.pickNext(at: Nanoseconds(now)).map(index)
      if let choice, let since = runnableSince[choice] {
        worstLatency[choice] = max(worstLatency[choice], now - since)
        runnableSince[choice] = nil
      }
      switches += 1
      advance(choice, until: end)
    }
  }

  private func wakeSleepers() {
    for index in behaviours.indices {
      guard let wake = wakeAt[index], wake <= now else { continue }
      wakeAt[index] = nil
      burstLeft[index] = behaviours[index].burst.map { UInt64.random(in: $0, using: &random) } ?? .max
      runnableSince[index] = now
      queue.enqueue(self[index], at: Nanoseconds(now), wakeup: true)
    }
  }

  /// Lets the chosen one run up to the next thing that happens.
  private func advance(_ choice: Int?, until end: UInt64) {
    var next = min(end, wakeAt.compactMap(\.self).min() ?? .max)
    next = min(next, max(queue.nextDecision.rawValue, now + 1))
    if let choice { next = min(next, burstLeft[choice] == .max ? .max : now + burstLeft[choice]) }
    let span = next - now
    now = next
    guard let choice else { return }
    ran[choice] += span
    guard burstLeft[choice] != .max else { return }
    burstLeft[choice] -= span
    if burstLeft[choice] == 0 {
      queue.dequeue(self[choice], at: Nanoseconds(now))
      wakeAt[choice] = now + UInt64.random(in: behaviours[choice].sleep, using: &random)
    }
  }
}

private let millisecond: UInt64 = 1_000_000
private let second: UInt64 = 1_000_000_000

@Suite struct FairQueueTests {
  private func percent(_ simulation: Simulation, _ index: Int) -> Double {
    Double(simulation.ran[index]) * 100 / Double(simulation.now)
  }

  @Test(arguments: [
    [256, 256], [256, 512], [1, 1], [64, 256, 1024], [100, 200, 300, 400], [256, 65535], [1, 256],
  ])
  func sharesFollowWeights(weights: [UInt32]) {
    let simulation = Simulation(weights.map { Behaviour(weight: $0) })
    simulation.run(until: 200 * second)
    let total = Double(weights.reduce(0, +))
    for index in weights.indices {
      #expect(abs(percent(simulation, index) - Double(weights[index]) * 100 / total) < 2)
    }
    #expect(simulation.ran.reduce(0, +) == simulation.now)
  }

  @Test func sharesAreFairWithinAFewRotations() {
    let simulation = Simulation(Array(repeating: Behaviour(), count: 8))
    simulation.run(until: 400 * millisecond)
    for index in 0..<8 { #expect(abs(percent(simulation, index) - 12.5) < 1) }
    #expect(simulation.worstLatency.max() ?? 0 <= 20 * millisecond)
  }

  @Test func aSleeperWakesAheadOfBurners() {
    var behaviours = Array(repeating: Behaviour(), count: 4)
    behaviours.append(Behaviour(burst: 100_000...300_000, sleep: 5 * millisecond...15 * millisecond))
    let simulation = Simulation(behaviours)
    simulation.run(until: second)
    simulation.forgetLatencies()
    simulation.run(until: 20 * second)
    #expect(simulation.worstLatency[4] <= 1 * millisecond)
  }

  /// Both have just slept, so neither is far behind the other when the short one wakes again.
  @Test func aSleeperDoesNotWaitForATurnOfOneThatWokeToBurn() {
    let simulation = Simulation([
      Behaviour(burst: 40 * millisecond...60 * millisecond, sleep: 30 * millisecond...90 * millisecond),
      Behaviour(burst: 10_000...20_000, sleep: 1 * millisecond...1 * millisecond),
    ])
    simulation.run(until: 20 * second)
    #expect(simulation.worstLatency[1] <= 600_000)
  }

  @Test func manySleepersWaitForEachOtherOnly() {
    var behaviours = [Behaviour(), Behaviour()]
    for _ in 0..<6 { behaviours.append(Behaviour(burst: 50_000...200_000, sleep: 3 * millisecond...20 * millisecond)) }
    let simulation = Simulation(behaviours, seed: 7)
    simulation.run(until: second)
    simulation.forgetLatencies()
    simulation.run(until: 20 * second)
    for index in 2..<8 { #expect(simulation.worstLatency[index] <= 3 * millisecond) }
    #expect(percent(simulation, 0) > 40)
  }

  @Test(arguments: [(1, 1), (900, 100), (4000, 100), (4900, 10), (100, 1), (2400, 2400)] as [(UInt64, UInt64)])
  func sleepingOftenWinsNoShare(runMicroseconds: UInt64, sleepMicroseconds: UInt64) {
    let run = runMicroseconds * 1000
    let sleep = sleepMicroseconds * 1000
    let gamer = Behaviour(burst: run...run, sleep: sleep...sleep)
    let simulation = Simulation([Behaviour(), gamer])
    simulation.run(until: min(5 * second, (run + sleep) * 20_000))
    #expect(percent(simulation, 1) < 51)
    #expect(percent(simulation, 0) > 49)
  }

  @Test func burnersAreNotStarvedBySleepers() {
    let behaviours =
      [Behaviour()] + Array(repeating: Behaviour(burst: 500_000...900_000, sleep: 10_000...200_000), count: 5)
    let simulation = Simulation(behaviours, seed: 3)
    simulation.run(until: 20 * second)
    #expect(abs(percent(simulation, 0) - 100.0 / 6) < 2)
  }

  @Test(arguments: [1, 10, 25, 50, 90] as [UInt32]) func capsHoldOnAnIdleCPU(cap: UInt32) {
    let simulation = Simulation([Behaviour(cap: cap)])
    simulation.run(until: 30 * second)
    #expect(abs(percent(simulation, 0) - Double(cap)) < 0.5)
  }

  @Test func capsHoldAgainstOthers() {
    let simulation = Simulation([Behaviour(cap: 20), Behaviour(), Behaviour(weight: 1024, cap: 30)])
    simulation.run(until: 30 * second)
    #expect(abs(percent(simulation, 0) - 20) < 1)
    #expect(abs(percent(simulation, 1) - 50) < 1)
    #expect(abs(percent(simulation, 2) - 30) < 1)
  }

  @Test func capsAreNoShare() {
    let simulation = Simulation([Behaviour(cap: 90), Behaviour(), Behaviour()])
    simulation.run(until: 30 * second)
    for index in 0..<3 { #expect(abs(percent(simulation, index) - 100.0 / 3) < 1) }
  }

  @Test func sleepingDoesNotEvadeACap() {
    let simulation = Simulation([Behaviour(cap: 10, burst: 900_000...1_100_000, sleep: 10_000...50_000), Behaviour()])
    simulation.run(until: 30 * second)
    #expect(percent(simulation, 0) < 10.5)
  }

  @Test func aLoneEntityIsNotInterrupted() {
    let simulation = Simulation([Behaviour()])
    simulation.run(until: 100 * second)
    #expect(simulation.queue.nextDecision == .never)
    #expect(simulation.switches < 3)
  }

  @Test func aLateComerGetsItsShareAndNotMore() {
    let simulation = Simulation([Behaviour(), Behaviour(start: 50 * second)])
    simulation.run(until: 50 * second)
    simulation.run(until: 52 * second)
    #expect(abs(Double(simulation.ran[1]) / Double(second) - 1) < 0.02)
  }

  @Test func aLongSleepIsForgotten() {
    // Behind a burner of the least weight the virtual time passes half its range in half a day.
    let simulation = Simulation([
      Behaviour(weight: 1), Behaviour(weight: 256, burst: millisecond...millisecond, sleep: second...second),
    ])
    simulation.run(until: 10 * second)
    simulation[1].object.virtualRuntime = simulation[0].object.virtualRuntime &+ 1 << 62
    simulation.run(until: 20 * second)
    #expect(simulation.worstLatency[1] <= 6 * millisecond)
  }

  @Test func yieldLetsTheNextOneRun() {
    let simulation = Simulation([Behaviour(), Behaviour()])
    simulation.run(until: 2 * millisecond)
    let now = Nanoseconds(simulation.now)
    let before = simulation.queue.current
    let othersWait = simulation.queue.yield(at: now)
    #expect(othersWait)
    let after = simulation.queue.pickNext(at: now)
    #expect(after != nil && after != before)
  }

  @Test func yieldAloneChangesNothing() {
    let simulation = Simulation([Behaviour()])
    simulation.run(until: millisecond)
    let now = Nanoseconds(simulation.now)
    let othersWait = simulation.queue.yield(at: now)
    #expect(!othersWait)
    let next = simulation.queue.pickNext(at: now)
    #expect(next == simulation[0])
  }

  @Test func enqueueAsksForTheCPU() {
    let simulation = Simulation([Behaviour(start: second), Behaviour(start: second)])
    let first = simulation.queue.enqueue(simulation[0], at: .zero, wakeup: false)
    #expect(first)
    #expect(simulation.queue.pickNext(at: .zero) == simulation[0])
    let later = Nanoseconds.milliseconds(4)
    let second = simulation.queue.enqueue(simulation[1], at: later, wakeup: true)
    #expect(second)
    #expect(simulation.queue.pickNext(at: later) == simulation[1])
    let again = simulation.queue.enqueue(simulation[1], at: later, wakeup: true)
    #expect(!again)
    simulation.queue.dequeue(simulation[1], at: later)
    #expect(simulation.queue.nextDecision == .zero)
    #expect(simulation.queue.pickNext(at: later) == simulation[0])
    simulation.queue.dequeue(simulation[0], at: later)
    #expect(simulation.queue.pickNext(at: later) == nil)
    #expect(simulation.queue.nextDecision == .never)
  }

  @Test(arguments: 0..<20) func randomHistoriesKeepTheBooks(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var behaviours: [Behaviour] = []
    for _ in 0..<Int.random(in: 1...12, using: &random) {
      var behaviour = Behaviour(weight: UInt32.random(in: 1...1024, using: &random))
      if Bool.random(using: &random) { behaviour.cap = UInt32.random(in: 0...100, using: &random) }
      if Bool.random(using: &random) {
        behaviour.burst = 1...UInt64.random(in: 1...20 * millisecond, using: &random)
        behaviour.sleep = 1...UInt64.random(in: 1...50 * millisecond, using: &random)
      }
      behaviour.start = UInt64.random(in: 0...second, using: &random)
      behaviours.append(behaviour)
    }
    let simulation = Simulation(behaviours, seed: seed)
    simulation.run(until: 20 * second)
    for index in behaviours.indices {
      #expect(simulation.ran[index] > 0)
      if 1..<100 ~= behaviours[index].cap { #expect(percent(simulation, index) < Double(behaviours[index].cap) + 0.5) }
    }
    simulation.queue.charge(at: Nanoseconds(simulation.now))
    for index in behaviours.indices {
      let counted = simulation[index].object.runtime.rawValue
      #expect(counted == simulation.ran[index])
    }
  }
}
