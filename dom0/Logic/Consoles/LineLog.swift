/// The last lines of a console, in a ring of bytes. When it is full, the oldest lines go.
struct LineLog {
  private var bytes: [UInt8]
  /// The place of the first byte of the oldest line.
  private var start = 0
  /// The bytes that are kept, line ends included.
  private(set) var count = 0

  /// 16 KiB, as much as the hypervisor keeps of its own by default.
  static var defaultCapacity: Int { 16 << 10 }

  init(capacity: Int = LineLog.defaultCapacity) {
    bytes = [UInt8](repeating: 0, count: max(capacity, 1))
  }

  var isEmpty: Bool { count == 0 }

  /// Keeps a line; of one that is longer than the whole log, its start.
  mutating func append(_ line: [UInt8]) {
    let length = min(line.count, bytes.count - 1)
    while bytes.count - count < length + 1 { dropOldest() }
    for index in 0..<length { put(line[index]) }
    put(Control.lineFeed)
  }

  /// Calls `body` for each line, the oldest first.
  func forEachLine(_ body: ([UInt8]) -> Void) {
    var line: [UInt8] = []
    for offset in 0..<count {
      let byte = bytes[(start + offset) % bytes.count]
      if byte == Control.lineFeed {
        body(line)
        line.removeAll(keepingCapacity: true)
      } else {
        line.append(byte)
      }
    }
  }

  private mutating func put(_ byte: UInt8) {
    bytes[(start + count) % bytes.count] = byte
    count += 1
  }

  private mutating func dropOldest() {
    while count > 0 {
      let byte = bytes[start]
      start = (start + 1) % bytes.count
      count -= 1
      if byte == Control.lineFeed { return }
    }
  }
}
