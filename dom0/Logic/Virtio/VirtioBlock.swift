#if canImport(XenABI)
  import XenABI
#endif

/// Features of a block device (Virtual I/O Device specification 1.0, 5.2.3).
enum VirtioBlockFeature {
  /// `VIRTIO_BLK_F_SEG_MAX`: it says how many segments a request may have.
  static var segmentLimit: UInt64 { 1 << 2 }
  /// `VIRTIO_BLK_F_RO`.
  static var readOnly: UInt64 { 1 << 5 }
  /// `VIRTIO_BLK_F_BLK_SIZE`: it says what its blocks hold.
  static var blockSize: UInt64 { 1 << 6 }
  /// `VIRTIO_BLK_F_FLUSH`: what it has written may not be lasting yet.
  static var flush: UInt64 { 1 << 9 }

  static var wanted: UInt64 { segmentLimit | readOnly | blockSize | flush | VirtioFeature.eventIndex }
}

/// What a block device says of itself (`struct virtio_blk_config`).
struct VirtioBlockGeometry: Equatable {
  /// Sectors of 512 bytes.
  var sectorCount: UInt64
  /// Bytes of a block: requests that don't fill them are slow, or fail. A power of two from 512 on.
  var blockSize: UInt32
  /// The buffers that a request may have.
  var segmentLimit: Int
  var isReadOnly: Bool
  var hasCache: Bool

  init<Registers: DeviceMemory>(_ transport: VirtioTransport<Registers>, features: UInt64) {
    func has(_ feature: UInt64, _ end: Int) -> Bool {
      features & feature != 0 && transport.hasDeviceRegisters(upTo: end)
    }
    let capacity = transport.hasDeviceRegisters(upTo: 8) ? transport.readDevice { $0.load64(at: 0) } : 0
    // What can't be counted in bytes can't be there.
    sectorCount = min(capacity, UInt64(Int64.max) / BlockSector.size)
    let limit = has(VirtioBlockFeature.segmentLimit, 16) ? transport.readDevice { $0.load32(at: 12) } : 1
    segmentLimit = Int(max(1, min(limit, 1024)))
    let size = has(VirtioBlockFeature.blockSize, 24) ? transport.readDevice { $0.load32(at: 20) } : 512
    blockSize = size >= 512 && size <= 65536 && size & (size &- 1) == 0 ? size : 512
    isReadOnly = features & VirtioBlockFeature.readOnly != 0
    hasCache = features & VirtioBlockFeature.flush != 0
  }
}

/// The one request queue of a block device, whose requests are named by what the caller gave with them.
///
/// A request is a header of 16 bytes, the data, and a byte that the device writes its status to (5.2.6). Headers and
/// status bytes lie in slots of a page of their own.
struct VirtioBlockQueue<Memory: DeviceMemory> {
  enum Operation: UInt32 {
    case read = 0
    case write = 1
    case flush = 4
  }

  private var queue: SplitQueue<Memory>
  private let slots: Memory
  private let slotsAddress: UInt64
  private var freeSlots: [UInt8]
  /// What is in flight, by its chain's head.
  private var requests: [Request?]
  /// How often `tick` was called.
  private var seconds: UInt64 = 0

  private struct Request {
    let slot: UInt8
    /// The caller's name for it.
    let name: UInt32
    /// When it was added, by `seconds`.
    let start: UInt64
  }

  private static var slotSize: Int { 32 }
  private static var statusOffset: Int { 16 }
  /// As many as a page holds.
  private static var slotCount: Int { 128 }

  /// - Parameters:
  ///   - slots: a page, which devices find at `slotsAddress`.
  init(_ queue: SplitQueue<Memory>, slots: Memory, slotsAddress: UInt64) {
    self.queue = queue
    self.slots = slots
    self.slotsAddress = slotsAddress
    freeSlots = (0..<UInt8(Self.slotCount)).reversed()
    requests = [Request?](repeating: nil, count: Int(queue.size))
  }

  var inFlight: Int { Self.slotCount - freeSlots.count }
  /// The device has said what can't be.
  var isBroken: Bool { queue.isBroken }

  /// Whether a request with so many buffers finds room.
  func hasRoom(for buffers: Int) -> Bool { !freeSlots.isEmpty && queue.freeCount >= buffers + 2 }

  /// Puts a request into the queue; whether there was room. `publish` shows it to the device.
  mutating func add(_ operation: Operation, sector: UInt64, _ buffers: [DeviceBuffer], name: UInt32) -> Bool {
    guard hasRoom(for: buffers.count), let slot = freeSlots.last else { return false }
    let place = Int(slot) * Self.slotSize
    slots.store32(operation.rawValue, at: place)
    slots.store32(0, at: place + 4)
    slots.store64(sector, at: place + 8)
    // What a device that writes nothing leaves there is an error.
    slots.store8(0xFF, at: place + Self.statusOffset)
    let address = slotsAddress &+ UInt64(place)
    var chain = [DeviceBuffer(address: address, byteCount: 16)]
    for buffer in buffers {
      chain.append(DeviceBuffer(address: buffer.address, byteCount: buffer.byteCount, isWritable: operation == .read))
    }
    chain.append(DeviceBuffer(address: address &+ UInt64(Self.statusOffset), byteCount: 1, isWritable: true))
    guard let head = queue.add(chain) else { return false }
    freeSlots.removeLast()
    requests[Int(head)] = Request(slot: slot, name: name, start: seconds)
    return true
  }

  /// Shows the device what was added; whether it wants to be told.
  mutating func publish() -> Bool { queue.publish() }

  /// The next request that the device is done with, and its status.
  mutating func take() -> (name: UInt32, status: BlockStatus)? {
    guard let (head, _) = queue.take(), let request = requests[Int(head)] else { return nil }
    requests[Int(head)] = nil
    freeSlots.append(request.slot)
    let status = slots.load8(at: Int(request.slot) * Self.slotSize + Self.statusOffset)
    return (request.name, status == 0 ? .okay : status == 2 ? .unsupported : .error)
  }

  /// Asks for an interrupt at the next one that is done; whether one is done already.
  mutating func enableInterrupts() -> Bool { queue.enableInterrupts() }

  /// The seconds that a request may take.
  static var patience: UInt64 { 30 }

  /// A second has passed; whether the device has had a request for so many of them that it counts as stuck. Seconds in
  /// which the machine stood still are nobody's: they are not counted.
  mutating func tick() -> Bool {
    seconds &+= 1
    return requests.contains { $0.map { seconds &- $0.start > Self.patience } ?? false }
  }

  /// The names of all that is in flight, which the device, having been reset, never comes back to.
  mutating func abandon() -> [UInt32] {
    let names = requests.compactMap { $0?.name }
    for index in requests.indices { requests[index] = nil }
    freeSlots = (0..<UInt8(Self.slotCount)).reversed()
    return names
  }
}
