import CGuest

/// Brings a file into this domain's memory in one piece, for its parts to be looked at in any order. What is there already
/// stays where it is; a disk is read piece by piece.
final class FileLoading {
  let name: String
  let byteCount: UInt64
  /// Where the bytes are. Those behind `loaded` are not there yet.
  private(set) var address: UInt64
  private(set) var loaded: UInt64
  private(set) var hasFailed = false
  private let source: ByteSource
  private let pages: Pages?
  private var isReading = false

  /// Begins to load a file; nothing is read before `step`.
  init(_ file: NamedFile, _ gauge: MemoryGauge) throws(ToolstackError) {
    name = file.name
    source = file.source
    byteCount = file.source.byteCount
    if let resident = file.source.residentAddress {
      pages = nil
      address = resident
      loaded = byteCount
      return
    }
    loaded = 0
    let count = Int(truncatingIfNeeded: (byteCount + pageSize - 1) >> pageShift)
    guard count > 0 else { throw ToolstackError("\(file.name) is empty") }
    // Taken as they are: every byte of them is overwritten or never looked at.
    guard gauge.pay(count << Int(pageShift)), let frame = PhysicalMemory.take(count: count) else {
      throw ToolstackError(
        "\(file.name) has \(byteCount >> 10) KiB: domain 0 has no memory for that, expected a larger dom0_mem=")
    }
    pages = Pages(owning: frame, count: count)
    address = frame.address.rawValue
  }

  var isDone: Bool { loaded == byteCount }
  /// Whether a disk is being waited for.
  var isWaiting: Bool { isReading }

  /// Asks for the next piece.
  func step() {
    if isDone || isReading || hasFailed { return }
    if let (disk, place) = source.position(of: loaded), place % UInt64(disk.geometry.blockSize) == 0 {
      readDirectly(disk, place)
    } else {
      readCopying()
    }
  }

  /// Has a disk put whole blocks where they belong. The last of them may reach past the file, not past its pages.
  private func readDirectly(_ disk: BlockDevice, _ place: UInt64) {
    let block = UInt64(disk.geometry.blockSize)
    // Pieces begin with a page but for the first of a file, whose pages begin with it.
    let limit = min(UInt64(disk.geometry.bufferLimit), 64) << pageShift
    let count = min((byteCount - loaded + block - 1) / block * block, limit)
    guard block <= pageSize else { return readCopying() }
    var request = BlockRequest(action: .read, sector: place / BlockSector.size)
    var done: UInt64 = 0
    while done < count {
      let length = min(count - done, pageSize)
      let frame = GuestPhysicalAddress(address + loaded + done).frame
      request.buffers.append(BlockBuffer(memory: .own(frame), offset: 0, byteCount: UInt16(length)))
      done += length
    }
    isReading = true
    disk.submit(request) { [self] status in
      isReading = false
      if status == .okay { loaded = min(loaded + count, byteCount) } else { hasFailed = true }
    }
  }

  private func readCopying() {
    let offset = loaded
    let count = Int(min(byteCount - offset, UInt64(ByteSource.pieceLimit)))
    isReading = true
    source.read(at: offset, count: count) { [self] bytes in
      isReading = false
      guard let bytes, bytes.count == count else {
        hasFailed = true
        return
      }
      // The array is alive meanwhile, and the piece lies within the pages.
      unsafe bytes.withUnsafeBytes {
        cguest_copy(address + offset, UInt64(UInt(bitPattern: $0.baseAddress)), UInt64(count))
      }
      loaded = offset + UInt64(count)
    }
  }

  /// Calls `body` with all bytes, once they are there.
  func withBytes<Failure: Error, Value>(_ body: (RawSpan) throws(Failure) -> Value) throws(Failure) -> Value {
    // The pages are this object's, or the module's that nobody gives back; both outlive the call, and nothing writes.
    let start = unsafe UnsafeRawPointer(bitPattern: UInt(address))
    let buffer = unsafe UnsafeRawBufferPointer(start: start, count: isDone ? Int(byteCount) : 0)
    return try body(unsafe buffer.bytes)
  }
}
