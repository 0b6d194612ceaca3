/// A domain's memory and its place in guest-physical space, hypercall 12 (public header `memory.h`).
enum XenMemory {
  /// Runs a reservation call on a list of extents; returns how many of them were done.
  private static func reserve(
    _ frames: [GuestFrame], order: FrameOrder, domain: DomainID,
    _ call: (MemoryReservation) throws(GuestError) -> UInt64
  ) throws(GuestError) -> Int {
    var extents = frames
    let result = withAddress(of: &extents) { address in
      let argument = MemoryReservation(
        extentStart: GuestVirtualAddress(address), extentCount: UInt64(frames.count),
        extentOrder: UInt32(order.rawValue), domain: domain)
      return Result { () throws(GuestError) in try call(argument) }
    }
    return Int(try result.get())
  }

  /// Gets RAM at the given places, which must be empty; returns how many blocks came.
  static func populate(
    _ frames: [GuestFrame], order: FrameOrder = .page, of domain: DomainID = .current
  ) throws(GuestError) -> Int {
    try reserve(frames, order: order, domain: domain) { (argument) throws(GuestError) in
      try Hypercall.memoryPopulate(argument)
    }
  }

  /// Gives the RAM at the given places back; returns how many blocks went.
  static func decreaseReservation(
    _ frames: [GuestFrame], order: FrameOrder = .page, of domain: DomainID = .current
  ) throws(GuestError) -> Int {
    try reserve(frames, order: order, domain: domain) { (argument) throws(GuestError) in
      try Hypercall.memoryDecreaseReservation(argument)
    }
  }

  /// Asks for `count` more blocks without a place; returns how many came.
  static func increaseReservation(
    count: Int, order: FrameOrder = .page, of domain: DomainID = .current
  ) throws(GuestError) -> Int {
    let extents = Array(repeating: GuestFrame(0), count: count)
    return try reserve(extents, order: order, domain: domain) { (argument) throws(GuestError) in
      try Hypercall.memoryIncreaseReservation(argument)
    }
  }

  /// The frames that a domain has.
  static func currentReservation(of domain: DomainID = .current) throws(GuestError) -> UInt64 {
    try Hypercall.memoryCurrentReservation(MemoryDomain(domain: domain))
  }

  /// The frames that a domain may have.
  static func maximumReservation(of domain: DomainID = .current) throws(GuestError) -> UInt64 {
    try Hypercall.memoryMaximumReservation(MemoryDomain(domain: domain))
  }

  /// The machine's highest frame of RAM.
  static func maximumRAMPage() throws(GuestError) -> MachineFrame {
    MachineFrame(try Hypercall.memoryMaximumRAMPage())
  }

  /// The domain's memory map, as the hypervisor tells it; at most `capacity` entries.
  static func memoryMap(capacity: Int = 128) throws(GuestError) -> [MemoryMapEntry] {
    let stride = MemoryMapEntry.size(.bits64)
    var bytes = [UInt8](repeating: 0, count: capacity * stride)
    var count = 0
    let result = withAddress(of: &bytes) { address in
      var argument = MemoryMapRequest(entryCount: UInt32(capacity), buffer: GuestVirtualAddress(address))
      let result = Result { () throws(GuestError) in try Hypercall.memoryMap(&argument) }
      count = min(Int(argument.entryCount), capacity)
      return result
    }
    _ = try result.get()
    return (0..<count).map { index in
      var entry = WireBytes()
      for offset in 0..<stride { entry[offset] = bytes[index * stride + offset] }
      var reader = WireReader(entry, width: .bits64)
      return MemoryMapEntry(from: &reader)
    }
  }

  /// Puts a special frame, or one that the domain has elsewhere, at a place.
  static func addToPhysmap(
    _ space: PhysmapSpace, index: UInt64, at frame: GuestFrame, of domain: DomainID = .current
  ) throws(GuestError) {
    try Hypercall.memoryAddToPhysmap(AddToPhysmap(domain: domain, space: space, index: index, frame: frame))
  }

  /// The same for a list. `indexes` are frames of the foreign domain for `PhysmapSpace.foreignFrame`; the errors come
  /// back one a frame, zero for none.
  static func addToPhysmapBatch(
    _ space: PhysmapSpace, foreignDomain: DomainID = .zero, indexes: [UInt64], at frames: [GuestFrame]
  ) throws(GuestError) -> [Int32] {
    precondition(indexes.count == frames.count && frames.count <= Int(UInt16.max))
    var sources = indexes
    var places = frames
    var errors = [Int32](repeating: 0, count: frames.count)
    let result = withAddress(of: &sources) { sourceAddress in
      withAddress(of: &places) { placeAddress in
        withAddress(of: &errors) { errorAddress in
          let argument = AddToPhysmapBatch(
            spaceNumber: UInt16(space.rawValue), count: UInt16(indexes.count), foreignDomain: foreignDomain,
            indexes: GuestVirtualAddress(sourceAddress), frames: GuestVirtualAddress(placeAddress),
            errors: GuestVirtualAddress(errorAddress))
          return Result { () throws(GuestError) in try Hypercall.memoryAddToPhysmapBatch(argument) }
        }
      }
    }
    _ = try result.get()
    return errors
  }

  /// Makes a place empty.
  static func removeFromPhysmap(_ frame: GuestFrame, of domain: DomainID = .current) throws(GuestError) {
    try Hypercall.memoryRemoveFromPhysmap(RemoveFromPhysmap(domain: domain, frame: frame))
  }
}
