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
  }

  private let state = Mutex(State())

  func append(_ bytes: some Sequence<UInt8>) {
    // Terminals want carriage returns; patterns don't.
    let text = bytes.filter { $0 != 0x0D }
    let time = ContinuousClock.now
    state.withLock {
      $0.bytes.append(contentsOf: text)
      $0.arrivals.append(($0.bytes.count, time))
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

  /// When the byte before `offset` came.
  func arrival(of offset: Int) -> ContinuousClock.Instant? {
    state.withLock { state in state.arrivals.first { $0.count >= offset }?.time }
  }

  /// The text from byte `start` on.
  func text(from start: Int = 0) -> String {
    state.withLock { String(decoding: $0.bytes.dropFirst(start), as: UTF8.self) }
  }
}
