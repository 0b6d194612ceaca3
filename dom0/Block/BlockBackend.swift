/// The backend of one guest's disk: its nodes in the store, and while the frontend is connected, its ring.
///
/// The frontend goes 1 (initialising), 3 (initialised: its ring is named), 4 (connected), 5 (closing), 6 (closed); the
/// backend answers with 2 (waits), 4, 5 and 6. A guest that starts anew begins at 1 again.
final class BlockBackend {
  let domain: DomainID
  /// The virtual disk's number.
  let device: UInt32
  /// The folders of both ends in the store.
  let path: String
  private let frontend: String
  private let store: Store
  private var watch: StoreWatch?
  private let reader: GrantedPageReader

  private(set) var disk: BlockDevice?
  private(set) var isReadOnly = true
  private(set) var state = XenbusState.unknown
  private var session: BlockSession<BlockRingPages>?
  private var channel: ServedChannel?
  /// Closed sessions of which the disk still has requests.
  private var draining: [BlockSession<BlockRingPages>] = []
  private var past = BlockCounts()

  /// The frontend has sent an event.
  private let wake = EventFlag()
  /// A node of either end has changed.
  private var isChanged = true
  /// There was more in the ring than one turn takes.
  private var hasMore = false
  /// It is to go as soon as nothing of it is with the disk.
  private var isRemoved = false
  private let complain: (String) -> Void

  /// The requests taken from one guest before the next has its turn.
  private static var turn: Int { 16 }
  /// The pages of a ring that are offered, as a power of two.
  static var maximumPageOrder: UInt32 { 2 }
  /// The segments of an indirect request that are offered.
  static var indirectLimit: Int { 32 }

  /// - Parameter complain: is told of a frontend that can't be served.
  init(
    _ store: Store, domain: DomainID, device: UInt32, reader: GrantedPageReader, complain: @escaping (String) -> Void
  ) throws(StoreError) {
    self.store = store
    self.domain = domain
    self.device = device
    self.reader = reader
    self.complain = complain
    path = "\(BlockBackends.root)/\(domain.rawValue)/\(device)"
    frontend = try store.read("\(path)/frontend")
    watch = try store.watch("\(frontend)/state") { [self] _ in isChanged = true }
  }

  /// Asked with interrupts off.
  var hasWork: Bool { isChanged || hasMore || wake.isRaised || session?.takesAgain == true || hasDrained }
  /// The disk is done with the last of a closed session.
  private var hasDrained: Bool { draining.contains { $0.inFlight == 0 } }
  /// It holds nothing any more and can be forgotten.
  var isGone: Bool { isRemoved && session == nil && draining.isEmpty }
  var inFlight: Int { (session?.inFlight ?? 0) + draining.reduce(0) { $0 + $1.inFlight } }
  var counts: BlockCounts { draining.reduce(past + (session?.counts ?? BlockCounts())) { $0 + $1.counts } }

  /// Events over its ring, both ways.
  var eventCount: UInt64 { channel.map { $0.arrivals &+ $0.signals } ?? 0 }

  func nodesHaveChanged() { isChanged = true }

  /// Lets go of the guest for good; what is with the disk is waited for.
  func remove() {
    isRemoved = true
    watch?.cancel()
    watch = nil
    disconnect()
  }

  // MARK: The store

  private func read(_ name: String) -> String? { try? store.read("\(path)/\(name)") }

  private func number(_ path: String) -> UInt32 {
    guard let text = try? store.read(path) else { return 0 }
    return BlockFrontendNodes.number(text) ?? 0
  }

  private func write(_ name: String, _ value: String) {
    // The store refuses domain 0 nothing but malformed paths. A folder that was taken away must not come back.
    if store.exists(path) { try? store.write("\(path)/\(name)", value) }
  }

  private func change(to new: XenbusState) {
    state = new
    write("state", "\(new.rawValue)")
  }

  /// Lets the frontend go because of something that it did.
  private func refuse(_ reason: String) {
    complain("d\(domain.rawValue)'s disk \(device): \(reason)")
    write("error", reason)
    disconnect()
    change(to: .closing)
  }

