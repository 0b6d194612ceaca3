#if canImport(XenABI)
  import Builder
  import XenABI
#endif

/// Whatever a kernel's file holds, the loader refuses it or writes within the domain's memory.
enum ELFFuzz {
  /// Loads the bytes as a kernel into 64 MiB that are not there, and checks each write.
  static func run(_ bytes: [UInt8]) {
    let frames: UInt64 = 64 << 8
    guard let map = try? GuestMemoryMap(frames: frames) else { return }
    let image = bytes.span.bytes
    do throws(ImageError) {
      let kernel = try PVHImage(image)
      try kernel.check(image, against: map)
      precondition(kernel.entry >= kernel.lowest && kernel.entry < kernel.end)
      for index in 0..<kernel.pieceCount {
        guard let piece = try kernel.piece(index, in: image) else { continue }
        precondition(piece.file.lowerBound >= 0 && piece.file.upperBound <= bytes.count)
      }
      var writer = BoundsChecker(limit: frames << pageShift)
      try kernel.load(image, into: &writer)
    } catch {
      precondition(error.message.utf8CodeUnitCount > 0)
    }
  }

  private struct BoundsChecker: GuestImageWriter {
    let limit: UInt64

    mutating func write(_ bytes: RawSpan, at address: GuestPhysicalAddress) throws(GuestWriteError) {
      try zero(UInt64(bytes.byteCount), at: address)
    }

    mutating func zero(_ byteCount: UInt64, at address: GuestPhysicalAddress) throws(GuestWriteError) {
      precondition(address.rawValue <= limit && byteCount <= limit - address.rawValue)
    }
  }
}
