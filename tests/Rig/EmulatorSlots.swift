import Foundation

/// As many emulators run at a time as there are processors: one more would only make the others late.
actor EmulatorSlots {
  static let shared = EmulatorSlots(count: ProcessInfo.processInfo.activeProcessorCount)

  private var free: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(count: Int) {
    free = max(1, count)
  }

  /// Runs `body` while it holds a slot.
  nonisolated func withSlot<Result>(_ body: () async throws -> Result) async rethrows -> Result {
    await acquire()
    do {
      let result = try await body()
      await release()
      return result
    } catch {
      await release()
      throw error
    }
  }

  private func acquire() async {
    if free > 0 {
      free -= 1
      return
    }
    await withCheckedContinuation { waiting.append($0) }
  }

  private func release() {
    if waiting.isEmpty {
      free += 1
    } else {
      waiting.removeFirst().resume()
    }
  }
}
