import Testing
import XenABI

@testable import GuestKitLogic

@Suite struct BalloonPlanTests {
  @Test func restsAtItsTarget() {
    let plan = BalloonPlan(target: 8192, reserve: 256)
    #expect(plan.step(held: 8192, free: 5000, given: 0) == .rest)
    #expect(plan.step(held: 8192, free: 0, given: 100) == .rest)
  }

  @Test func givesAndTakesInBatches() {
    let plan = BalloonPlan(target: 6000, reserve: 256)
    #expect(plan.step(held: 8192, free: 5000, given: 0) == .give(256))
    #expect(plan.step(held: 6010, free: 5000, given: 0) == .give(10))
    #expect(plan.step(held: 4000, free: 5000, given: 4192) == .take(256))
    #expect(plan.step(held: 5995, free: 5000, given: 2197) == .take(5))
  }

  @Test func keepsItsReserve() {
    let plan = BalloonPlan(target: 0, reserve: 256)
    #expect(plan.step(held: 8192, free: 260, given: 0) == .give(4))
    #expect(plan.step(held: 8192, free: 256, given: 0) == .wait)
    #expect(plan.step(held: 8192, free: 0, given: 0) == .wait)
  }

  @Test func takesNoMoreThanItGave() {
    let plan = BalloonPlan(target: UInt64.max, reserve: 256)
    #expect(plan.step(held: 8000, free: 0, given: 3) == .take(3))
    #expect(plan.step(held: 8003, free: 0, given: 0) == .rest)
  }

  @Test func readsTheStoresValue() {
    #expect(BalloonPlan.frames(kibibytes: "24576") == 6144)
    #expect(BalloonPlan.frames(kibibytes: "7") == 1)
    for text in ["", "24576 ", "-4", "24m", "18446744073709551616"] {
      #expect(BalloonPlan.frames(kibibytes: text) == nil)
    }
  }

  /// Whatever the hypervisor grants of a step, the way ends at the target or at the reserve, and no frame is lost.
  @Test func comesToAnEnd() {
    var random = SplitMix64(seed: 0xBA11)
    for _ in 0..<200 {
      var held = 4096 + random.next() % 4096
      var free = Int(random.next() % held)
      var given = 0
      let all = held
      let plan = BalloonPlan(target: random.next() % 8192, reserve: 256)
      var steps = 0
      loop: while steps < 100_000 {
        steps += 1
        switch plan.step(held: held, free: free, given: given) {
        case .rest, .wait: break loop
        case .give(let count):
          let done = Int(random.next() % UInt64(count + 1))
          held -= UInt64(done)
          free -= done
          given += done
          #expect(free >= plan.reserve)
        case .take(let count):
          let done = Int(random.next() % UInt64(count + 1))
          held += UInt64(done)
          free += done
          given -= done
        }
        #expect(held + UInt64(given) == all)
      }
      #expect(held == plan.target || free <= plan.reserve || given == 0)
    }
  }
}

@Suite struct RetryDelayTests {
  @Test func doublesUpToItsLimit() {
    var retry = RetryDelay(first: .seconds(1), longest: .seconds(4))
    #expect([retry.next(), retry.next(), retry.next(), retry.next()] == [1, 2, 4, 4].map { Nanoseconds.seconds($0) })
    retry.reset()
    #expect(retry.next() == .seconds(1))
  }
}

@Suite struct ShutdownRequestTests {
  @Test func knowsItsWords() {
    for request in ShutdownRequest.allCases { #expect(ShutdownRequest(word: request.word) == request) }
    for word in ["", "suspend", "Poweroff", "poweroff ", "crash"] { #expect(ShutdownRequest(word: word) == nil) }
  }
}
