extension CallWidth {
  /// The name of the block ring's layout that frontends of this width use, for their `protocol` node (public header
  /// `io/protocols.h`). The two differ in the alignment of 64-bit integers.
  public var blockProtocol: StaticString { self == .bits64 ? "x86_64-abi" : "x86_32-abi" }
}

/// Where the parts of a block ring lie in its pages (public headers `io/ring.h`, `io/blkif.h`): a header, then as many
/// slots as a power of two fits, each for a request or for the response to one.
public struct BlockRingLayout: BitwiseCopyable, Equatable, Sendable {
  /// Whose alignment of 64-bit integers it has.
  public let width: CallWidth
  /// The pages of the ring, as a power of two.
  public let pageOrder: UInt32
  /// The slots; a power of two.
  public let slotCount: UInt32

  public init(_ width: CallWidth, pageOrder: UInt32 = 0) {
    self.width = width
    self.pageOrder = min(pageOrder, Self.maximumPageOrder)
    let fitting = ((4096 << self.pageOrder) &- UInt32(Self.slots)) / (width == .bits64 ? 112 : 108)
    slotCount = 1 << (31 &- UInt32(fitting.leadingZeroBitCount))
  }

  /// Sixteen pages, far more than any end asks for.
  public static var maximumPageOrder: UInt32 { 4 }

  // MARK: The header (`struct blkif_sring`)

  /// The frontend's index behind its last request, 32 bits wide like all four.
  public static var requestProducer: Int { 0 }
  /// The backend wants an event when the requests reach this index.
  public static var requestEvent: Int { 4 }
  /// The backend's index behind its last response.
  public static var responseProducer: Int { 8 }
  /// The frontend wants an event when the responses reach this index.
  public static var responseEvent: Int { 12 }
  /// Where the slots begin.
  public static var slots: Int { 64 }

  /// The bytes of a slot: those of the longest request.
  public var slotSize: Int { width == .bits64 ? 112 : 108 }

  /// The pages of the ring.
  public var pageCount: Int { 1 << Int(pageOrder) }

  /// Where the slot of an index lies, in bytes from the ring's start. Every slot and every field in it is aligned to 4
  /// bytes, so that no 32-bit word crosses a page's end.
  public func slot(_ index: UInt32) -> Int { Self.slots &+ Int(index & (slotCount &- 1)) &* slotSize }

  // MARK: A request (`struct blkif_request`)

  /// Operation: a byte. The segments' number (or an indirect request's real operation, or a discard's flag): a byte.
  /// The disk's number, or the number of an indirect request's segments: 16 bits.
  public static var operation: Int { 0 }
  public static var segmentCount: Int { 1 }
  public static var handle: Int { 2 }
  /// The frontend's own name for the request: 64 bits.
  public var identifier: Int { width == .bits64 ? 8 : 4 }
  /// The first sector: 64 bits.
  public var sector: Int { identifier &+ 8 }
  /// The segments of 8 bytes.
  public var segments: Int { identifier &+ 16 }
  /// A discard's number of sectors: 64 bits.
  public var discardCount: Int { identifier &+ 16 }
  /// An indirect request's disk number: 16 bits.
  public var indirectHandle: Int { identifier &+ 16 }
  /// An indirect request's pages of segments: grants of 32 bits.
  public var indirectReferences: Int { identifier &+ 20 }

  /// `BLKIF_MAX_SEGMENTS_PER_REQUEST`.
  public static var maximumSegments: Int { 11 }
  /// `BLKIF_MAX_INDIRECT_PAGES_PER_REQUEST`.
  public static var maximumIndirectPages: Int { 8 }
  /// The segments that a page of them holds.
  public static var segmentsPerPage: Int { 512 }
  /// Bytes of a segment: a grant (32 bits), first and last sector of its page (a byte each), padding.
  public static var segmentSize: Int { 8 }

  // MARK: A response (`struct blkif_response`)

  /// The request's name: 64 bits.
  public static var responseIdentifier: Int { 0 }
  /// The request's operation: a byte.
  public static var responseOperation: Int { 8 }
  /// The status: 16 bits.
  public static var responseStatus: Int { 10 }
}

/// A part of a page that a request reads or writes (public header `io/blkif.h`, `blkif_request_segment`).
public struct BlockSegment: BitwiseCopyable, Equatable, Sendable {
  public var reference: GrantReference
  /// The first sector of the page, and the last one, which is included.
  public var first: UInt8
  public var last: UInt8

  @inline(__always) public init(reference: GrantReference, first: UInt8, last: UInt8) {
    self.reference = reference
    self.first = first
    self.last = last
  }

  /// Out of the two 32-bit words that it takes.
  @inline(__always) public init(words low: UInt32, _ high: UInt32) {
    reference = GrantReference(low)
    first = UInt8(truncatingIfNeeded: high)
    last = UInt8(truncatingIfNeeded: high >> 8)
  }

  /// The second of these words.
  @inline(__always) public var highWord: UInt32 { UInt32(first) | UInt32(last) << 8 }

  /// Whether it lies within its page.
  @inline(__always) public var isValid: Bool { first <= last && last < BlockSector.perPage }
  /// Its sectors; without meaning where it is not valid.
  @inline(__always) public var sectorCount: UInt64 { UInt64(last &- first) &+ 1 }
  /// Where it begins in its page, in bytes.
  @inline(__always) public var offset: UInt64 { UInt64(first) &* BlockSector.size }
}
