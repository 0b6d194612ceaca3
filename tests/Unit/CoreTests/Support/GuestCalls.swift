import XenABI

@testable import Core

/// Hypercalls as a guest makes them: registers, dispatch, and the call again until it is finished.
extension TestDomain {
  /// The result, and how many times the instruction was executed.
  @discardableResult
  func hypercall(
    _ number: HypercallNumber, _ first: UInt64, _ second: UInt64 = 0, _ third: UInt64 = 0
  ) -> (result: Int64, pieces: Int) {
    var arguments = HypercallArguments()
    arguments.first = first
    arguments.second = second
    arguments.third = third
    vcpu.object.registers.setArguments(arguments, width)
    var pieces = 1
    while !vcpu.object.registers.complete(caller.dispatch(number), width) { pieces += 1 }
    let rax = vcpu.object.registers.rax
    return (width == .bits64 ? Int64(bitPattern: rax) : Int64(Int32(truncatingIfNeeded: rax)), pieces)
  }

  /// memory_op with a structure at `scratch`.
  @discardableResult
  func memoryCall<S: WireStructure>(_ operation: MemoryOperation, _ structure: S) -> (result: Int64, pieces: Int) {
    write(structure)
    return hypercall(.memory, UInt64(operation.rawValue), Self.scratch.rawValue)
  }

  /// Where lists of extents and of frames lie: a page each.
  static let firstList = GuestVirtualAddress(0x2000)
  static let secondList = GuestVirtualAddress(0x4000)
  static let thirdList = GuestVirtualAddress(0x6000)

  /// Writes a list of `unsigned long`s.
  func writeList(_ words: [UInt64], at address: GuestVirtualAddress) {
    for (index, word) in words.enumerated() {
      let place = address.advanced(by: UInt64(index * width.wordSize))
      if width == .bits64 { write(word, at: place) } else { write(UInt32(word), at: place) }
    }
  }

  /// An operation on a list of extents.
  @discardableResult
  func extents(
    _ operation: MemoryOperation, _ frames: [UInt64], order: UInt32 = 0, of domain: DomainID = .current,
    flags: MemoryFlags = MemoryFlags(rawValue: 0)
  ) -> (result: Int64, pieces: Int) {
    writeList(frames, at: Self.firstList)
    return memoryCall(
      operation,
      MemoryReservation(
        extentStart: Self.firstList, extentCount: UInt64(frames.count), extentOrder: order, flags: flags,
        domain: domain))
  }

  /// XENMEM_add_to_physmap.
  @discardableResult
  func add(
    _ space: PhysmapSpace, _ index: UInt64, at frame: UInt64, count: UInt16 = 0, of domain: DomainID = .current
  ) -> Int64 {
    memoryCall(
      .addToPhysmap,
      AddToPhysmap(domain: domain, count: count, space: space, index: index, frame: GuestFrame(frame))
    ).result
  }

  /// XENMEM_add_to_physmap_batch of foreign frames: the call's result, and those of the elements.
  func addForeign(_ frames: [UInt64], of other: DomainID, at places: [UInt64]) -> (result: Int64, errors: [Int32]) {
    writeList(frames, at: Self.firstList)
    writeList(places, at: Self.secondList)
    let outcome = memoryCall(
      .addToPhysmapBatch,
      AddToPhysmapBatch(
        spaceNumber: UInt16(PhysmapSpace.foreignFrame.rawValue), count: UInt16(frames.count), foreignDomain: other,
        indexes: Self.firstList, frames: Self.secondList, errors: Self.thirdList))
    return (outcome.result, frames.indices.map { read(Int32.self, at: Self.thirdList.advanced(by: UInt64($0 * 4))) })
  }

  /// XENMEM_remove_from_physmap.
  @discardableResult
  func remove(_ frame: UInt64) -> Int64 {
    memoryCall(.removeFromPhysmap, RemoveFromPhysmap(frame: GuestFrame(frame))).result
  }

  /// What a guest frame leads to.
  func place(_ frame: UInt64) -> P2M.Entry { domain.object.p2m.lookup(GuestFrame(frame)) }

  // MARK: Grants

  /// Where the guest maps its grant table.
  static let grantFrame: UInt64 = 0x300

  /// Gives the grant table's first frame its place.
  func mapGrantTable() { _ = add(.grantTable, 0, at: Self.grantFrame) }

  /// The address of an entry of the table.
  func entryAddress(_ reference: UInt32) -> GuestVirtualAddress {
    GuestVirtualAddress(Self.grantFrame << pageShift + UInt64(reference) * 8)
  }

  /// Grants a frame.
  func grant(_ reference: UInt32, to peer: DomainID, frame: UInt64, _ flags: GrantEntryFlags = .permitAccess) {
    write(GrantEntry(flags: flags, domain: peer, frame: UInt32(frame)), at: entryAddress(reference))
  }

  /// An entry as the guest sees it.
  func entry(_ reference: UInt32) -> GrantEntry { read(GrantEntry.self, at: entryAddress(reference)) }

  /// grant_table_op on a list of structures; what has become of them.
  func grantCall<S: WireStructure>(
    _ operation: GrantTableOperation, _ structures: [S], at list: GuestVirtualAddress = Self.firstList
  ) -> (result: Int64, pieces: Int, structures: [S]) {
    let size = UInt64(S.size(width))
    for (index, structure) in structures.enumerated() {
      write(structure, at: list.advanced(by: UInt64(index) * size))
    }
    let (result, pieces) = hypercall(
      .grantTable, UInt64(operation.rawValue), list.rawValue, UInt64(structures.count))
    return (result, pieces, structures.indices.map { read(S.self, at: list.advanced(by: UInt64($0) * size)) })
  }

  /// Maps one grant.
  func mapGrant(
    _ reference: UInt32, of granter: DomainID, at frame: UInt64,
    _ flags: GrantMapFlags = .hostMap
  ) -> GrantMap {
    grantCall(
      .map,
      [GrantMap(hostAddress: frame << pageShift, flags: flags, reference: GrantReference(reference), domain: granter)]
    ).structures[0]
  }

  /// Ends one mapping.
  func unmapGrant(_ handle: GrantHandle, at frame: UInt64, device: UInt64 = 0) -> GrantStatus {
    grantCall(.unmap, [GrantUnmap(hostAddress: frame << pageShift, deviceAddress: device, handle: handle)])
      .structures[0].status
  }
}

extension TestMachine {
  /// Takes a domain apart and forgets it; how many pieces that took.
  @discardableResult
  func destroy(_ domain: TestDomain) -> Int {
    var pieces = 1
    while !domain.domain.relinquish() { pieces += 1 }
    hypervisor.reap(domain.domain)
    return pieces
  }

  /// Takes a particular block out of the pool.
  func claim(_ first: MachineFrame, _ order: FrameOrder = .page) -> Bool {
    hypervisor.object.allocator.claim(first, order, owner: DomainID(1))
  }

  var freeFrames: UInt64 { hypervisor.object.allocator.freeCount }
}
