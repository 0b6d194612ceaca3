#if canImport(XenABI)
  import XenABI
#endif

/// The run queue of one CPU: weighted fair shares with caps.
///
/// Each entity has a virtual runtime, the processor time it has had divided by its weight; the one with the least runs
/// next. The queue's virtual time follows the least of all runnable ones and never goes back. A blocked entity costs
/// nothing; when it wakes it is put at most `wakeupCredit` behind the virtual time, and never ahead of where it went
/// to sleep. So it gets the CPU before those that burn it, but over any time no more than its share and that credit:
/// who sleeps often wins latency, not processor time.
///
/// A cap is kept in accounting periods: who has used up what the cap gives of a period is parked until the next one.
/// What it ran too long by is taken off the periods that follow.
package struct FairQueue: BitwiseCopyable {
  private var waiting = PairingHeap<SchedulingEntity>()
  private var parked = PairingHeap<SchedulingEntity>()
  private var running = Link<SchedulingEntity>()
  private var virtualTime: UInt64 = 0
  /// The weights of those who wait and of the one that runs.
  private var totalWeight: UInt64 = 0
  /// Up to when the running entity has been charged.
  private var chargedUntil: Nanoseconds = .zero
  private var sliceStart: Nanoseconds = .zero
  /// When one that woke during this turn, and did not interrupt it at once, is far enough behind to do so.
  private var wakeupDecision: Nanoseconds = .never
  /// When `pickNext` has something new to decide, unless an entity is enqueued or dequeued before; never where it has
  /// nothing: the only runnable entity runs without interruption.
  package private(set) var nextDecision: Nanoseconds = .never

  package init() {}

  /// The longest turn while others wait.
  package static var slice: Nanoseconds { .milliseconds(5) }
  /// The shortest turn of those that burn the CPU.
  package static var granularity: Nanoseconds { .milliseconds(1) }
  /// The lead below which a woken entity does not interrupt another: it waits until it has it.
  package static var wakeupLead: Nanoseconds { .microseconds(500) }
  /// The time within which all who wait get a turn, as long as the shortest turn allows it.
  static var rotation: Nanoseconds { .milliseconds(20) }
  /// How much processor time a woken entity may be ahead of those that did not sleep.
  static var wakeupCredit: Nanoseconds { .microseconds(2500) }
  /// The accounting period of caps.
  package static var period: Nanoseconds { .milliseconds(30) }
  /// The shortest turn of an entity that its cap ends.
  static var shortestCappedTurn: Nanoseconds { .microseconds(100) }

  /// The entity that has the CPU; nil when idle.
  @inline(__always) package var current: Handle<SchedulingEntity>? { running.handle }
  /// Whether anyone waits for the CPU.
  @inline(__always) package var hasWaiting: Bool { !waiting.isEmpty }

  /// Makes a blocked entity runnable; one that is runnable stays as it is.
  /// - Parameters:
  ///   - entity: the one that can run.
  ///   - now: the system time.
  ///   - wakeup: whether it waited of its own will, and so is to run soon.
  /// - Returns: whether it should have the CPU at once: the caller then calls `pickNext`.
  @discardableResult
  package mutating func enqueue(_ entity: Handle<SchedulingEntity>, at now: Nanoseconds, wakeup: Bool) -> Bool {
    guard entity.object.state == .blocked else { return false }
    charge(at: now)
    entity.object.hasWoken = wakeup
    admit(entity, at: now, credit: wakeup ? Self.wakeupCredit : .zero)
    guard entity.object.state == .waiting else { return false }
    guard let current = running.handle else { return true }
    if Self.isDue(entity, before: current) { return true }
    if wakeup {
      wakeupDecision = min(wakeupDecision, Self.due(entity, before: current, at: now))
      nextDecision = min(nextDecision, wakeupDecision)
    }
    return false
  }

  /// Makes an entity not runnable, whatever it was.
  package mutating func dequeue(_ entity: Handle<SchedulingEntity>, at now: Nanoseconds) {
    switch entity.object.state {
    case .blocked: return
    case .waiting:
      waiting.remove(entity)
      totalWeight &-= UInt64(entity.object.weight)
    case .parked: parked.remove(entity)
    case .running:
      charge(at: now)
      running = Link()
      totalWeight &-= UInt64(entity.object.weight)
      if waiting.isEmpty { forgive(entity) }
    }
    entity.object.state = .blocked
    plan()
  }

  /// Decides who has the CPU from now on: to be called at `nextDecision`, when `enqueue` asked for it, and when the
  /// running entity was dequeued or has yielded. At other times it changes nothing.
  package mutating func pickNext(at now: Nanoseconds) -> Handle<SchedulingEntity>? {
    charge(at: now)
    while let first = parked.first, first.object.place.key <= now.rawValue {
      parked.remove(first)
      admit(first, at: now, credit: .zero)
    }
    if let current = running.handle {
      guard mustLeave(current, at: now) else {
        if now >= nextDecision {
          sliceStart = now
          planInterruption(of: current, at: now)
          plan()
        }
        return current
      }
      totalWeight &-= UInt64(current.object.weight)
      running = Link()
      insert(current, at: now)
    }
    if let next = waiting.first {
      waiting.remove(next)
      next.object.state = .running
      running = Link(next)
      next.object.hasWoken = false
      sliceStart = now
      chargedUntil = now
      planInterruption(of: next, at: now)
    }
    plan()
    return running.handle
  }

  /// Charges the running entity for its time on the CPU up to now.
  package mutating func charge(at now: Nanoseconds) {
    guard let current = running.handle else { return }
    let ran = now.since(chargedUntil)
    chargedUntil = max(now, chargedUntil)
    current.object.virtualRuntime &+= current.object.cost(ran)
    current.object.runtime = current.object.runtime.adding(ran)
    if current.object.isCapped {
      current.object.enterPeriod(at: now)
      current.object.used &+= ran.rawValue
    }
    advanceVirtualTime()
  }

  /// Charges an entity that has not the CPU for work that is done for it, up to now and shortly after; the one that has
  /// the CPU does not pay for that time. Where nobody has it, nobody pays.
  package mutating func charge(_ entity: Handle<SchedulingEntity>, for work: Nanoseconds, at now: Nanoseconds) {
    guard let current = running.handle, current != entity else { return }
    charge(at: now)
    chargedUntil = chargedUntil.adding(work)
    entity.object.runtime = entity.object.runtime.adding(work)
    if entity.object.isCapped {
      entity.object.enterPeriod(at: now)
      entity.object.used &+= work.rawValue
    }
    // Those who wait are in order of it, and none of them has more than one timer of each kind to pay until it runs.
    if entity.object.state == .blocked { entity.object.virtualRuntime &+= entity.object.cost(work) }
  }

  /// Puts the running entity behind the first of those who wait; it stays runnable. `pickNext` then lets that one run.
  /// - Returns: whether anyone waits.
  package mutating func yield(at now: Nanoseconds) -> Bool {
    guard let current = running.handle, let first = waiting.first else { return false }
    charge(at: now)
    if Self.isBefore(current, first) { current.object.virtualRuntime = first.object.virtualRuntime }
    nextDecision = now
    return true
  }

  /// Gives an entity another weight, from 1 to `SchedulingEntity.maximumWeight`; others are brought into that range.
  package mutating func setWeight(_ entity: Handle<SchedulingEntity>, _ weight: UInt32, at now: Nanoseconds) {
    charge(at: now)
    if entity.object.state == .waiting || entity.object.state == .running {
      totalWeight &-= UInt64(entity.object.weight)
    }
    entity.object.weight = min(max(weight, 1), SchedulingEntity.maximumWeight)
    if entity.object.state == .waiting || entity.object.state == .running {
      totalWeight &+= UInt64(entity.object.weight)
    }
    plan()
  }

  /// Limits an entity to a part of a CPU in percent; 0, and 100 or more, take the limit away.
  package mutating func setCap(_ entity: Handle<SchedulingEntity>, _ percent: UInt32, at now: Nanoseconds) {
    charge(at: now)
    entity.object.cap = min(percent, 100)
    entity.object.used = 0
    entity.object.period = now.rawValue / Self.period.rawValue
    if entity.object.state == .parked {
      parked.remove(entity)
      admit(entity, at: now, credit: .zero)
    }
    plan()
  }
}

