/// A disk of this guest's, behind a backend in another domain.
///
///     let disk = try BlockFrontend.open(BlockFrontend.devices()[0])
///     let bytes = try disk.read(0, count: 8)
///     try disk.write(64, bytes)
///     try disk.flush()
///
/// Sectors are of 512 bytes. For the guest's main flow: everything waits, but `submit`.
final class BlockFrontend {
  /// The virtual disk's number.
  let device: UInt32
  let sectorCount: UInt64
  /// Bytes of a block: what is read or written is a whole number of them.
  let blockSize: UInt32
  let isReadOnly: Bool
  /// Whether `flush` has an effect. Without, the disk keeps everything anyway, or nobody knows.
  let hasFlush: Bool
  /// The pages of memory that a request may have.
  let segmentLimit: Int

  private let connection: BlockConnection
  private var ring: BlockFrontRing<MemoryWindow>
  /// What is in flight, by the name that it has in the ring.
  private var transfers: [BlockTransfer?]
  private var freeNames: [Int]
  private(set) var isConnected = true

  /// The disks that the guest was given, by number.
  static func devices() -> [UInt32] {
    guard let names = try? XenStore.list("device/vbd") else { return [] }
    return names.compactMap { name in
      var value: UInt32 = 0
      for byte in name.utf8 {
        guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9"), value < 1 << 28 else { return nil }
        value = value * 10 + UInt32(byte - UInt8(ascii: "0"))
      }
      return value
    }
  }

  /// Connects to a disk.
  ///
  /// - Parameters:
  ///   - device: its number, as below `device/vbd` in the store.
  ///   - pageOrder: the pages of the ring, as a power of two, as far as the backend takes them.
  ///   - indirect: whether to use indirect requests where the backend takes them.
  ///   - patience: how long to wait for the backend.
  static func open(
    _ device: UInt32, pageOrder: UInt32 = 0, indirect: Bool = true, patience: Nanoseconds = .seconds(10)
  ) throws(GuestError) -> BlockFrontend {
    let deadline = Clock.now.adding(patience)
    let connection = try BlockConnection(device, pageOrder: pageOrder, until: deadline)
    let ring = BlockFrontRing(connection.pages.window, connection.layout)
    let connected = "\(XenbusState.connected.rawValue)"
    let waits = "\(XenbusState.initialisationWait.rawValue)"
    try XenStore.write("\(connection.path)/state", "\(XenbusState.initialised.rawValue)")
    // Any other state than that in which it waited is an answer.
    let state = try XenStore.waitForValue("\(connection.backendPath)/state", until: deadline) {
      !$0.utf8.elementsEqual(waits.utf8)
    }
    guard let state, state.utf8.elementsEqual(connected.utf8) else { throw .block(.noBackend) }
    let disk = BlockFrontend(connection, ring, indirect)
    try XenStore.write("device/vbd/\(device)/state", connected)
    return disk
  }

  private init(_ connection: consuming BlockConnection, _ ring: BlockFrontRing<MemoryWindow>, _ indirect: Bool) {
    func number(_ name: String) -> UInt32 { BlockConnection.number("\(connection.backendPath)/\(name)") }
    device = connection.device
    sectorCount = (try? XenStore.readNumber("\(connection.backendPath)/sectors")) ?? 0
    blockSize = max(number("sector-size"), UInt32(BlockSector.size))
    // VDISK_READONLY
    isReadOnly = number("info") & 4 != 0
    hasFlush = number("feature-flush-cache") != 0
    let offered = indirect ? Int(number("feature-max-indirect-segments")) : 0
    segmentLimit = max(BlockRingLayout.maximumSegments, min(offered, BlockRingLayout.segmentsPerPage))
    let slots = Int(connection.layout.slotCount)
    self.connection = connection
    self.ring = ring
    transfers = [BlockTransfer?](repeating: nil, count: slots)
    freeNames = Array((0..<slots).reversed())
  }

  // MARK: Requests

  /// The sectors that a request takes at most.
  var sectorLimit: Int { segmentLimit * Int(BlockSector.perPage) }

  /// Asks for sectors to be read into, or written from, neighbouring frames of this guest's RAM, which the last of them
  /// need not fill. Waits only for room in the ring.
  func submit(
    _ operation: BlockOperation, _ sector: UInt64, count: Int, at frame: GuestFrame
  ) throws(GuestError) -> BlockTransfer {
    guard count > 0, count <= sectorLimit, sector <= sectorCount, UInt64(count) <= sectorCount - sector else {
      throw .block(.badRange)
    }
    let transfer = BlockTransfer()
    var request = FrontRequest(
      operation: operation, identifier: 0, sector: sector, handle: UInt16(truncatingIfNeeded: device))
    let perPage = Int(BlockSector.perPage)
    for first in stride(from: 0, to: count, by: perPage) {
      let reference = try transfer.grant(
        frame.advanced(by: UInt64(first / perPage)), to: connection.backend, readOnly: operation != .read)
      request.segments.append(
        BlockSegment(reference: reference, first: 0, last: UInt8(min(count - first, perPage) - 1)))
    }
    if request.segments.count > BlockRingLayout.maximumSegments {
      request.indirectPages = [try transfer.list(request.segments, for: connection.backend)]
    }
    try send(&request, transfer)
    return transfer
  }

