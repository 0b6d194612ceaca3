#if canImport(XenABI)
  import XenABI
#endif

/// A domain's mapping of a grant: 32 bytes. It holds a reference on the frame, and with it the granter, which is not
/// forgotten before all its frames are back.
struct GrantMapping: BitwiseCopyable {
  /// The guest frame where it appears, with `hostMap` in the flags.
  var place = GuestFrame(0)
  /// The domain that granted it.
  var granter = Link<Domain>()
  /// The grant; of a free one, the next free one.
  var reference = GrantReference(0)
  var machineFrame: UInt32 = 0
  /// How it is mapped; neither `hostMap` nor `deviceMap` where it is free.
  var flags = GrantMapFlags(rawValue: 0)

  var isInUse: Bool { !flags.isDisjoint(with: .hostMap.union(.deviceMap)) }
  var isReadOnly: Bool { flags.contains(.readOnly) }
}

/// The mappings that a domain has of others' grants, by handle: pages of 128, each taken when the ones before it are
/// full.
struct GrantMapTrack: ~Copyable {
  private var pages = InlineArray<128, UInt32>(repeating: .noFrame)
  private(set) var pageCount: UInt32 = 0
  private let maximumPageCount: UInt32
  /// The mappings in use.
  private(set) var usedCount: UInt32 = 0
  private var firstFree: UInt32 = GrantMapTrack.end
  private let map: DirectMap

  private static var end: UInt32 { .max }
  private static var perPage: UInt32 { 128 }

  init(map: DirectMap, maximumCount: UInt32) {
    self.map = map
    maximumPageCount = min((min(maximumCount, 16384) &+ 127) / Self.perPage, 128)
  }

  /// The handles that were ever given out are below this one.
  var handleLimit: UInt32 { pageCount &* Self.perPage }

  /// The mapping with a handle, in use or not; nil for a handle that was never given out.
  ///
  /// Changes nothing; `mutating` for the reason that `GrantTable` gives.
  @inline(__always)
  subscript(handle: GrantHandle) -> Handle<GrantMapping>? {
    mutating get {
      guard handle.rawValue < handleLimit else { return nil }
      let frame = MachineFrame(UInt64(pages[Int(handle.rawValue >> 7)]))
      // 128 mappings of 32 bytes fill the page, which stays until all of them are freed.
      return Handle(at: frame.address.advanced(by: UInt64(handle.rawValue & 127) &* 32), in: map)
    }
  }

  /// A free handle, which is in use once its mapping's flags say so. Nil where none is left.
  mutating func take(_ allocator: inout FrameAllocator) -> GrantHandle? {
    if firstFree == Self.end, !addPage(&allocator) { return nil }
    let handle = GrantHandle(firstFree)
    guard let mapping = self[handle] else { return nil }
    firstFree = mapping.object.reference.rawValue
    usedCount &+= 1
    allocator.noteChange()
    return handle
  }

  /// Takes a handle back.
  mutating func release(_ handle: GrantHandle) {
    guard let mapping = self[handle] else { return }
    mapping.object = GrantMapping()
    mapping.object.reference = GrantReference(firstFree)
    firstFree = handle.rawValue
    usedCount &-= 1
  }

  private mutating func addPage(_ allocator: inout FrameAllocator) -> Bool {
    guard pageCount < maximumPageCount, let frame = allocator.allocate(.page, owner: .hypervisor) else {
      return false
    }
    pages[Int(pageCount)] = UInt32(truncatingIfNeeded: frame.rawValue)
    let first = handleLimit
    pageCount &+= 1
    var handle = handleLimit
    while handle > first {
      handle &-= 1
      guard let mapping = self[GrantHandle(handle)] else { return false }
      mapping.object = GrantMapping()
      mapping.object.reference = GrantReference(firstFree)
      firstFree = handle
    }
    return true
  }

  /// Gives the pages back; no mapping may be in use.
  mutating func freePages(_ allocator: inout FrameAllocator) {
    while pageCount > 0 {
      pageCount &-= 1
      allocator.free(MachineFrame(UInt64(pages[Int(pageCount)])))
    }
    firstFree = Self.end
  }
}
