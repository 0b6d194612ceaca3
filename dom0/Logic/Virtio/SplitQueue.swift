/// A piece of memory as a device sees it.
struct DeviceBuffer: Equatable {
  var address: UInt64
  var byteCount: UInt32
  /// Whether the device writes it, instead of reading it.
  var isWritable = false
}

/// The driver's end of a split virtqueue (Virtual I/O Device specification 1.0, 2.4): descriptor table, available ring
/// and used ring in one stretch of memory.
///
/// Nothing that the device writes is believed beyond its range: what it says is done must be a chain that it has, and it
/// can't be done with more of them than it has. Which descriptors form a chain is kept here, not read back.
struct SplitQueue<Memory: DeviceMemory> {
  private let memory: Memory
  let size: UInt16
  private let usesEventIndex: Bool
  /// The next descriptor of a chain, and of the list of free ones.
  private var next: [UInt16]
  private var firstFree: UInt16 = 0
  private(set) var freeCount: Int
  /// The length of the chain that begins at a descriptor; 0 where none does.
  private var chainLength: [UInt16]
  private var inFlight = 0
  private var available: UInt16 = 0
  private var used: UInt16 = 0
  private var lastNotified: UInt16 = 0
  /// The device has said what can't be.
  private(set) var isBroken = false

  /// The sizes that a queue may have: powers of two.
  static func isUsable(_ size: UInt16) -> Bool { size >= 2 && size <= 1024 && size & (size &- 1) == 0 }

  /// Where the rings begin: the available one behind the table, aligned to 2 bytes; the used one, aligned to 4.
  static func availableRing(_ size: UInt16) -> Int { Int(size) * 16 }
  static func usedRing(_ size: UInt16) -> Int { (availableRing(size) + 6 + Int(size) * 2 + 3) & ~3 }
  /// The bytes of all three.
  static func byteCount(_ size: UInt16) -> Int { usedRing(size) + 6 + Int(size) * 8 }

  /// In zeroed memory. The size must be usable.
  init(_ memory: Memory, size: UInt16, usesEventIndex: Bool) {
    precondition(Self.isUsable(size))
    self.memory = memory
    self.size = size
    self.usesEventIndex = usesEventIndex
    next = (0..<size).map { $0 &+ 1 }
    chainLength = [UInt16](repeating: 0, count: Int(size))
    freeCount = Int(size)
  }

  private var availableRing: Int { Self.availableRing(size) }
  private var usedRing: Int { Self.usedRing(size) }
  /// The driver asks for an interrupt when the used index passes this.
  private var usedEvent: Int { availableRing + 4 + Int(size) * 2 }
  /// The device asks for a notification when the available index passes this.
  private var availableEvent: Int { usedRing + 4 + Int(size) * 8 }

  /// Offers a chain of buffers; returns its head, by which it is named until it comes back. Nil where there are too few
  /// descriptors left.
  mutating func add(_ buffers: [DeviceBuffer]) -> UInt16? {
    if buffers.isEmpty || buffers.count > freeCount || isBroken { return nil }
    let head = firstFree
    var index = head
    for (number, buffer) in buffers.enumerated() {
      let isLast = number == buffers.count - 1
      let place = Int(index) * 16
      memory.store64(buffer.address, at: place)
      memory.store32(buffer.byteCount, at: place + 8)
      memory.store16((isLast ? 0 : 1) | (buffer.isWritable ? 2 : 0), at: place + 12)
      memory.store16(isLast ? 0 : next[Int(index)], at: place + 14)
      index = next[Int(index)]
    }
    firstFree = index
    freeCount -= buffers.count
    chainLength[Int(head)] = UInt16(buffers.count)
    inFlight += 1
    memory.store16(head, at: availableRing + 4 + Int(available & (size - 1)) * 2)
    available &+= 1
    return head
  }

  /// Lets the device see what was added; returns whether it wants to be told.
  mutating func publish() -> Bool {
    memory.store16(available, at: availableRing + 2)
    memory.fence()
    let old = lastNotified
    lastNotified = available
    if usesEventIndex {
      let event = memory.load16(at: availableEvent)
      return available &- event &- 1 < available &- old
    }
    return available != old && memory.load16(at: usedRing) & 1 == 0
  }

  /// The next chain that the device is done with, and the bytes that it says it has written; nil where there is none.
  /// The descriptors are free again.
  mutating func take() -> (head: UInt16, written: UInt32)? {
    if isBroken { return nil }
    let waiting = memory.load16(at: usedRing + 2) &- used
    if waiting == 0 { return nil }
    let place = usedRing + 4 + Int(used & (size - 1)) * 8
    let identifier = memory.load32(at: place)
    guard Int(waiting) <= inFlight, identifier < UInt32(size), chainLength[Int(identifier)] != 0 else {
      isBroken = true
      return nil
    }
    let head = UInt16(identifier)
    let written = memory.load32(at: place + 4)
    used &+= 1
    release(head)
    return (head, written)
  }

  private mutating func release(_ head: UInt16) {
    let length = chainLength[Int(head)]
    chainLength[Int(head)] = 0
    var last = head
    for _ in 1..<length { last = next[Int(last)] }
    next[Int(last)] = firstFree
    firstFree = head
    freeCount += Int(length)
    inFlight -= 1
  }

  /// Asks for an interrupt at the next chain that is done; returns whether one is done already.
  mutating func enableInterrupts() -> Bool {
    if usesEventIndex { memory.store16(used, at: usedEvent) } else { memory.store16(0, at: availableRing) }
    memory.fence()
    return !isBroken && memory.load16(at: usedRing + 2) != used
  }
}
