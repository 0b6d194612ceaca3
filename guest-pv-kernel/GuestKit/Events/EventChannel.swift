/// One end of an event channel (public header `event_channel.h`). It owns its port: the port is closed when the value
/// ends.
///
///     let timer = try EventChannel(virtualIRQ: .timer)
///     timer.onEvent { console.print("tick") }
struct EventChannel: ~Copyable {
  let port: EventPort
  private var isOwned = true

  /// An end that `remote` may connect to. `ENOSPC` when every port is taken.
  init(unboundFor remote: DomainID) throws(GuestError) {
    self.init(owning: try XenEvents.allocateUnbound(for: remote))
  }

  /// Connects to the end that a domain keeps open for this one. `EINVAL` when that port is no such end.
  init(connectingTo remotePort: EventPort, of remote: DomainID) throws(GuestError) {
    self.init(owning: try XenEvents.bindInterdomain(remotePort, of: remote))
    // On Xen a new connection is pending at once. It says no more than that the other end may have signalled before,
    // for which whoever connects looks by himself.
    EventDispatcher.clearPending(port)
  }

  /// An end that a virtual interrupt signals. `EEXIST` when it has one already.
  init(virtualIRQ: VirtualIRQ, vcpu: VCPUID = .zero) throws(GuestError) {
    self.init(owning: try XenEvents.bindVirtualIRQ(virtualIRQ, vcpu: vcpu))
  }

  /// An end that signals a vCPU of this domain.
  init(ipiTo vcpu: VCPUID) throws(GuestError) {
    self.init(owning: try XenEvents.bindIPI(to: vcpu))
  }

  /// An end that a physical interrupt signals.
  init(physicalIRQ: PhysicalIRQ, sharing: Bool = false) throws(GuestError) {
    self.init(owning: try XenEvents.bindPhysicalIRQ(physicalIRQ, sharing: sharing))
  }

  /// Owns a port that exists already, such as the console's. It stays masked until a handler or `unmask` comes: what came
  /// before is pending until then, and not lost. A line's interrupt would never come again if it were.
  init(owning port: EventPort) {
    self.port = port
    EventDispatcher.mask(port)
    EventDispatcher.setHandler(port, nil)
  }

  deinit {
    if !isOwned { return }
    EventDispatcher.mask(port)
    EventDispatcher.setHandler(port, nil)
    // A port that the other side's end has taken away is closed already.
    try? XenEvents.close(port)
  }

  /// Signals the other end.
  @inline(__always) func notify() throws(GuestError) { try XenEvents.send(port) }

  /// Has `handler` called on each event, with interrupts off, and lets events come.
  func onEvent(_ handler: @escaping () -> Void) {
    EventDispatcher.setHandler(port, handler)
    unmask()
  }

  func mask() { EventDispatcher.mask(port) }
  func unmask() { EventDispatcher.unmask(port) }
  var isPending: Bool { EventDispatcher.isPending(port) }
  var status: XenEvents.Status { get throws(GuestError) { try XenEvents.status(of: port) } }

  /// Waits for an event; each one ends one wait.
  func wait() {
    unmask()
    Processor.wait { EventDispatcher.takeArrival(port) }
  }

  /// Waits for an event, but not past `deadline` in system time; returns whether one came.
  func wait(until deadline: Nanoseconds) -> Bool {
    unmask()
    var arrived = false
    let timer = Timers.wake(at: deadline)
    defer { Timers.cancel(timer) }
    Processor.wait {
      arrived = EventDispatcher.takeArrival(port)
      return arrived || Clock.now >= deadline
    }
    return arrived
  }

  /// Lets go of the port without closing it.
  consuming func release() -> EventPort {
    isOwned = false
    return port
  }
}
