#if canImport(XenABI)
  import XenABI
#endif

/// A stretch of memory within one page, for a disk to read or write.
struct BlockBuffer: Equatable {
  /// Whose it is.
  enum Memory: Equatable {
    /// Domain 0's own, by the frame's number.
    case own(GuestFrame)
    /// A frame that another domain has granted.
    case granted(GrantReference, DomainID)
  }

  var memory: Memory
  /// In bytes from the page's start.
  var offset: UInt16
  /// A whole number of sectors, which ends with the page at the latest.
  var byteCount: UInt16
}

/// What a disk is asked to do.
struct BlockRequest {
  enum Action: Equatable {
    case read
    case write
    /// Everything that was written before, and answered, is to be lasting.
    case flush
  }

  var action: Action
  /// The first sector of 512 bytes.
  var sector: UInt64 = 0
  /// The buffers, which the sectors fill in their order; none for a flush.
  var buffers: [BlockBuffer] = []

  var sectorCount: UInt64 { buffers.reduce(0) { $0 &+ UInt64($1.byteCount) / BlockSector.size } }
}
