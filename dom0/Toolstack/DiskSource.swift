/// The bytes of a disk.
final class DiskSource: ByteSource {
  private let disk: BlockDevice

  init(_ disk: BlockDevice) {
    self.disk = disk
    super.init(byteCount: disk.geometry.sectorCount &* BlockSector.size)
  }

  override func read(at offset: UInt64, count: Int, _ completion: @escaping Completion) {
    guard count >= 0, count <= Self.pieceLimit, holds(UInt64(count), at: offset) else { return completion(nil) }
    let block = UInt64(disk.geometry.blockSize)
    let first = offset / block * block
    let end = min((offset + UInt64(count) + block - 1) / block * block, byteCount)
    let skipped = Int(offset - first)
    gather(first / BlockSector.size, sectors: Int((end - first) / BlockSector.size), []) { bytes in
      completion(bytes.map { Array($0[skipped..<skipped + count]) })
    }
  }

  override func position(of offset: UInt64) -> (disk: BlockDevice, offset: UInt64)? { (disk, offset) }

  /// Reads sectors behind those that are there already, as many at once as the disk takes.
  private func gather(_ sector: UInt64, sectors: Int, _ bytes: [UInt8], _ completion: @escaping Completion) {
    if sectors == 0 { return completion(bytes) }
    let count = min(sectors, disk.ownSectorLimit)
    disk.read(sector, count: count) { [self] piece in
      guard let piece else { return completion(nil) }
      gather(sector + UInt64(count), sectors: sectors - count, bytes + piece, completion)
    }
  }
}
