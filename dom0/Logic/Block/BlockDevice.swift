#if canImport(XenABI)
  import XenABI
#endif

/// What a disk is like.
struct BlockGeometry: Equatable {
  /// Sectors of 512 bytes.
  var sectorCount: UInt64
  /// Bytes of a block, a power of two from 512 on: what is read or written is a whole number of them.
  var blockSize: UInt32 = 512
  var isReadOnly = false
  /// Whether what was written may be lost before a flush.
  var hasCache = false
  /// The buffers that a request may have.
  var bufferLimit = 64

  var sectorsPerBlock: UInt64 { UInt64(blockSize) / BlockSector.size }

  /// Whether the disk has the sectors, and they are whole blocks.
  func holds(_ sector: UInt64, count: UInt64) -> Bool {
    let (end, overflow) = sector.addingReportingOverflow(count)
    return !overflow && count > 0 && end <= sectorCount && (sector | count) & (sectorsPerBlock &- 1) == 0
  }
}

/// A disk of domain 0's: it reads and writes sectors of 512 bytes. The kinds of it differ in how.
class BlockDevice {
  /// What a guest's configuration calls it.
  let name: String
  let geometry: BlockGeometry
  /// What it is, in a word or two.
  let kind: String

  /// Requests, sectors and errors since the start.
  private(set) var counts = BlockCounts()

  init(name: String, kind: String, geometry: BlockGeometry) {
    self.name = name
    self.kind = kind
    self.geometry = geometry
  }

  /// Asks for a request to be done. `completion` is called once: from `serve`, or from here where the disk is as quick as
  /// that. Requests may be done in any order; a flush covers the writes that were answered before it came.
  final func submit(_ request: BlockRequest, completion: @escaping (BlockStatus) -> Void) {
    counts.requests &+= 1
    guard accepts(request) else {
      counts.errors &+= 1
      completion(.error)
      return
    }
    let sectors = request.sectorCount
    start(request) { [self] status in
      switch (status, request.action) {
      case (.okay, .read): counts.sectorsRead &+= sectors
      case (.okay, .write): counts.sectorsWritten &+= sectors
      case (.okay, .flush): break
      default: counts.errors &+= 1
      }
      completion(status)
    }
  }

  private func accepts(_ request: BlockRequest) -> Bool {
    if request.action == .flush { return request.buffers.isEmpty }
    if request.action == .write && geometry.isReadOnly { return false }
    let areWhole = request.buffers.allSatisfy {
      $0.byteCount > 0 && UInt64($0.byteCount) % BlockSector.size == 0
        && UInt64($0.offset) + UInt64($0.byteCount) <= pageSize
    }
    return areWhole && request.buffers.count <= geometry.bufferLimit
      && geometry.holds(request.sector, count: request.sectorCount)
  }

  /// Does a request that keeps to the geometry.
  func start(_ request: BlockRequest, completion: @escaping (BlockStatus) -> Void) { completion(.unsupported) }

  /// Whether `serve` has something to do; asked with interrupts off.
  var hasWork: Bool { false }

  /// Takes what the disk has done.
  func serve() {}

  /// A second has passed.
  func tick() {}

  /// Why the disk was given up, if it was since the last time.
  func takeTrouble() -> String? { nil }
}

/// What a disk, or a guest's use of one, has done.
struct BlockCounts: Equatable {
  var requests: UInt64 = 0
  var sectorsRead: UInt64 = 0
  var sectorsWritten: UInt64 = 0
  var errors: UInt64 = 0
}
