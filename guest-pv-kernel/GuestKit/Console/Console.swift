/// The guest's console.
///
/// It is the ring that the hypervisor shares with this domain's console backend, where there is one; else the
/// hypervisor's own console (which a release build of Xen refuses to any but domain 0).
var console: Console { Console() }

/// See `console`.
struct Console {
  /// Where characters go.
  enum Backend {
    case none
    case ring(ConsoleRing)
    case hypervisor
  }

  static var backend: Backend { unsafe storedBackend }
  nonisolated(unsafe) private static var storedBackend = Backend.none

  /// Looks for the ring: parameters 17 and 18 name its frame and port. A domain that started without one finds an
  /// error or zero there.
  static func start() {
    if let ring = ConsoleRing.find() {
      unsafe storedBackend = .ring(ring)
    } else {
      unsafe storedBackend = .hypervisor
    }
  }

  /// Writes the text and a line end. A line that fits the buffer is not broken up by what handlers print.
  func print(_ text: String) {
    if text.utf8.count >= Self.bufferSize - (unsafe Self.buffered) { flush() }
    if text.utf8.count < Self.bufferSize {
      withInterruptsOff {
        for byte in text.utf8 { append(byte) }
        append(UInt8(ascii: "\n"))
      }
    } else {
      write(text)
      write(UInt8(ascii: "\n"))
    }
    flush()
  }

  /// Writes the text. What has no line end stays in the buffer until one comes, or `flush`.
  func write(_ text: String) {
    for byte in text.utf8 { write(byte) }
  }

  /// Writes the text; this form allocates nothing.
  func write(_ text: StaticString) {
    text.withUTF8Buffer { bytes in
      for index in bytes.indices { write(unsafe bytes[index]) }
    }
  }

  /// Writes a number as 16 hexadecimal digits; allocates nothing.
  func writeHex(_ value: UInt64) {
    write("0x" as StaticString)
    for shift in stride(from: UInt64(60), through: 0, by: -4) {
      let digit = UInt8(value >> shift & 15)
      write(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
  }

  /// Writes a number in decimal digits; allocates nothing.
  func writeDecimal(_ value: UInt64) {
    var scale: UInt64 = 1
    while value / scale >= 10 { scale *= 10 }
    while scale > 0 {
      write(UInt8(ascii: "0") + UInt8(value / scale % 10))
      scale /= 10
    }
  }

  /// Writes one byte. A line feed, or a full buffer, sends what was collected.
  func write(_ byte: UInt8) {
    append(byte)
    if byte == UInt8(ascii: "\n") { flush() }
  }

  private func append(_ byte: UInt8) {
    if unsafe Self.buffered == Self.bufferSize { flush() }
    withInterruptsOff {
      unsafe Self.buffer[Self.buffered] = byte
      unsafe Self.buffered += 1
    }
  }

  /// Sends what was collected. Handlers run meanwhile where they may: a full ring can take its time.
  func flush() {
    var bytes = Buffer(repeating: 0)
    let count = withInterruptsOff {
      let count = unsafe Self.buffered
      unsafe Self.buffered = 0
      bytes = unsafe Self.buffer
      return count
    }
    if count == 0 { return }
    switch Self.backend {
    case .none: break
    case .hypervisor: XenConsole.write(bytes, count: count)
    case .ring(let ring): ring.write(bytes, count: count)
    }
  }

  /// A character that was typed, or nil.
  func read() -> UInt8? {
    switch Self.backend {
    case .none: nil
    case .hypervisor: XenConsole.read()
    case .ring(let ring): ring.read()
    }
  }

  /// Whether a character was typed that nobody has read. Of a console without a ring, which tells it by reading only,
  /// this is not known: false.
  var hasInput: Bool {
    if case .ring(let ring) = Self.backend { ring.hasInput } else { false }
  }

  /// Has what is typed wake the processor, so that `Processor.wait` can be told to wait for `hasInput`.
  func wakeOnInput() {
    if case .ring(let ring) = Self.backend {
      EventDispatcher.setHandler(ring.port) {}
      EventDispatcher.unmask(ring.port)
    }
  }

  static var bufferSize: Int { 256 }
  typealias Buffer = InlineArray<256, UInt8>
  nonisolated(unsafe) private static var buffer = Buffer(repeating: 0)
  nonisolated(unsafe) private static var buffered = 0
}
