/// Calls on the domain's memory.
///
/// Those that name frames need the window's tables as they were made: through others the list or the structure could be
/// found elsewhere, and what lies there could name a frame that the fuzzer lives in. In a list of calls those before
/// have yet to write to them.
extension Fuzzer {
  mutating func memoryCall(isNested: Bool) -> FuzzCall {
    var kind = random.below(14)
    if kind < 6 || (7..<12).contains(kind) {
      if !isNested { playground.restoreTables() }
      if !playground.areTablesClean { kind = 12 }
    }
    switch kind {
    case 0..<2: return reservation(.decreaseReservation)
    case 2..<5: return reservation(.populatePhysmap)
    case 5: return reservation(.increaseReservation)
    case 6:
      let domain = domain()
      let operation = random.chance(50) ? MemoryOperation.currentReservation : .maximumReservation
      return memory(operation, put(MemoryDomain(domain: domain)), named: domain)
    case 7..<9: return addToPhysmap()
    case 9..<11: return addBatch()
    case 11:
      let domain = domain()
      return memory(.removeFromPhysmap, put(RemoveFromPhysmap(domain: domain, frame: frame())), named: domain)
    case 12:
      let count = UInt32(truncatingIfNeeded: count(20))
      let request = MemoryMapRequest(entryCount: count, buffer: GuestVirtualAddress(place(400)))
      return memory(.memoryMap, put(request), named: .current)
    default:
      // None that exists: a list of frames is only ever made on purpose.
      return operation(.memory, number32() | 32, place(32))
    }
  }

  private mutating func memory(_ operation: MemoryOperation, _ address: UInt64, named domain: DomainID) -> FuzzCall {
    let isPlaced = isPlaced
    var call = self.operation(.memory, operation.rawValue, address)
    // The extent to go on with, as a continuation passes it.
    let start = random.chance(6) ? number() : 0
    call.arguments[0] |= start << MemoryOperation.bitCount
    if isForeign(domain) && isPlaced && start == 0 { call.refusal = .foreign }
    return call
  }

  private mutating func reservation(_ operation: MemoryOperation) -> FuzzCall {
    let domain = domain()
    let list = words(20) { fuzzer in fuzzer.extent().rawValue }
    // What else may lie there names frames too: single ones, of which the first is no loss.
    let isListed = isWritten
    let order = isListed ? orderOfExtents() : 0
    let argument = MemoryReservation(
      extentStart: GuestVirtualAddress(list.address), extentCount: list.count, extentOrder: order,
      flags: MemoryFlags(rawValue: random.chance(85) ? 0 : number32()), domain: domain)
    // No other list and no other order: they could name what is precious.
    let address = put(argument, maySpoil: false)
    return memory(operation, address, named: list.count == 0 ? .current : domain)
  }

  private mutating func orderOfExtents() -> UInt32 {
    switch random.below(10) {
    case 0..<7: 0
    case 7: UInt32(random.below(9))
    case 8: 9
    default: isControlDomain ? 1 : UInt32(truncatingIfNeeded: number())
    }
  }

  private mutating func space() -> PhysmapSpace {
    PhysmapSpace(rawValue: random.chance(90) ? UInt32(random.below(6)) : number32())
  }

  private mutating func addToPhysmap() -> FuzzCall {
    let domain = domain()
    // A range of frames moves as a whole: it begins, and ends, among the toys.
    let argument = AddToPhysmap(
      domain: domain, count: UInt16(random.chance(90) ? random.below(4) : random.below(512)), space: space(),
      index: physmapIndex(), frame: extent())
    return memory(.addToPhysmap, put(argument, maySpoil: false), named: domain)
  }

  /// A number of a grant table's frame, or a frame from which on up to 512 may be given away.
  private mutating func physmapIndex() -> UInt64 {
    if random.chance(50) { return extent().rawValue }
    let index = random.below(UInt64(40))
    return index == SharedPage.frame.rawValue ? 0 : index
  }

  private mutating func addBatch() -> FuzzCall {
    let domain = domain()
    let indexes = words(12) { fuzzer in fuzzer.physmapIndex() }
    let frames = words(12, list: .moreWords) { fuzzer in fuzzer.frame().rawValue }
    let errors = place(48)
    let argument = AddToPhysmapBatch(
      domain: domain, spaceNumber: UInt16(truncatingIfNeeded: space().rawValue),
      count: UInt16(truncatingIfNeeded: min(indexes.count, frames.count)), foreignDomain: self.domain(),
      indexes: GuestVirtualAddress(indexes.address), frames: GuestVirtualAddress(frames.address),
      errors: GuestVirtualAddress(errors))
    return memory(.addToPhysmapBatch, put(argument, maySpoil: false), named: argument.count == 0 ? .current : domain)
  }
}
