#if canImport(XenABI)
  import XenABI
#endif

/// Where a vCPU's time went (public header `vcpu.h`, `vcpu_runstate_info`): exact to the nanosecond, and the four times
/// always sum up to system time. What was before the vCPU counts as offline.
package struct RunstateRecord: BitwiseCopyable {
  package private(set) var state = Runstate.offline
  /// When it got into that state.
  package private(set) var entryTime = Nanoseconds.zero
  private var times = InlineArray<4, UInt64>(repeating: 0)
  /// Where the guest wants a copy.
  package var area = RegisteredArea()

  package init() {}

  /// Goes over into a state; time does not go back.
  @inline(__always)
  mutating func enter(_ next: Runstate, at now: Nanoseconds) {
    times[Int(state.rawValue & 3)] &+= now.since(entryTime).rawValue
    entryTime = max(now, entryTime)
    state = next
  }

  /// The record with the current state's time counted up to now.
  package func information(at now: Nanoseconds) -> RunstateInformation {
    var current = self
    current.enter(state, at: now)
    var information = RunstateInformation(state: state)
    information.entryTime = entryTime.rawValue
    information.running = Nanoseconds(current.times[0])
    information.runnable = Nanoseconds(current.times[1])
    information.blocked = Nanoseconds(current.times[2])
    information.offline = Nanoseconds(current.times[3])
    return information
  }

  /// Writes the record to the guest's area: the times up to `entryTime`, since the guest adds what passed after that.
  ///
  /// - Parameters:
  ///   - memory: the guest's.
  ///   - marked: whether bit 63 of the entry time (`XEN_RUNSTATE_UPDATE`) tells of the update as it goes on.
  @inline(never)
  func writeArea(in memory: DomainMemory, marked: Bool) {
    let isWide = area.width == .bits64
    // In words of 32 bits both layouts are the same, but for the padding behind the state.
    let start = isWide ? 2 : 1
    var words = InlineArray<12, UInt32>(repeating: 0)
    words[0] = UInt32(bitPattern: state.rawValue)
    var index = 0
    while index < 4 {
      words[start &+ 2 &+ index &* 2] = UInt32(truncatingIfNeeded: times[index])
      words[start &+ 3 &+ index &* 2] = UInt32(truncatingIfNeeded: times[index] >> 32)
      index &+= 1
    }
    words[start] = UInt32(truncatingIfNeeded: entryTime.rawValue)
    words[start &+ 1] = UInt32(truncatingIfNeeded: entryTime.rawValue >> 32) | (marked ? 1 << 31 : 0)
    if marked { put(words, start &* 4..<start &* 4 &+ 8, memory) }
    put(words, 0..<(isWide ? 48 : 44), memory)
    if marked {
      words[start &+ 1] &= ~(1 << 31)
      put(words, start &* 4..<start &* 4 &+ 8, memory)
    }
  }

  private func put(_ words: borrowing InlineArray<12, UInt32>, _ bytes: Range<Int>, _ memory: DomainMemory) {
    // Integers have no padding bytes.
    unsafe area.write(words.span.bytes.extracting(bytes), at: bytes.lowerBound, in: memory)
  }
}
