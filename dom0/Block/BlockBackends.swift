/// The backends of all guests' disks: a guest's disk is attached by its folder under the backends' one in the store, and
/// gone when that is.
final class BlockBackends {
  let store: Store
  let disks: DiskList
  /// By ascending domain, then disk.
  private(set) var all: [BlockBackend] = []
  private let reader: GrantedPageReader
  private var watch: StoreWatch?
  /// The folder, or something in it, has changed.
  private var isChanged = true
  /// Whose turn is first: another's each time.
  private var first = 0
  private let troubles = Troubles()

  /// Where the backends' folders are.
  static var root: String { "/local/domain/0/backend/vbd" }

  private final class Troubles {
    var lines: [String] = []

    /// A guest that goes on making trouble must not fill this domain's memory with it.
    func add(_ line: String) { if lines.count < 64 { lines.append(line) } }
  }

  init(store: Store, disks: DiskList) {
    self.store = store
    self.disks = disks
    guard let reader = GrantedPageReader() else { Panic.report("no page for the block backends") }
    self.reader = reader
    // The path is one.
    watch = try? store.watch(Self.root) { [self] path in hasChanged(path) }
  }

  /// Whether `serve()` has something to do; asked with interrupts off.
  var hasWork: Bool { isChanged || disks.hasWork || all.contains { $0.hasWork } }

  /// Takes what the disks have done, and a bounded piece of what each guest asks.
  func serve() {
    disks.serve()
    if isChanged { refresh() }
    if all.isEmpty { return }
    first = (first + 1) % all.count
    for index in all.indices {
      let backend = all[(first + index) % all.count]
      backend.follow(disks)
      backend.serveRing()
    }
    if all.contains(where: { $0.isGone }) { all.removeAll { $0.isGone } }
  }

  /// Lets go of all that a domain has, before it is destroyed. What is with a disk at that time holds its frames until
  /// the disk is done; `serve` goes on with that.
  func disconnect(_ domain: DomainID) {
    for backend in all where backend.domain == domain { backend.remove() }
    all.removeAll { $0.isGone }
  }

  /// What guests and disks did wrong since the last time, a line each.
  func takeTroubles() -> [String] {
    defer { troubles.lines = [] }
    return troubles.lines
  }

  private func hasChanged(_ path: String) {
    let rest = path.utf8.dropFirst(Self.root.utf8.count).split(separator: UInt8(ascii: "/"))
    guard rest.count >= 2, let domain = BlockFrontendNodes.number(String(Substring(rest[0]))),
      let device = BlockFrontendNodes.number(String(Substring(rest[1]))),
      let known = all.first(where: { UInt32($0.domain.rawValue) == domain && $0.device == device })
    else {
      isChanged = true
      return
    }
    known.nodesHaveChanged()
  }

  /// Finds what is new; what is gone finds that out by itself.
  private func refresh() {
    isChanged = false
    for backend in all { backend.nodesHaveChanged() }
    for domainText in (try? store.list(Self.root)) ?? [] {
      guard let number = BlockFrontendNodes.number(domainText), let number = UInt16(exactly: number) else { continue }
      let domain = DomainID(number)
      for deviceText in (try? store.list("\(Self.root)/\(domainText)")) ?? [] {
        guard let device = BlockFrontendNodes.number(deviceText),
          !all.contains(where: { $0.domain == domain && $0.device == device })
        else { continue }
        add(domain, device)
      }
    }
  }

  private func add(_ domain: DomainID, _ device: UInt32) {
    // The nodes are written one by one; the last of them is the state.
    guard store.exists("\(Self.root)/\(domain.rawValue)/\(device)/state") else { return }
    do {
      all.append(
        try BlockBackend(store, domain: domain, device: device, reader: reader) { [troubles] in troubles.add($0) })
    } catch {
      let reason = error == .noSpace ? MemoryGauge.refusal : "it names no frontend"
      troubles.add("d\(domain.rawValue)'s disk \(device): \(reason)")
    }
    all.sort { ($0.domain.rawValue, $0.device) < ($1.domain.rawValue, $1.device) }
  }
}
