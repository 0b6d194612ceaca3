/// Gives memory back to the hypervisor and takes it again, while the guest runs, as `memory/target` in its store asks.
///
/// The target is in KiB, and is what the domain is to hold in all. What the guest needs itself is never given away: a
/// target below it is approached. What the hypervisor does not have now is asked for again, later and later.
///
///     let balloon = Balloon()
///     try balloon.follow()
///     while true {
///       Processor.wait { XenStore.hasNews || balloon.hasWork }
///       XenStore.deliver()
///       balloon.serve()
///     }
final class Balloon {
  private var plan: BalloonPlan
  private var frames = BalloonedFrames()
  private var retry = RetryDelay(first: .seconds(1), longest: .seconds(32))
  private var retryTime = Nanoseconds.zero
  private var isSettled = true
  private var watch: XenStoreWatch?
  /// The frames that the domain held beside its RAM when it started, such as its rings: no target counts them.
  private var special: UInt64

  /// - Parameter reserve: free frames that the guest keeps whatever the target; 1 MiB.
  init(reserve: Int = 256) {
    let held = (try? XenMemory.currentReservation()) ?? 0
    let ram = UInt64(PhysicalMemory.ramFrameCount)
    special = held > ram ? held - ram : 0
    plan = BalloonPlan(target: held, reserve: reserve)
  }

  /// Does as the store says from now on; `XenStore.deliver` tells.
  func follow() throws(GuestError) {
    // A toolstack counts as RAM what the map reserves for the start information, too: its own number is the better one.
    if let text = try? XenStore.read("memory/static-max"), let ram = BalloonPlan.frames(kibibytes: text),
      ram <= plan.target
    {
      special = min(special, plan.target - ram)
    }
    watch = try XenStore.watch("memory/target") { [self] path in
      // A domain that nobody resizes may have no target.
      guard let text = try? XenStore.read(path), let target = BalloonPlan.frames(kibibytes: text) else { return }
      setTarget(target)
    }
  }

  /// The frames that this domain holds, as the hypervisor counts them.
  var held: UInt64 { (try? XenMemory.currentReservation()) ?? plan.target }
  /// The frames that it should hold beside its special ones.
  var target: UInt64 { plan.target > special ? plan.target - special : 0 }
  /// The frames that are given back.
  var givenCount: Int { frames.count }

  /// Sets the frames that the domain is to hold beside its special ones.
  func setTarget(_ count: UInt64) {
    plan.target = count.addingReportingOverflow(special).partialValue
    retry.reset()
    retryTime = .zero
    isSettled = false
  }

  /// Whether `serve` has something to do now.
  var hasWork: Bool { !isSettled && Clock.now >= retryTime }

  /// Moves one batch of frames. What can't be done now is tried again later, when `hasWork` says so.
  func serve() {
    if !hasWork { return }
    switch plan.step(held: held, free: PhysicalMemory.freeCount, given: frames.count) {
    case .rest: isSettled = true
    case .wait: delay()
    case .give(let count): settle(frames.give(count), of: count)
    case .take(let count): settle(frames.take(count), of: count)
    }
  }

  private func settle(_ done: Int, of count: Int) {
    if done < count { delay() } else { retry.reset() }
  }

  private func delay() {
    retryTime = Clock.now.adding(retry.next())
    Timers.wake(at: retryTime)
  }
}