  /// Asks for everything to be lasting that was written before.
  func submitFlush() throws(GuestError) -> BlockTransfer {
    let transfer = BlockTransfer()
    var request = FrontRequest(
      operation: .flush, identifier: 0, handle: UInt16(truncatingIfNeeded: device))
    try send(&request, transfer)
    return transfer
  }

  private func send(_ request: inout FrontRequest, _ transfer: BlockTransfer) throws(GuestError) {
    waitUntil { !freeNames.isEmpty || !isConnected }
    guard isConnected, let name = freeNames.popLast() else { throw .block(.noBackend) }
    request.identifier = UInt64(name)
    transfers[name] = transfer
    // There are as many names as slots.
    guard ring.add(request) else { throw .block(.noBackend) }
    if ring.publish() { try? connection.channel.notify() }
  }

  /// Waits for a request.
  func wait(for transfer: BlockTransfer) throws(GuestError) {
    waitUntil { transfer.isDone }
    if transfer.status != .okay { throw .block(.refused(transfer.status ?? .error)) }
  }

  /// Takes the answers that are there.
  func takeAnswers() {
    do throws(FrontRingFault) {
      while let (identifier, status) = try ring.take() {
        // A name that is none is the backend's fault, and its request's alone.
        guard identifier < UInt64(transfers.count), let transfer = transfers[Int(identifier)] else { continue }
        transfers[Int(identifier)] = nil
        freeNames.append(Int(identifier))
        transfer.finish(status)
      }
    } catch {
      lose()
    }
  }

  /// How often the backend is looked for while it does not answer.
  private static var lookPeriod: Nanoseconds { .seconds(2) }

  private func waitUntil(_ condition: () -> Bool) {
    var nextLook = Clock.now.adding(Self.lookPeriod)
    while true {
      takeAnswers()
      if condition() { return }
      if ring.enableEvents() { continue }
      _ = connection.channel.wait(until: nextLook)
      // Events alone are no sign of it: anyone may have taken a port that a backend has let go.
      if Clock.now >= nextLook {
        if !backendIsThere { lose() }
        nextLook = Clock.now.adding(Self.lookPeriod)
      }
    }
  }

  private var backendIsThere: Bool {
    BlockConnection.number("\(connection.backendPath)/state") == XenbusState.connected.rawValue
  }

  /// The backend is gone: nothing of what is in flight is answered any more.
  private func lose() {
    isConnected = false
    for index in transfers.indices {
      transfers[index]?.abandon()
      transfers[index] = nil
    }
  }

  // MARK: Reading and writing

  /// The bytes of sectors.
  func read(_ sector: UInt64, count: Int) throws(GuestError) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count * Int(BlockSector.size))
    var done = 0
    while done < count {
      let piece = min(count - done, sectorLimit)
      let pages = try perform(.read, sector &+ UInt64(done), piece, try Self.pages(piece))
      for offset in 0..<piece * Int(BlockSector.size) { bytes.append(pages.window.load8(at: offset)) }
      done += piece
    }
    return bytes
  }

  /// Writes whole sectors.
  func write(_ sector: UInt64, _ bytes: [UInt8]) throws(GuestError) {
    let count = bytes.count / Int(BlockSector.size)
    if count * Int(BlockSector.size) != bytes.count { throw .block(.badRange) }
    var done = 0
    while done < count {
      let piece = min(count - done, sectorLimit)
      let pages = try Self.pages(piece)
      for offset in 0..<piece * Int(BlockSector.size) {
        pages.window.store8(bytes[done * Int(BlockSector.size) + offset], at: offset)
      }
      _ = try perform(.write, sector &+ UInt64(done), piece, pages)
      done += piece
    }
  }

  /// Makes lasting what was written.
  func flush() throws(GuestError) {
    if hasFlush { try wait(for: try submitFlush()) }
  }

  /// Reads or writes by pages of the guest's, and gives them back; those of a backend that is gone stay taken for good,
  /// since it may still use them.
  private func perform(
    _ operation: BlockOperation, _ sector: UInt64, _ count: Int, _ pages: consuming Pages
  ) throws(GuestError) -> Pages {
    let transfer = try submit(operation, sector, count: count, at: pages.frame)
    waitUntil { transfer.isDone }
    if transfer.status == .okay { return pages }
    if !isConnected { _ = pages.leak() }
    throw .block(.refused(transfer.status ?? .error))
  }

  private static func pages(_ sectors: Int) throws(GuestError) -> Pages {
    let perPage = Int(BlockSector.perPage)
    guard let pages = Pages(count: (sectors + perPage - 1) / perPage) else { throw .outOfMemory }
    return pages
  }

  /// Lets the backend go, once everything in flight is done.
  func close(patience: Nanoseconds = .seconds(10)) throws(GuestError) {
    waitUntil { freeNames.count == transfers.count || !isConnected }
    isConnected = false
    let closed = "\(XenbusState.closed.rawValue)"
    try XenStore.write("\(connection.path)/state", closed)
    _ = try XenStore.waitForValue("\(connection.backendPath)/state", until: Clock.now.adding(patience)) {
      $0.utf8.elementsEqual(closed.utf8)
    }
    connection.transfer.finish(.okay)
  }
}
