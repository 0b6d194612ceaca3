import Synchronization

/// What an emulator has written to its serial port, and how it ended.
final class Transcript: Sendable {
  struct State {
    var bytes: [UInt8] = []
    /// When how many bytes had come.
    var arrivals: [(count: Int, time: ContinuousClock.Instant)] = []
    /// The emulator's exit status, once it has one.
    var status: Int32?
    /// Nothing more can come: the emulator has ended and its output is drained.
    var isComplete = false
    /// Where the hypervisor's report of its own panic begins.
    var panic: Int?
  }

  /// How the hypervisor's report of its own panic begins: a guest's lines have the guest's name before them.
  private static let panicMark = Array("\n(apus) PANIC".utf8)

  private let state = Mutex(State())

  func append(_ bytes: some Sequence<UInt8>) {
    // Terminals want carriage returns; patterns don't.
    let text = bytes.filter { $0 != 0x0D }
    let time = ContinuousClock.now
    state.withLock {
      let old = $0.bytes.count
      $0.bytes.append(contentsOf: text)
      $0.arrivals.append(($0.bytes.count, time))
      if $0.panic == nil {
        // It may have begun in what came before.
        let unsearched = $0.bytes[max(0, old - Self.panicMark.count)...]
        $0.panic = unsearched.firstRange(of: Self.panicMark).map { $0.lowerBound + 1 }
      }
    }
  }

  func end(status: Int32) {
    state.withLock { $0.status = status }
  }

  func complete() {
    state.withLock { $0.isComplete = true }
  }

  var count: Int { state.withLock { $0.bytes.count } }
  var status: Int32? { state.withLock { $0.status } }
  var isComplete: Bool { state.withLock { $0.isComplete } }

  /// The line with which the hypervisor reported its own panic, if it did from byte `start` on.
  func panic(from start: Int) -> String? {
    guard let place = state.withLock({ $0.panic }), place >= start else { return nil }
    return String(text(from: place).prefix { $0 != "\n" })
  }

  /// When the byte before `offset` came.
  func arrival(of offset: Int) -> ContinuousClock.Instant? {
    state.withLock { state in state.arrivals.first { $0.count >= offset }?.time }
  }

  /// The text from byte `start` on.
  func text(from start: Int = 0) -> String {
    state.withLock { String(decoding: $0.bytes.dropFirst(start), as: UTF8.self) }
  }
}
