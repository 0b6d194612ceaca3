import Testing
import XenABI

@testable import Core

/// Timers at addresses that stay, as they have in the hypervisor.
private final class TimerArena {
  private let storage: UnsafeMutablePointer<Timer>
  let count: Int

  init(count: Int) {
    self.count = count
    storage = .allocate(capacity: count)
    for index in 0..<count { (storage + index).initialize(to: Timer(.singleshot)) }
  }

  deinit {
    storage.deinitialize(count: count)
    storage.deallocate()
  }

  subscript(index: Int) -> Handle<Timer> { Handle(storage + index) }

  func index(of timer: Handle<Timer>) -> Int { (0..<count).first { self[$0] == timer } ?? -1 }
}

extension Handle<Timer> {
  fileprivate var isPending: Bool { object.isPending }
}

@Suite struct DeadlineQueueTests {
  @Test func givesTimersByDeadline() {
    let timers = TimerArena(count: 3)
    var queue = DeadlineQueue()
    #expect(queue.nextDeadline == .never)
    #expect(queue.insert(timers[0], at: Nanoseconds(20)) == true)
    #expect(queue.insert(timers[1], at: Nanoseconds(10)) == true)
    #expect(queue.insert(timers[2], at: Nanoseconds(30)) == false)
    #expect(queue.nextDeadline == Nanoseconds(10))
    #expect(queue.popExpired(at: Nanoseconds(9)) == nil)
    #expect(queue.popExpired(at: Nanoseconds(25)) == timers[1])
    #expect(!timers[1].isPending)
    #expect(queue.popExpired(at: Nanoseconds(25)) == timers[0])
    #expect(queue.popExpired(at: Nanoseconds(25)) == nil)
    #expect(queue.remove(timers[2]) == true)
    #expect(queue.remove(timers[2]) == false)
    #expect(queue.nextDeadline == .never)
  }

  @Test func neverStopsATimer() {
    let timers = TimerArena(count: 1)
    var queue = DeadlineQueue()
    queue.insert(timers[0], at: Nanoseconds(5))
    #expect(queue.insert(timers[0], at: .never) == true)
    #expect(!timers[0].isPending)
    #expect(queue.insert(timers[0], at: Nanoseconds(1 << 63)) == false)
    #expect(!timers[0].isPending)
    #expect(queue.insert(timers[0], at: Nanoseconds(1 << 63 - 1)) == true)
    #expect(queue.nextDeadline == Nanoseconds(1 << 63 - 1))
  }

  @Test(arguments: 0..<40) func agreesWithASortedArray(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let timers = TimerArena(count: Int.random(in: 1...24, using: &random))
    var queue = DeadlineQueue()
    var model: [Int: UInt64] = [:]
    var now: UInt64 = 0
    for _ in 0..<3000 {
      let index = Int.random(in: 0..<timers.count, using: &random)
      let before = model.values.min()
      switch Int.random(in: 0..<10, using: &random) {
      case 0..<5:
        let deadline = now + UInt64.random(in: 0..<(Bool.random(using: &random) ? 8 : 1000), using: &random)
        model[index] = deadline
        #expect(queue.insert(timers[index], at: Nanoseconds(deadline)) == (model.values.min() != before))
      case 5..<7:
        model[index] = nil
        #expect(queue.remove(timers[index]) == (model.values.min() != before))
      default:
        now += UInt64.random(in: 0..<40, using: &random)
        var last: UInt64 = 0
        while let timer = queue.popExpired(at: Nanoseconds(now)) {
          let popped = timers.index(of: timer)
          #expect(model[popped] == timer.object.deadline.rawValue)
          #expect(timer.object.deadline.rawValue >= last)
          last = timer.object.deadline.rawValue
          model[popped] = nil
        }
        #expect(!model.values.contains { $0 <= now })
      }
      #expect(queue.nextDeadline.rawValue == model.values.min() ?? .max)
      for index in 0..<timers.count { #expect(timers[index].isPending == (model[index] != nil)) }
    }
  }

  @Test func reachesTimersInsideOtherObjects() {
    let bytes = UnsafeMutablePointer<TwoTimers>.allocate(capacity: 1)
    bytes.initialize(to: TwoTimers())
    defer { bytes.deallocate() }
    let owner = Handle(bytes)
    var queue = DeadlineQueue()
    let second = Handle(to: &owner.object.second)
    queue.insert(second, at: Nanoseconds(7))
    #expect(second.isPending)
    let first = Handle(to: &owner.object.first)
    #expect(!first.isPending)
    #expect(queue.popExpired(at: Nanoseconds(7))?.object.kind == .periodic)
  }
}

private struct TwoTimers: ~Copyable {
  var first = Timer(.singleshot)
  var second = Timer(.periodic)
}
