/// A wish to be told of changes; it ends with `cancel`.
final class XenStoreWatch {
  let path: String
  let token: String
  let handler: (String) -> Void

  init(path: String, token: String, handler: @escaping (String) -> Void) {
    self.path = path
    self.token = token
    self.handler = handler
  }

  /// Nothing more is told.
  func cancel() {
    XenStore.forget(self)
    _ = try? XenStore.request(.unwatch, [path, token])
  }
}

extension XenStore {
  nonisolated(unsafe) private static var watches: [XenStoreWatch] = []
  nonisolated(unsafe) private static var lastToken: UInt64 = 0

  fileprivate static func forget(_ watch: XenStoreWatch) { unsafe watches.removeAll { $0 === watch } }

  /// Has `handler` called, by `deliver`, with each path at or below this one that changes; and once at first.
  ///
  /// - Throws: `tooBig` where this domain has as many watches as it may.
  @discardableResult
  static func watch(_ path: String, _ handler: @escaping (String) -> Void) throws(GuestError) -> XenStoreWatch {
    unsafe lastToken += 1
    let watch = XenStoreWatch(path: path, token: "w\(unsafe lastToken)", handler: handler)
    // Before the request: the first event may come before its answer.
    unsafe watches.append(watch)
    do {
      _ = try request(.watch, [path, watch.token])
    } catch {
      forget(watch)
      throw error
    }
    return watch
  }

  /// Whether `deliver` may have something to do. Cheap, and allowed in the condition of `Processor.wait`.
  static var hasNews: Bool { found?.hasNews ?? false }

  /// Calls the handlers of what has changed.
  static func deliver() {
    guard let link = found else { return }
    link.receive()
    var remaining = link.events.count
    while remaining > 0, let event = link.takeEvent() {
      remaining -= 1
      if let watch = unsafe watches.first(where: { $0.token == event.token }) { watch.handler(event.path) }
    }
  }

  /// Sleeps until something watched has changed, or until `deadline` in system time, and calls the handlers.
  static func waitForEvents(until deadline: Nanoseconds = .never) { _ = wait(until: deadline) { hasNews } }

  /// Sleeps until the condition holds, calling handlers meanwhile; returns whether it does at `deadline` in system time.
  /// The condition is asked with interrupts off too: it must not wait for anything.
  static func wait(until deadline: Nanoseconds = .never, for condition: () -> Bool) -> Bool {
    let timer = deadline == .never ? nil : Timers.wake(at: deadline)
    defer { if let timer { Timers.cancel(timer) } }
    while true {
      let holds = condition()
      deliver()
      if holds || condition() { return true }
      if Clock.now >= deadline { return false }
      Processor.wait { hasNews || condition() || Clock.now >= deadline }
    }
  }

  /// Sleeps until a node has a value that is accepted, and returns it; nil where it has none at `deadline` in system
  /// time. A node that is not there has the value "". - Throws: what watching the node gives.
  static func waitForValue(
    _ path: String, until deadline: Nanoseconds = .never, _ isAccepted: (String) -> Bool
  ) throws(GuestError) -> String? {
    var hasChanged = false
    let watch = try watch(path) { _ in hasChanged = true }
    defer { watch.cancel() }
    while wait(until: deadline, for: { hasChanged }) {
      hasChanged = false
      let value = (try? read(path)) ?? ""
      if isAccepted(value) { return value }
    }
    return nil
  }
}
