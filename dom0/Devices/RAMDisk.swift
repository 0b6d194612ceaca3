import CGuest

/// A disk in this domain's memory: a boot module, or pages taken for it. Granted frames are read and written by the
/// hypervisor's copy, so that nothing of a guest is ever mapped.
final class RAMDisk: BlockDevice {
  private let window: MemoryWindow
  /// The pages taken for it, if it is no module.
  private let pages: PagesOwner?

  /// Keeps pages for a class, which can't do without an owner.
  private final class PagesOwner {
    let pages: Pages
    init(_ pages: consuming Pages) { self.pages = pages }
  }

  /// The whole sectors of a module.
  init(name: String, module: MemoryWindow, isReadOnly: Bool) {
    window = module
    pages = nil
    super.init(
      name: name, kind: "module",
      geometry: BlockGeometry(sectorCount: UInt64(module.byteCount) / BlockSector.size, isReadOnly: isReadOnly))
  }

  /// An empty one; nil where there is no room.
  init?(name: String, byteCount: UInt64, _ gauge: MemoryGauge) {
    let count = (byteCount + pageSize - 1) >> pageShift
    guard count > 0, count <= UInt64(PhysicalMemory.freeCount), gauge.pay(Int(count << pageShift)),
      let pages = Pages(count: Int(count))
    else { return nil }
    window = pages.window
    self.pages = PagesOwner(pages)
    super.init(name: name, kind: "ram", geometry: BlockGeometry(sectorCount: byteCount / BlockSector.size))
  }

  override func start(_ request: BlockRequest, completion: @escaping (BlockStatus) -> Void) {
    if request.action == .flush { return completion(.okay) }
    let isRead = request.action == .read
    var copies: [GrantCopy] = []
    var place = window.address + request.sector * BlockSector.size
    for buffer in request.buffers {
      switch buffer.memory {
      case .own(let frame):
        let address = frame.address.rawValue + UInt64(buffer.offset)
        // Both lie in this domain's RAM: the geometry holds the sectors, and the buffer is its owner's.
        cguest_copy(isRead ? address : place, isRead ? place : address, UInt64(buffer.byteCount))
      case .granted(let reference, let domain):
        addCopies(buffer, reference, domain, place, isRead, &copies)
      }
      place += UInt64(buffer.byteCount)
    }
    completion(copies.isEmpty || Self.run(&copies) ? .okay : .error)
  }

  /// The copies for a buffer: one, or two where the disk's memory crosses the end of a page meanwhile.
  private func addCopies(
    _ buffer: BlockBuffer, _ reference: GrantReference, _ domain: DomainID, _ place: UInt64, _ isRead: Bool,
    _ copies: inout [GrantCopy]
  ) {
    var done: UInt64 = 0
    while done < UInt64(buffer.byteCount) {
      let address = place + done
      let inPage = address & (pageSize - 1)
      let count = min(UInt64(buffer.byteCount) - done, pageSize - inPage)
      let granted = (word: UInt64(reference.rawValue), offset: buffer.offset + UInt16(done))
      let own = (word: address >> pageShift, offset: UInt16(inPage))
      copies.append(
        GrantCopy(
          source: isRead ? own.word : granted.word, sourceDomain: isRead ? .current : domain,
          sourceOffset: isRead ? own.offset : granted.offset, destination: isRead ? granted.word : own.word,
          destinationDomain: isRead ? domain : .current, destinationOffset: isRead ? granted.offset : own.offset,
          byteCount: UInt16(count), flags: isRead ? .destinationIsGrant : .sourceIsGrant))
      done += count
    }
  }

  private static func run(_ copies: inout [GrantCopy]) -> Bool {
    // What the call does not get to has not been copied.
    for index in copies.indices { copies[index].status = .generalError }
    var span = copies.mutableSpan
    guard (try? Hypercall.grantCopy(&span)) != nil else { return false }
    return copies.allSatisfy { $0.status == .okay }
  }
}
