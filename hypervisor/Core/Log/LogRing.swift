#if canImport(XenABI)
  import XenABI
#endif

/// How much a line of the log matters; `loglvl=` and `guest_loglvl=` on the command line choose what is shown.
package enum LogLevel: UInt8, Comparable, BitwiseCopyable {
  case error = 0
  case warning, info, debug

  package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// The hypervisor's log: the last lines, kept for the control domain and for the debug keys.
package struct LogRing: ~Copyable {
  private var ring = ByteRing()
  /// Bytes ever written.
  package private(set) var written: UInt64 = 0
  /// What was written before is forgotten.
  private var start: UInt64 = 0
  /// What is put out on the console, of the hypervisor's own lines and of those a guest caused.
  package var level = LogLevel.info
  package var guestLevel = LogLevel.warning
  /// The last byte that went out on the console: whether a line has to be ended before another starts.
  private(set) var lastShown: UInt8 = 0x0A

  init() {}

  /// Gives the ring its memory: `capacity` bytes, a power of two, that are its own for good.
  package mutating func place(at address: MachineAddress, capacity: UInt64, in map: DirectMap) {
    ring.place(at: address, capacity: capacity, in: map)
  }

  /// The bytes the ring holds; 0 until it has its place.
  package var capacity: UInt64 { ring.capacity }

  mutating func append(_ byte: UInt8) {
    guard capacity > 0 else { return }
    ring[written] = byte
    written &+= 1
  }

  /// Copies bytes out, at most as many as `bytes` has. The caller has seen that they are in the ring.
  func copy(_ count: Int, from position: UInt64, to bytes: inout WireBytes) {
    guard capacity > 0 else { return }
    let count = min(count, wireCapacity)
    var index = 0
    while index < count {
      bytes[index] = ring[position &+ UInt64(index)]
      index &+= 1
    }
  }

  /// The oldest position in the ring.
  package var oldest: UInt64 { max(start, written > capacity ? written &- capacity : 0) }

  /// The last position up to now whose lower half is `index`; the oldest where that is not in the ring.
  package func position(near index: UInt32) -> UInt64 {
    let behind = UInt64(UInt32(truncatingIfNeeded: written) &- index)
    return behind <= written &- oldest ? written &- behind : oldest
  }

  /// Forgets everything that is in the ring.
  package mutating func clear() { start = written }

  mutating func noteShown(_ byte: UInt8) { lastShown = byte }
}

extension Handle where Object == Hypervisor {
  /// Writes a line to the log, and to the console where its level is shown.
  @inline(never)
  package func log(_ level: LogLevel, _ text: LogText) {
    write(text, shown: level <= object.log.level)
  }

  /// The same for a line whose cause is a guest's doing.
  @inline(never)
  package func logGuest(_ level: LogLevel, _ text: LogText) {
    write(text, shown: level <= object.log.guestLevel)
  }

  /// Writes a line of an answer to a debug key: always shown, and not kept.
  @inline(never)
  package func show(_ text: LogText) {
    startLine()
    put("(apus) ", shown: true, kept: false)
    put(text, shown: true, kept: false)
    put("\r\n", shown: true, kept: false)
  }

  /// Writes a guest's own line.
  func logGuestLine(_ text: LogText) {
    let shown = object.log.guestLevel == .debug
    if shown { startLine() }
    put(text, shown: shown, kept: true)
    put("\r\n", shown: shown, kept: true)
  }

  /// Puts a byte of the control domain's out, with the carriage return that a terminal wants at a line's end.
  func putControlDomain(_ byte: UInt8) {
    if byte == 0x0A, object.log.lastShown != 0x0D { emit(0x0D) }
    emit(byte)
  }

  private func write(_ text: LogText, shown: Bool) {
    if shown { startLine() }
    put("(apus) ", shown: shown, kept: true)
    put(text, shown: shown, kept: true)
    put("\r\n", shown: shown, kept: true)
    // The control domain shows its prompt again.
    if shown { raiseGlobal(.consoleRing) }
  }

  /// Ends a line that the control domain has begun: its prompt, most often.
  private func startLine() {
    guard object.log.lastShown != 0x0A else { return }
    emit(0x0D)
    emit(0x0A)
  }

  private func put(_ text: LogText, shown: Bool, kept: Bool) {
    var index = 0
    while index < text.count {
      if kept { object.log.append(text.bytes[index]) }
      if shown { emit(text.bytes[index]) }
      index &+= 1
    }
  }

  private func emit(_ byte: UInt8) {
    object.services.writeConsole(byte)
    object.log.noteShown(byte)
  }
}
