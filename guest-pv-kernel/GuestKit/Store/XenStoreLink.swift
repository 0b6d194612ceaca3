/// Requests and events over the ring: one request at a time, and events whenever they come.
///
/// It belongs to the guest's main flow: an interrupt handler must not use it.
final class XenStoreLink {
  private let ring: XenStoreRing
  private let channel: EventChannel
  private var assembler = XenStoreAssembler()
  private var lastRequest: UInt32 = 0
  /// The answer that was waited for.
  private var answer: XenStoreMessage?
  private var waitsFor: UInt32?
  /// What watches told and nobody took yet, the first first.
  private(set) var events: [(path: String, token: String)] = []
  /// The ring can't be used any more.
  private var isBroken = false

  /// How long the server may take: for a guest must not hang where there is none.
  private static var patience: Nanoseconds { .seconds(30) }

  init(_ ring: XenStoreRing) {
    self.ring = ring
    channel = EventChannel(owning: ring.port)
    // What the event says is in the ring; it ends the processor's sleep.
    channel.onEvent {}
  }

  /// Asks, and waits for the answer; events that come meanwhile are kept.
  ///
  /// - Throws: what the server says, `tooBig` for a request longer than a message, `ioError` where no answer comes.
  func request(
    _ type: StoreMessageType, _ strings: [String], bytes: [UInt8] = [], transaction: UInt32 = 0
  ) throws(GuestError) -> [UInt8] {
    lastRequest &+= 1
    let message = XenStoreMessage(
      type, requestID: lastRequest, transactionID: transaction, strings: strings, bytes: bytes)
    if message.payload.count > StoreLimits.payload { throw .store(.tooBig) }
    let deadline = Clock.now.adding(Self.patience)
    waitsFor = lastRequest
    answer = nil
    defer { waitsFor = nil }
    try send(message.bytes, deadline)
    while true {
      receive()
      if let answer {
        do { return try answer.answer(to: type) } catch { throw .store(error) }
      }
      try sleep(deadline) { ring.hasInput }
    }
  }

  private func send(_ bytes: [UInt8], _ deadline: Nanoseconds) throws(GuestError) {
    try sleep(deadline) { ring.isConnected }
    var sent = 0
    while sent < bytes.count {
      let count = ring.send(bytes[sent...])
      sent += count
      if count > 0 {
        notify()
        continue
      }
      // The server may itself wait until there is room for an event.
      receive()
      do {
        try sleep(deadline) { ring.hasRoom || ring.hasInput }
      } catch {
        // Half a request is in the ring: nothing can follow it.
        isBroken = sent > 0
        throw error
      }
    }
  }

  /// Takes what has come.
  func receive() {
    let hadInput = ring.receive { byte in
      guard let message = assembler.accept(byte) else { return }
      if let event = message.event {
        events.append(event)
      } else if message.requestID == waitsFor {
        answer = message
      }
    }
    if hadInput { notify() }
    if assembler.isBroken { isBroken = true }
  }

  /// Whether there is something to receive or an event to take.
  var hasNews: Bool { ring.hasInput || !events.isEmpty }

  /// The first event that nobody took yet.
  func takeEvent() -> (path: String, token: String)? { events.isEmpty ? nil : events.removeFirst() }

  /// Sleeps until the condition holds. - Throws: `ioError` where it never does.
  private func sleep(_ deadline: Nanoseconds, until condition: () -> Bool) throws(GuestError) {
    if condition() && !isBroken { return }
    let timer = Timers.wake(at: deadline)
    defer { Timers.cancel(timer) }
    Processor.wait { isBroken || condition() || ring.hasFailed || Clock.now >= deadline }
    if isBroken || !condition() { throw .store(.ioError) }
  }

  private func notify() {
    // A server that is gone is noticed by its silence.
    try? channel.notify()
  }
}
