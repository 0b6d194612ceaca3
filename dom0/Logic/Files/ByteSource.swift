/// Bytes that can be read piece by piece: a boot module, a disk, a part of either.
///
/// Reading may take its time: the answer comes to `completion`, before `read` returns where the bytes are in memory,
/// and later, from the service loop, where a disk has to bring them.
class ByteSource {
  /// The number of bytes.
  let byteCount: UInt64

  init(byteCount: UInt64) { self.byteCount = byteCount }

  /// What a read comes to; nil where the device failed.
  typealias Completion = (_ bytes: [UInt8]?) -> Void

  /// The most bytes that one read brings.
  static var pieceLimit: Int { 64 << 10 }

  /// Reads `count` bytes from `offset` on: at most `pieceLimit`, and within the source.
  func read(at offset: UInt64, count: Int, _ completion: @escaping Completion) {
    // A source of no kind has nothing to give.
    completion(nil)
  }

  /// Where in this domain's memory the bytes lie, all of them in one piece; nil where they are not in memory.
  var residentAddress: UInt64? { nil }

  /// The disk that the byte at `offset` is on, and its distance from that disk's beginning; nil where it is on none.
  func position(of offset: UInt64) -> (disk: BlockDevice, offset: UInt64)? { nil }

  /// Whether a range lies inside.
  final func holds(_ count: UInt64, at offset: UInt64) -> Bool {
    offset <= byteCount && count <= byteCount - offset
  }
}

/// A part of another source.
final class SourceSlice: ByteSource {
  private let whole: ByteSource
  private let start: UInt64

  /// The part of `count` bytes from `start` on, cut to what there is.
  init(of whole: ByteSource, at start: UInt64, count: UInt64) {
    self.whole = whole
    self.start = min(start, whole.byteCount)
    super.init(byteCount: min(count, whole.byteCount - self.start))
  }

  override func read(at offset: UInt64, count: Int, _ completion: @escaping Completion) {
    guard count >= 0, holds(UInt64(count), at: offset) else { return completion(nil) }
    whole.read(at: start + offset, count: count, completion)
  }

  override var residentAddress: UInt64? { whole.residentAddress.map { $0 + start } }

  override func position(of offset: UInt64) -> (disk: BlockDevice, offset: UInt64)? {
    offset < byteCount ? whole.position(of: start + offset) : nil
  }
}

/// Bytes of this domain's own.
final class BufferSource: ByteSource {
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    super.init(byteCount: UInt64(bytes.count))
  }

  override func read(at offset: UInt64, count: Int, _ completion: @escaping Completion) {
    guard count >= 0, count <= Self.pieceLimit, holds(UInt64(count), at: offset) else { return completion(nil) }
    let first = Int(offset)
    completion(Array(bytes[first..<first + count]))
  }
}