extension FairQueue {
  /// Whether the running entity has to give the CPU up.
  @inline(__always)
  private func mustLeave(_ current: Handle<SchedulingEntity>, at now: Nanoseconds) -> Bool {
    if current.object.isExhausted { return true }
    guard let first = waiting.first else { return now >= nextDecision }
    return now >= nextDecision ? !Self.isBefore(current, first) : Self.isDue(first, before: current)
  }

  /// Whether an entity is so far behind the running one that it should interrupt its turn.
  private static func isDue(_ entity: Handle<SchedulingEntity>, before current: Handle<SchedulingEntity>) -> Bool {
    let lead = entity.object.virtualRuntime &+ entity.object.cost(wakeupLead)
    return PairingHeap<SchedulingEntity>.isBefore(lead, current.object.virtualRuntime)
  }

  /// Works out when a turn that begins is to be interrupted by the first of those who wait, if that one waits since it
  /// woke.
  private mutating func planInterruption(of current: Handle<SchedulingEntity>, at now: Nanoseconds) {
    wakeupDecision = .never
    guard let first = waiting.first, first.object.hasWoken else { return }
    wakeupDecision = Self.due(first, before: current, at: now)
  }

  /// When it will be, should the running one run on, which has been charged up to now.
  private static func due(
    _ entity: Handle<SchedulingEntity>, before current: Handle<SchedulingEntity>, at now: Nanoseconds
  ) -> Nanoseconds {
    let lead = entity.object.virtualRuntime &+ entity.object.cost(wakeupLead)
    // Not negative, since the entity is not due yet; beyond a turn of the running one, that decides first.
    let missing = min(lead &- current.object.virtualRuntime, current.object.cost(slice))
    return now.adding(current.object.duration(missing))
  }

