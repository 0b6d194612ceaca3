/// A disk's content as a seed gives it: word `n` of 8 bytes is the `n`th number of SplitMix64.
struct DiskPattern {
  let seed: UInt64

  func word(_ index: UInt64) -> UInt64 {
    var z = seed &+ (index &+ 1) &* 0x9E37_79B9_7F4A_7C15
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}

/// Long stretches of a disk, with several requests in flight.
struct DiskStream {
  private let disk: BlockFrontend

  init(_ disk: BlockFrontend) { self.disk = disk }

  /// The pages of a request.
  private static var pagesPerPiece: Int { 8 }
  private static var pieceSize: Int { pagesPerPiece * Int(pageSize) }
  private static var wordsPerPiece: UInt64 { UInt64(pieceSize / 8) }
  private static var sectorsPerPiece: Int { pieceSize / Int(BlockSector.size) }
  /// The requests in flight.
  private static var depth: Int { 8 }

  /// A request and its memory.
  private final class Piece {
    let index: UInt64
    let pages: Pages
    var transfer: BlockTransfer?

    init?(_ index: UInt64) {
      guard let pages = Pages(count: pagesPerPiece) else { return nil }
      self.index = index
      self.pages = pages
    }
  }

  private static func pieceCount(_ mebibytes: UInt64) -> UInt64 { mebibytes << 20 / UInt64(pieceSize) }

  /// Writes the pattern from the disk's start on.
  func write(mebibytes: UInt64, _ pattern: DiskPattern) throws(GuestError) {
    try transfer(
      .write, mebibytes,
      before: { piece in
        for word in 0..<Self.wordsPerPiece {
          piece.pages.window.store64(pattern.word(piece.index * Self.wordsPerPiece + word), at: Int(word) * 8)
        }
      }, after: { _ in })
  }

  /// Reads it and returns how many words are not as they should be.
  func verify(mebibytes: UInt64, _ pattern: DiskPattern) throws(GuestError) -> Int {
    var wrong = 0
    try transfer(
      .read, mebibytes, before: { _ in },
      after: { piece in
        for word in 0..<Self.wordsPerPiece
        where piece.pages.window.load64(at: Int(word) * 8) != pattern.word(piece.index * Self.wordsPerPiece + word) {
          wrong += 1
        }
      })
    return wrong
  }

  private func transfer(
    _ operation: BlockOperation, _ mebibytes: UInt64, before: (Piece) -> Void, after: (Piece) -> Void
  ) throws(GuestError) {
    var flight: [Piece] = []
    for index in 0..<Self.pieceCount(mebibytes) {
      if flight.count == Self.depth { try land(flight.removeFirst(), after) }
      guard let piece = Piece(index) else { throw .outOfMemory }
      before(piece)
      piece.transfer = try disk.submit(
        operation, index * UInt64(Self.sectorsPerPiece), count: Self.sectorsPerPiece, at: piece.pages.frame)
      flight.append(piece)
    }
    while !flight.isEmpty { try land(flight.removeFirst(), after) }
  }

  private func land(_ piece: Piece, _ after: (Piece) -> Void) throws(GuestError) {
    if let transfer = piece.transfer { try disk.wait(for: transfer) }
    after(piece)
  }
}
