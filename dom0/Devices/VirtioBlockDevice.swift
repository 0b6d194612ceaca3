/// A virtio-blk PCI device (Virtual I/O Device specification 1.0, 5.2), which reads and writes memory by itself: this
/// domain's frames where they are, granted ones by the address that the hypervisor gives for devices.
final class VirtioBlockDevice: BlockDevice {
  private let transport: VirtioTransport<MemoryWindow>
  private var queue: VirtioBlockQueue<MemoryWindow>
  private let notifyPlace: Int
  private let interrupt: DeviceInterrupt
  /// The rings, and a page of headers.
  private let memory: Pages
  /// What has been given to the device, by the name that the queue knows it by.
  private var inFlight: [Work?] = [Work?](repeating: nil, count: 256)
  private var freeNames: [UInt32] = (0..<256).reversed()
  /// What waits for room in the queue, the first first. Those before `firstWaiting` are nil: whoever asked for one that
  /// is done must not be held here.
  private var waiting: [Work?] = []
  private var firstWaiting = 0
  /// The device has been given up.
  private var hasFailed = false
  /// Why, until somebody is told.
  private var trouble: String?

  /// A request on its way.
  private final class Work {
    let request: BlockRequest
    let completion: (BlockStatus) -> Void
    var grants = DeviceGrants()
    var buffers: [DeviceBuffer] = []

    init(_ request: BlockRequest, _ completion: @escaping (BlockStatus) -> Void) {
      self.request = request
      self.completion = completion
    }

    /// Gives the frames back, and tells.
    func finish(_ status: BlockStatus) {
      grants = DeviceGrants()
      completion(status)
    }

    /// Tells, but keeps the frames for good.
    func abandon() {
      unsafe _ = Unmanaged.passRetained(self)
      completion(.error)
    }
  }

  init(_ parts: consuming VirtioBlockParts, name: String) {
    let parts = parts
    transport = parts.transport
    notifyPlace = parts.notifyPlace
    interrupt = parts.interrupt
    queue = parts.queue
    memory = parts.memory
    super.init(name: name, kind: "virtio-blk", geometry: parts.geometry)
  }

  override var hasWork: Bool { interrupt.flag.isRaised }

  override func start(_ request: BlockRequest, completion: @escaping (BlockStatus) -> Void) {
    if hasFailed { return completion(.error) }
    if request.action == .flush && !geometry.hasCache { return completion(.okay) }
    let work = Work(request, completion)
    guard let buffers = work.grants.map(request.buffers, deviceWrites: request.action == .read) else {
      return completion(.error)
    }
    work.buffers = buffers
    waiting.append(work)
    fillQueue()
  }

  /// Gives the device what it has room for.
  private func fillQueue() {
    var isNew = false
    while firstWaiting < waiting.count, let name = freeNames.last {
      guard let work = waiting[firstWaiting] else { break }
      let operation: VirtioBlockQueue<MemoryWindow>.Operation =
        switch work.request.action {
        case .read: .read
        case .write: .write
        case .flush: .flush
        }
      if !queue.add(operation, sector: work.request.sector, work.buffers, name: name) { break }
      freeNames.removeLast()
      inFlight[Int(name)] = work
      waiting[firstWaiting] = nil
      firstWaiting += 1
      isNew = true
    }
    // The list is cut when most of it is done, so that each of it is moved once or so.
    if firstWaiting > 32 && firstWaiting * 2 > waiting.count {
      waiting.removeFirst(firstWaiting)
      firstWaiting = 0
    }
    if isNew && queue.publish() { transport.notify(0, at: notifyPlace) }
  }

  override func serve() {
    if !interrupt.take() { return }
    if interrupt.isLine { _ = transport.takeInterrupt() }
    repeat { takeAnswers() } while !queue.isBroken && queue.enableInterrupts()
    interrupt.end()
    if queue.isBroken { fail("it answers what it was not asked") } else { fillQueue() }
  }

  override func tick() {
    if !hasFailed && queue.tick() { fail("it has not answered for half a minute") }
  }

  override func takeTrouble() -> String? {
    defer { trouble = nil }
    return trouble
  }

  private func takeAnswers() {
    while let (name, status) = queue.take() {
      guard let work = inFlight[Int(name)] else { continue }
      inFlight[Int(name)] = nil
      freeNames.append(name)
      work.finish(status)
    }
  }

  /// Gives the device up: it no longer touches memory, and all that it had, and is asked from now on, is an error.
  private func fail(_ reason: String) {
    if hasFailed { return }
    hasFailed = true
    trouble = "the disk \(name) is given up: \(reason)"
    let isStopped = (try? transport.reset()) != nil
    let lost = queue.abandon().compactMap { inFlight[Int($0)] } + waiting[firstWaiting...].compactMap { $0 }
    for index in inFlight.indices { inFlight[index] = nil }
    waiting = []
    firstWaiting = 0
    for work in lost {
      // A device that does not stop may still write there: the frames are never given back then.
      if isStopped { work.finish(.error) } else { work.abandon() }
    }
  }
}
