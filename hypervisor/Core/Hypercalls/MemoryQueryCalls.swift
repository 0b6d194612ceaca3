#if canImport(XenABI)
  import XenABI
#endif
#if canImport(Builder)
  import Builder
#endif

/// memory_op: questions (public header `memory.h`).
extension Caller {
  /// XENMEM_maximum_ram_page: the machine's highest frame of RAM.
  func memoryMaximumRAMPage() throws(HypercallError) -> UInt64 { hypervisor.object.allocator.table.count &- 1 }

  /// XENMEM_current_reservation: the frames that a domain has, those included that it gave up and others still use.
  ///
  /// - Throws: `badAddress`, `notPermitted`, `noSuchDomain`.
  func memoryCurrentReservation(_ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    try subject(memory.read(MemoryDomain.self, at: argument).domain).object.memory.held
  }

  /// XENMEM_maximum_reservation: the frames that a domain may have.
  ///
  /// - Throws: `badAddress`, `notPermitted`, `noSuchDomain`.
  func memoryMaximumReservation(_ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    try subject(memory.read(MemoryDomain.self, at: argument).domain).object.memory.maximum
  }

  /// XENMEM_maximum_gpfn: the highest guest frame at which anything ever lay.
  ///
  /// - Throws: `badAddress`, `notPermitted`, `noSuchDomain`.
  func memoryMaximumGuestFrame(_ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    let bound = try subject(memory.read(MemoryDomain.self, at: argument).domain).object.memory.frameBound.rawValue
    return bound == 0 ? 0 : bound &- 1
  }

  /// XENMEM_memory_map: the domain's memory map, as many ranges of it as the buffer holds.
  ///
  /// - Throws: `badAddress`; `invalidArgument` for a buffer of no entries; `notImplemented` where the domain has no map.
  func memoryMap(_ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    var request = try memory.read(MemoryMapRequest.self, at: argument)
    guard request.entryCount > 0 else { throw .invalidArgument }
    guard let map = domain.object.memoryMap else { throw .notImplemented }
    let count = min(request.entryCount, UInt32(map.object.count))
    let size = UInt64(MemoryMapEntry.size(width))
    var index: UInt32 = 0
    while index < count {
      let range = map.object[Int(index)]
      let entry = MemoryMapEntry(
        address: range.address.rawValue, byteCount: range.byteCount, kind: MemoryKind(range.type.rawValue))
      try memory.write(entry, at: request.buffer.advanced(by: UInt64(index) &* size))
      index &+= 1
    }
    request.entryCount = count
    try memory.write(request, at: argument)
    return 0
  }

  /// XENMEM_set_memory_map: the memory map that a domain is told. The dispatch lets only the control domain in.
  ///
  /// - Throws: `badAddress`; `noSuchDomain`; `invalidArgument` for too many ranges, one of no known type, or one that
  ///   reaches past the top of the address space; `outOfMemory`.
  func memorySetMap(_ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    let request = try memory.read(ForeignMemoryMap.self, at: argument)
    let subject = try peer(request.domain)
    guard request.map.entryCount <= UInt32(GuestMemoryMap.capacity) else { throw .invalidArgument }
    var map = GuestMemoryMap()
    let size = UInt64(MemoryMapEntry.size(width))
    var index: UInt32 = 0
    while index < request.map.entryCount {
      let entry = try memory.read(
        MemoryMapEntry.self, at: request.map.buffer.advanced(by: UInt64(index) &* size))
      guard entry.kind.rawValue &- 1 < MemoryKind.unusable.rawValue else { throw .invalidArgument }
      do throws(MemoryMapError) {
        try map.set(
          GuestPhysicalAddress(entry.address), byteCount: entry.byteCount,
          to: HVMMemoryType(rawValue: entry.kind.rawValue))
      } catch {
        throw .invalidArgument
      }
      index &+= 1
    }
    try subject.keepMemoryMap(map)
    return 0
  }
}
