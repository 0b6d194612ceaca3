/// Why a virtio block device can't be used.
enum VirtioBlockFailure: Error {
  case virtio(VirtioError)
  case interrupt(GuestError)
  /// Its structures lie where it decodes nothing.
  case noRegisters
  /// It takes too few buffers a request.
  case tooSmall
  case outOfMemory

  /// In a few words.
  var reason: String {
    switch self {
    case .virtio(.resetFailed): "it does not come back from its reset"
    case .virtio(.isLegacy): "it has the legacy interface only"
    case .virtio(.featuresRefused): "it refuses the features that it offers"
    case .virtio(.noQueue): "it has no usable queue"
    case .virtio(.vectorRefused): "it refuses the interrupt's number"
    case .interrupt(let error): "no interrupt: \(error.reason)"
    case .noRegisters: "its registers are not where it says"
    case .tooSmall: "it takes too few buffers a request"
    case .outOfMemory: "no memory for its queue"
    }
  }
}

/// What a virtio block device is driven by, set up step by step (Virtual I/O Device specification 1.0, 3.1). Nothing of
/// the device moves afterwards until it is given its first request.
struct VirtioBlockParts: ~Copyable {
  let transport: VirtioTransport<MemoryWindow>
  let geometry: BlockGeometry
  let queue: VirtioBlockQueue<MemoryWindow>
  let notifyPlace: Int
  let interrupt: DeviceInterrupt
  /// The rings, and a page of headers.
  let memory: Pages

  private static var largestQueue: UInt16 { 256 }
  /// A request's segments must fit: a guest may send that many in one.
  private static var fewestBuffers: Int { BlockRingLayout.maximumSegments }
  private static var mostBuffers: Int { 64 }

  /// Whether the function is such a device: transitional or modern.
  static func matches(_ function: PCIFunction<PortConfiguration>) -> Bool {
    function.vendor == 0x1AF4 && (function.device == 0x1001 || function.device == 0x1042)
  }

  init(of function: PCIFunction<PortConfiguration>) throws(VirtioBlockFailure) {
    guard let structures = VirtioStructures(function) else { throw .virtio(.isLegacy) }
    guard let common = Self.window(structures.common, function),
      let notify = Self.window(structures.notify, function),
      let status = Self.window(structures.interruptStatus, function),
      let device = Self.window(structures.device, function)
    else { throw .noRegisters }
    function.command(set: PCICommand.memory.union(.busMaster))
    let transport = VirtioTransport(
      structures, common: common, notifications: notify, interruptStatus: status, device: device)
    let features: UInt64
    do { features = try transport.negotiate(VirtioBlockFeature.wanted) } catch { throw .virtio(error) }
    let size = min(transport.queueSize(0) ?? 0, Self.largestQueue)
    guard SplitQueue<MemoryWindow>.isUsable(size) else { throw .virtio(.noQueue) }
    let found = VirtioBlockGeometry(transport, features: features)
    let bufferLimit = min(found.segmentLimit, Int(size) - 2, Self.mostBuffers)
    if bufferLimit < Self.fewestBuffers { throw .tooSmall }
    let geometry = BlockGeometry(
      sectorCount: found.sectorCount, blockSize: found.blockSize, isReadOnly: found.isReadOnly,
      hasCache: found.hasCache, bufferLimit: bufferLimit)
    let headers = (SplitQueue<MemoryWindow>.byteCount(size) + Int(pageSize) - 1) & ~(Int(pageSize) - 1)
    guard let pages = Pages(count: headers >> Int(pageShift) + 1) else { throw .outOfMemory }
    let interrupt: DeviceInterrupt
    do { interrupt = try DeviceInterrupt(of: function) } catch { throw .interrupt(error) }
    let notifyPlace: Int
    let address = pages.address.rawValue
    do {
      notifyPlace = try transport.enable(
        0, size: size, descriptors: address,
        available: address + UInt64(SplitQueue<MemoryWindow>.availableRing(size)),
        used: address + UInt64(SplitQueue<MemoryWindow>.usedRing(size)), vector: interrupt.vector)
    } catch {
      throw .virtio(error)
    }
    self.transport = transport
    self.geometry = geometry
    self.notifyPlace = notifyPlace
    self.interrupt = interrupt
    queue = VirtioBlockQueue(
      SplitQueue(pages.window, size: size, usesEventIndex: features & VirtioFeature.eventIndex != 0),
      slots: pages.window.window(at: headers, byteCount: Int(pageSize)), slotsAddress: address + UInt64(headers))
    memory = pages
    transport.start()
  }

  /// The registers of a structure; nil where its base register does not decode that much.
  private static func window(
    _ structure: VirtioStructure, _ function: PCIFunction<PortConfiguration>
  ) -> MemoryWindow? {
    guard case .memory(let address, let byteCount)? = function.base(structure.base),
      structure.offset <= byteCount, structure.byteCount > 0, structure.byteCount <= byteCount - structure.offset
    else { return nil }
    return .device(address + structure.offset, byteCount: structure.byteCount)
  }
}
