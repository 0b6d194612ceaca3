#if canImport(Dom0Logic)
  @testable import Dom0Logic
  import XenABI
#endif

/// Nothing a guest puts into its ring may trap, take more than its quota, or harm what is not its own.
enum StoreFuzz {
  /// Drives a store with what two guests put into their rings, and checks after each step that the store is sound. The
  /// bytes say what the guests do: well-formed requests of any type, raw bytes, indices that can't be, and reading or
  /// not reading what comes back.
  static func run(_ bytes: [UInt8]) {
    var history = StoreHistory(bytes)
    history.run()
  }

  /// Every kind of request, once as it is and once in a transaction, of either guest.
  static var seeds: [[UInt8]] {
    let types: [UInt8] = [6, 11, 4, 13, 11, 3, 14, 2, 1, 22, 12, 7, 5, 21]
    var seeds: [[UInt8]] = []
    for guest in [0, 0x80] as [UInt8] {
      var seed: [UInt8] = []
      for transaction in [0, 1] as [UInt8] {
        for type in types { seed += step(type, of: guest, transaction) }
      }
      seeds.append(seed)
    }
    return seeds
  }

  /// A request, for WRITE of a word and a value, else of two words; then the guest reads what came.
  private static func step(_ type: UInt8, of guest: UInt8, _ transaction: UInt8) -> [UInt8] {
    let first: UInt8 = type == 7 ? 13 : 5
    let second: UInt8 = type == 14 ? 18 : 15
    let words: [UInt8] = type == 11 ? [0x0D, first, 0x41] : [2, first, second]
    return [type | guest] + words + [transaction, 0x70 | guest]
  }
}

private struct StoreHistory {
  private var input: ArraySlice<UInt8>
  private let store: Store
  private let pages = [FuzzPage(), FuzzPage()]
  private let sessions: [StoreSession<FuzzPage>]

  init(_ bytes: [UInt8]) {
    input = bytes[...]
    var quota = StoreQuota()
    quota.nodes = 20
    quota.watches = 6
    quota.transactions = 3
    quota.transactionNodes = 30
    quota.memory = 24 << 10
    quota.events = 8
    quota.eventBytes = 256
    let store = Store(quota: quota)
    self.store = store
    for domain in 1...2 as ClosedRange<UInt16> {
      let home = "/local/domain/\(domain)"
      try? store.write("\(home)/name", "guest")
      try? store.setPermissions(home, [StorePermission(DomainID(domain), .none)])
      try? store.setPermissions(
        "\(home)/name", [StorePermission(.zero, .none), StorePermission(DomainID(domain), .read)])
    }
    try? store.write("/secret", "kept")
    sessions = pages.enumerated().map { index, page in
      StoreSession(store, domain: DomainID(UInt16(index + 1)), ring: page)
    }
    for session in sessions { store.introduce(session.client.domain) }
  }

  private mutating func next() -> UInt8 { input.popFirst() ?? 0 }

  mutating func run() {
    let watch = try? store.watch("/") { [store] path in
      // Domain 0's own handlers look at what they are told of.
      _ = try? store.read(path)
    }
    var steps = 0
    while !input.isEmpty {
      let action = next()
      let guest = Int(action >> 7)
      step(action & 0x7F, pages[guest])
      var turns = 0
      while sessions[guest].serve(limit: 64).hasMore {
        turns += 1
        precondition(turns < 64, "a ring of 1 KiB keeps the server busy")
      }
      store.deliver()
      steps += 1
      if steps % 16 == 0, let broken = store.brokenInvariant() { fatalError(broken) }
    }
    if let broken = store.brokenInvariant() { fatalError(broken) }
    precondition((try? store.read("/secret")) == "kept")
    watch?.cancel()
    for session in sessions {
      session.end()
      store.release(session.client.domain)
    }
    if let broken = store.brokenInvariant() { fatalError(broken) }
    precondition(store.clients.isEmpty && store.watches.isEmpty)
  }

  private mutating func step(_ action: UInt8, _ page: FuzzPage) {
    switch action {
    case 0..<0x50: send(request(type: UInt32(action % 24)), page)
    case 0x50..<0x58: send((0..<Int(next() % 64)).map { _ in next() }, page)
    case 0x58..<0x60: page.store32(word(), at: StoreRingLayout.requestConsumer + Int(action % 7) * 4)
    case 0x60..<0x64: page.store8(next(), at: Int(next()) << 3 & 0x7FF)
    case 0x64: page.store32(1, at: StoreRingLayout.connection)
    default:
      page.store32(page.load32(at: StoreRingLayout.responseProducer), at: StoreRingLayout.responseConsumer)
    }
  }

  private mutating func word() -> UInt32 { (0..<4).reduce(0) { word, _ in word << 8 | UInt32(next()) } }

  /// A request with a whole header, with paths and words that have a meaning now and then.
  private mutating func request(type: UInt32) -> [UInt8] {
    var payload: [UInt8] = []
    let shape = next()
    for _ in 0..<Int(shape & 3) {
      let word = next()
      if word < 0x80 {
        payload += Array(Self.words[Int(word) % Self.words.count].utf8)
      } else {
        payload += (0..<Int(word & 0x1F)).map { _ in next() }
      }
      payload.append(0)
    }
    if shape & 4 != 0 { payload += [UInt8](repeating: next(), count: Int(shape >> 3) * 16) }
    let transaction = UInt32(next() % 5)
    return StorePacket(type: type, requestID: 7, transactionID: transaction, payload: payload).bytes
  }

  private static let words = [
    "/", "/local/domain/1", "/local/domain/2", "a", "b", "a/b", "a/b/c", "a/b/c/d", "name", "/local/domain/1/a",
    "/local/domain/2/a/b", "@releaseDomain", "@introduceDomain", "T", "F", "0", "1", "2", "n1", "r2", "b0", "n2", "w1",
    "token", "/secret", "a//b", "a/", "", "4294967295", "/local/domain/1/a/b/c",
  ]

  /// Puts bytes into the ring as far as there is room.
  private func send(_ bytes: [UInt8], _ page: FuzzPage) {
    var producer = page.load32(at: StoreRingLayout.requestProducer)
    let consumer = page.load32(at: StoreRingLayout.requestConsumer)
    for byte in bytes where producer &- consumer < StoreRingLayout.ringSize {
      page.store8(byte, at: StoreRingLayout.requests + Int(producer & (StoreRingLayout.ringSize - 1)))
      producer &+= 1
    }
    page.store32(producer, at: StoreRingLayout.requestProducer)
  }
}
