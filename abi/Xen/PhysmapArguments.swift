/// Puts a frame at a place (public header `memory.h`, `xen_add_to_physmap`).
public struct AddToPhysmap: WireStructure, Equatable, Sendable {
  /// `domid`: the domain concerned; only the control domain may name another.
  public var domain: DomainID
  /// `size`: the frames of a range; `guestFrameRange` only.
  public var count: UInt16
  /// Where the frame comes from.
  public var space: PhysmapSpace
  /// `idx`: which frame there.
  public var index: UInt64
  /// `gpfn`: where to put it.
  public var frame: GuestFrame

  @inline(__always) public init(
    domain: DomainID = .current, count: UInt16 = 0, space: PhysmapSpace = .sharedInfo, index: UInt64 = 0,
    frame: GuestFrame = GuestFrame(0)
  ) {
    self.domain = domain
    self.count = count
    self.space = space
    self.index = index
    self.frame = frame
  }

  @inline(__always) public static func size(_ width: CallWidth) -> Int { width == .bits64 ? 24 : 16 }
  @inline(__always) public init(from reader: inout WireReader) {
    domain = DomainID(reader.u16())
    count = reader.u16()
    space = PhysmapSpace(reader.u32())
    index = reader.word()
    frame = GuestFrame(reader.word())
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.u16(domain.rawValue)
    writer.u16(count)
    writer.u32(space.rawValue)
    writer.word(index)
    writer.word(frame.rawValue)
  }
}

/// Puts several frames at their places (public header `memory.h`, `xen_add_to_physmap_batch`).
public struct AddToPhysmapBatch: WireStructure, Equatable, Sendable {
  /// `domid`: the domain concerned; only the control domain may name another.
  public var domain: DomainID
  /// `space`: a `PhysmapSpace` in 16 bits.
  public var spaceNumber: UInt16
  /// `size`: the elements of each list.
  public var count: UInt16
  /// `foreign_domid`: whose frames these are; `foreignFrame` only, else 0.
  public var foreignDomain: DomainID
  /// `idxs`: the list of frames in their space, an `unsigned long` apiece.
  public var indexes: GuestVirtualAddress
  /// `gpfns`: the list of places, an `unsigned long` apiece.
  public var frames: GuestVirtualAddress
  /// `errs`: the list of results, an `int` apiece: 0 or a negative error number.
  public var errors: GuestVirtualAddress

  @inline(__always) public init(
    domain: DomainID = .current, spaceNumber: UInt16 = 0, count: UInt16 = 0, foreignDomain: DomainID = .zero,
    indexes: GuestVirtualAddress = GuestVirtualAddress(0), frames: GuestVirtualAddress = GuestVirtualAddress(0),
    errors: GuestVirtualAddress = GuestVirtualAddress(0)
  ) {
    self.domain = domain
    self.spaceNumber = spaceNumber
    self.count = count
    self.foreignDomain = foreignDomain
    self.indexes = indexes
    self.frames = frames
    self.errors = errors
  }

  @inline(__always) public static func size(_ width: CallWidth) -> Int { width == .bits64 ? 32 : 20 }
  @inline(__always) public init(from reader: inout WireReader) {
    domain = DomainID(reader.u16())
    spaceNumber = reader.u16()
    count = reader.u16()
    foreignDomain = DomainID(reader.u16())
    indexes = reader.pointer()
    frames = reader.pointer()
    errors = reader.pointer()
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.u16(domain.rawValue)
    writer.u16(spaceNumber)
    writer.u16(count)
    writer.u16(foreignDomain.rawValue)
    writer.pointer(indexes)
    writer.pointer(frames)
    writer.pointer(errors)
  }
}

extension AddToPhysmapBatch {
  /// Where the frames come from.
  public var space: PhysmapSpace { PhysmapSpace(UInt32(spaceNumber)) }
}

/// Makes a place empty (public header `memory.h`, `xen_remove_from_physmap`).
public struct RemoveFromPhysmap: WireStructure, Equatable, Sendable {
  /// `domid`: the domain concerned; only the control domain may name another.
  public var domain: DomainID
  /// `gpfn`: the place.
  public var frame: GuestFrame

  @inline(__always) public init(domain: DomainID = .current, frame: GuestFrame = GuestFrame(0)) {
    self.domain = domain
    self.frame = frame
  }

  @inline(__always) public static func size(_ width: CallWidth) -> Int { width == .bits64 ? 16 : 8 }
  @inline(__always) public init(from reader: inout WireReader) {
    domain = DomainID(reader.u16())
    frame = GuestFrame(reader.word())
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.u16(domain.rawValue)
    writer.word(frame.rawValue)
  }
}
