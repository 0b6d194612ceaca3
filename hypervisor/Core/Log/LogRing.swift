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
  /// What is written, of the hypervisor's own lines and of those a guest caused: what is left out is not kept either.
  package var level = LogLevel.info
  package var guestLevel = LogLevel.warning
  /// The last byte that went out on the console: whether a line has to be ended before another starts.
  private(set) var lastShown: UInt8 = 0x0A
  /// The control domain's part of the line.
  var openLine = OpenLine()

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
    var done = 0
    while done < count {
      let from = position &+ UInt64(done)
      let piece = min(count &- done, ring.contiguousCount(from: from))
      // `piece` bytes lie in the ring in a row, and within the buffer's capacity.
      unsafe bytes.copy(piece, from: ring.pointer(to: from), to: done)
      done &+= piece
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
  /// Writes a line to the log and to the console, where its level is shown. A line whose cause is a guest's doing is its
  /// domain's to write (`Handle<Domain>.log`).
  @inline(never)
  package func log(_ level: LogLevel, _ text: LogText) {
    if level <= object.log.level { write(text) }
  }

  /// Writes a line of an answer to a debug key: always shown, and not kept.
  @inline(never)
  package func show(_ text: LogText) {
    startLine()
    put("(apus) ", kept: false)
    put(text, kept: false)
    put("\r\n", kept: false)
  }

  /// Writes a guest's own line.
  func logGuestLine(_ text: LogText) {
    guard object.log.guestLevel == .debug else { return }
    startLine()
    put(text, kept: true)
    put("\r\n", kept: true)
  }

  /// Puts a byte of the control domain's out, with the carriage return that a terminal wants at a line's end; before it
  /// what stood on the line, where the hypervisor has written since.
  func putControlDomain(_ byte: UInt8) {
    if object.log.openLine.continues(with: byte) {
      var index = 0
      while index < object.log.openLine.count {
        emit(object.log.openLine.bytes[index])
        index &+= 1
      }
    }
    if byte == 0x0A, object.log.lastShown != 0x0D { emit(0x0D) }
    emit(byte)
    object.log.openLine.append(byte)
  }

  /// Writes a line, whatever its level.
  func write(_ text: LogText) {
    startLine()
    put("(apus) ", kept: true)
    put(text, kept: true)
    put("\r\n", kept: true)
    // The control domain shows its prompt again.
    raiseGlobal(.consoleRing)
  }

  /// Ends a line that the control domain has begun: its prompt, most often.
  package func startLine() {
    guard object.log.lastShown != 0x0A, !object.log.openLine.isErased else { return }
    object.log.openLine.breakOff()
    emit(0x0D)
    emit(0x0A)
  }

  private func put(_ text: LogText, kept: Bool) {
    var index = 0
    while index < text.count {
      if kept { object.log.append(text.bytes[index]) }
      emit(text.bytes[index])
      index &+= 1
    }
  }

  private func emit(_ byte: UInt8) {
    object.services.writeConsole(byte)
    object.log.noteShown(byte)
  }
}