  private static func isBefore(_ a: Handle<SchedulingEntity>, _ b: Handle<SchedulingEntity>) -> Bool {
    PairingHeap<SchedulingEntity>.isBefore(a.object.virtualRuntime, b.object.virtualRuntime)
  }

  /// Brings the virtual runtime of an entity that was not waiting near the queue's virtual time, and lets it wait.
  ///
  /// One that lies further ahead than two of its turns can't have come there by running: it slept while the virtual
  /// time went half round its range, or its weight was raised. It must not wait for it all.
  private mutating func admit(_ entity: Handle<SchedulingEntity>, at now: Nanoseconds, credit: Nanoseconds) {
    let earliest = virtualTime &- entity.object.cost(credit)
    let latest = virtualTime &+ entity.object.cost(Self.slice) &* 2
    if PairingHeap<SchedulingEntity>.isBefore(entity.object.virtualRuntime, earliest) {
      entity.object.virtualRuntime = earliest
    } else if PairingHeap<SchedulingEntity>.isBefore(latest, entity.object.virtualRuntime) {
      entity.object.virtualRuntime = latest
    }
    insert(entity, at: now)
    plan()
  }

  /// Brings all who sleep to the same place when the last who ran goes to sleep too: who has had what of a CPU that
  /// nobody wants is of no matter. Else one that slept long would keep a short one waiting for all its credit.
  private mutating func forgive(_ last: Handle<SchedulingEntity>) {
    let idle = last.object.virtualRuntime &+ last.object.cost(Self.wakeupCredit)
    if PairingHeap<SchedulingEntity>.isBefore(virtualTime, idle) { virtualTime = idle }
  }

  /// Lets a runnable entity wait: for the CPU, or for its next period.
  private mutating func insert(_ entity: Handle<SchedulingEntity>, at now: Nanoseconds) {
    if entity.object.isCapped { entity.object.enterPeriod(at: now) }
    if entity.object.isExhausted {
      entity.object.state = .parked
      parked.insert(entity, key: min(entity.object.release.rawValue, UInt64(Int64.max)))
    } else {
      entity.object.state = .waiting
      waiting.insert(entity, key: entity.object.virtualRuntime)
      totalWeight &+= UInt64(entity.object.weight)
    }
  }

  /// Lets the virtual time follow the least virtual runtime of those who run and wait.
  private mutating func advanceVirtualTime() {
    guard let current = running.handle else { return }
    var least = current.object.virtualRuntime
    if let first = waiting.first, Self.isBefore(first, current) { least = first.object.virtualRuntime }
    if PairingHeap<SchedulingEntity>.isBefore(virtualTime, least) { virtualTime = least }
  }

  /// Works out when the next decision is due.
  private mutating func plan() {
    let release = parked.first.map { Nanoseconds($0.object.place.key) } ?? .never
    guard let current = running.handle else {
      nextDecision = waiting.isEmpty ? release : .zero
      return
    }
    var end = waiting.isEmpty ? release : sliceStart.adding(turn(of: current))
    if current.object.isCapped {
      let allowance = current.object.allowance
      let left = allowance > current.object.used ? allowance &- current.object.used : 0
      end = min(end, chargedUntil.adding(max(Nanoseconds(left), Self.shortestCappedTurn)))
    }
    nextDecision = min(end, wakeupDecision)
  }

  /// How long an entity may run while others wait: its share of a rotation.
  @inline(__always)
  private func turn(of entity: Handle<SchedulingEntity>) -> Nanoseconds {
    let share = Self.rotation.rawValue &* UInt64(entity.object.weight) / max(totalWeight, 1)
    return min(max(Nanoseconds(share), Self.granularity), Self.slice)
  }
}