  /// Goes on as far as both ends' nodes say.
  func follow(_ disks: DiskList) {
    guard isChanged || hasDrained else { return }
    isChanged = false
    draining.removeAll { session in
      if session.inFlight > 0 { return false }
      past = past + session.counts
      return true
    }
    if isRemoved { return }
    if !store.exists(path) { return remove() }
    let other = XenbusState(number("\(frontend)/state"))
    switch other {
    case .initialising:
      if session != nil { disconnect() }
      if draining.isEmpty && state != .initialisationWait { offer(disks) }
    case .initialised, .connected:
      if state == .unknown || state == .closed { offer(disks) }
      if state == .initialisationWait && draining.isEmpty { connect() }
    case .closing:
      if state == .connected || state == .initialisationWait { change(to: .closing) }
    case .closed, .unknown:
      disconnect()
      if draining.isEmpty && state != .closed && state != .unknown { change(to: .closed) }
      if state == .unknown { offer(disks) }
    default: break
    }
  }

  /// Says what there is, and waits for the frontend.
  private func offer(_ disks: DiskList) {
    let target = Self.diskName(read("params") ?? "")
    guard let found = disks.find(target) else {
      if state != .closed { complain("d\(domain.rawValue)'s disk \(device): there is no disk '\(target)'") }
      write("error", "there is no such disk")
      return change(to: .closed)
    }
    disk = found
    isReadOnly = read("mode")?.utf8.first != UInt8(ascii: "w") || found.geometry.isReadOnly
    write("feature-flush-cache", "1")
    write("feature-barrier", "1")
    write("feature-persistent", "0")
    write("feature-discard", "0")
    write("feature-max-indirect-segments", "\(min(Self.indirectLimit, found.geometry.bufferLimit))")
    write("max-ring-page-order", "\(Self.maximumPageOrder)")
    try? store.remove("\(path)/error")
    change(to: .initialisationWait)
  }

  /// `phy:vda` and `file:vda` are the disk `vda`.
  private static func diskName(_ target: String) -> String {
    guard let colon = target.utf8.lastIndex(of: UInt8(ascii: ":")) else { return target }
    return String(Substring(target.utf8[target.utf8.index(after: colon)...]))
  }

  // MARK: The ring

  private func connect() {
    guard let disk else { return }
    do throws(BlockFrontendNodes.Fault) {
      let nodes = try BlockFrontendNodes(maximumPageOrder: Self.maximumPageOrder) { [self] name in
        try? store.read("\(frontend)/\(name)")
      }
      guard let pages = try? BlockRingPages(nodes.references, of: domain) else {
        return refuse("its ring can't be mapped")
      }
      guard let channel = connectPort(nodes.port) else { return refuse("its event channel can't be connected") }
      let session = BlockSession(
        BlockRingEnd(pages, nodes.layout), device: disk, domain: domain, isReadOnly: isReadOnly,
        indirectLimit: Self.indirectLimit, gauge: store.gauge
      ) { [reader, domain] reference, count in reader.words(reference, of: domain, count: count) }
      self.session = session
      self.channel = channel
    } catch {
      return refuse(error.reason)
    }
    write("sectors", "\(disk.geometry.sectorCount)")
    write("sector-size", "\(disk.geometry.blockSize)")
    write("physical-sector-size", "\(disk.geometry.blockSize)")
    // VDISK_READONLY
    write("info", isReadOnly ? "4" : "0")
    change(to: .connected)
    // For what was asked before the channel was connected.
    hasMore = true
  }

  private func connectPort(_ port: EventPort) -> ServedChannel? {
    do {
      return ServedChannel(try EventChannel(connectingTo: port, of: domain), wake: wake)
    } catch {
      return nil
    }
  }

  private func disconnect() {
    hasMore = false
    channel = nil
    guard let session else { return }
    session.close()
    self.session = nil
    if session.inFlight > 0 { draining.append(session) } else { past = past + session.counts }
  }

  /// Takes a turn's requests, and shows what is answered.
  func serveRing() {
    let isWoken = wake.take()
    guard let session else { return }
    if isWoken || hasMore || session.takesAgain {
      hasMore = false
      let before = session.counts.requests
      do throws(BlockRingFault) {
        hasMore = try session.serve(atMost: Self.turn) == .more
      } catch {
        return refuse("its ring's index jumped from \(error.consumer) to \(error.producer)")
      }
      // While there is more to take, no event is needed to know of it.
      if !hasMore { channel?.served(foundWork: session.counts.requests != before) }
    }
    if session.publish() { channel?.notify() }
  }
}

extension BlockCounts {
  static func + (a: BlockCounts, b: BlockCounts) -> BlockCounts {
    BlockCounts(
      requests: a.requests &+ b.requests, sectorsRead: a.sectorsRead &+ b.sectorsRead,
      sectorsWritten: a.sectorsWritten &+ b.sectorsWritten, errors: a.errors &+ b.errors)
  }
}
