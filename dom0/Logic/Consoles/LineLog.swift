/// The last lines of a console, in a ring of bytes. When it is full, the oldest lines go. The ring grows as it is used, up
/// to its capacity.
struct LineLog {
  let capacity: Int
  private var bytes: [UInt8] = []
  /// The place of the first byte of the oldest line.
  private var start = 0
  /// The bytes that are kept, line ends included.
  private(set) var count = 0

  /// 16 KiB, as much as the hypervisor keeps of its own by default.
  static var defaultCapacity: Int { 16 << 10 }
  /// What it begins with.
  private static var leastSize: Int { 256 }

  init(capacity: Int = LineLog.defaultCapacity) { self.capacity = max(capacity, 1) }

  var isEmpty: Bool { count == 0 }

  /// Keeps a line; of one that is longer than the whole log, its start.
  ///
  /// - Parameter canGrow: whether there is memory for so many bytes more. Where there is not, older lines go.
  mutating func append(_ line: [UInt8], canGrow: (Int) -> Bool = { _ in true }) {
    let wanted = count + line.count + 1
    if wanted > bytes.count && bytes.count < capacity {
      let size = min(max(bytes.count * 2, wanted, Self.leastSize), capacity)
      if bytes.isEmpty || canGrow(size) { grow(to: size) }
    }
    let length = min(line.count, bytes.count - 1)
    while bytes.count - count < length + 1 { dropOldest() }
    for index in 0..<length { put(line[index]) }
    put(Control.lineFeed)
  }

  private mutating func grow(to size: Int) {
    var larger: [UInt8] = []
    larger.reserveCapacity(size)
    for offset in 0..<count { larger.append(bytes[(start + offset) % bytes.count]) }
    while larger.count < size { larger.append(0) }
    bytes = larger
    start = 0
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
