#if canImport(XenABI)
  import XenABI
#endif

/// sysctl (public header `sysctl.h`): the machine as a whole. The dispatch has checked the interface version, and lets
/// only the control domain in.
extension Caller {
  /// The domains that one call tells of at most, so that it stays short: a caller goes on behind the last one.
  private static var domainsPerCall: UInt32 { 64 }
  /// The bytes of the log that one call copies at most.
  private static var logBytesPerCall: UInt32 { 16 << 10 }

  /// XEN_SYSCTL_getdomaininfolist: information on the domains from a number on, by ascending number.
  ///
  /// - Throws: `badAddress`.
  func systemControlListDomains(_ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    var request = try memory.read(SystemControlListDomains.self, at: argument)
    let limit = min(request.maximumCount, Self.domainsPerCall)
    let size = UInt64(DomainInformation.size(width))
    request.count = 0
    var next = hypervisor.object.domains.atOrAfter(request.firstDomain)
    while let domain = next, request.count < limit {
      let place = request.buffer.advanced(by: UInt64(request.count) &* size)
      try memory.write(domain.information, at: place)
      request.count &+= 1
      next = domain.object.next
    }
    try memory.write(request, at: argument)
    return 0
  }

  /// XEN_SYSCTL_physinfo: the machine's processors and memory.
  func systemControlPhysicalInformation(_ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    var information = SystemControlPhysicalInformation()
    information.threadsPerCore = 1
    information.coresPerSocket = 1
    information.processorCount = 1
    information.nodeCount = 1
    information.kilohertz = UInt32(truncatingIfNeeded: hypervisor.object.clock.frequency.kilohertz)
    information.capabilities = .hardwareAssisted.union(.nestedPaging)
    information.totalFrameCount = hypervisor.object.allocator.managedCount
    information.freeFrameCount = hypervisor.object.allocator.freeCount
    information.unscrubbedFrameCount = hypervisor.object.allocator.dirtyCount
    information.highestFrame = MachineFrame(hypervisor.object.allocator.table.count &- 1)
    try memory.write(information, at: argument)
    return 0
  }

  /// XEN_SYSCTL_readconsole: what the log holds, from its start or from an index on; at most 16 KiB a call.
  ///
  /// - Throws: `badAddress`.
  func systemControlReadConsole(_ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    var request = try memory.read(SystemControlReadConsole.self, at: argument)
    let position =
      request.incremental != 0
      ? hypervisor.object.log.position(near: request.index) : hypervisor.object.log.oldest
    let end = hypervisor.object.log.written
    let limit = UInt64(min(request.count, Self.logBytesPerCall))
    let total = min(limit, end &- position)
    var done: UInt64 = 0
    while done < total {
      var bytes = WireBytes()
      let piece = min(Int(total &- done), wireCapacity)
      hypervisor.object.log.copy(piece, from: position &+ done, to: &bytes)
      try memory.write(bytes, count: piece, at: request.buffer.advanced(by: done))
      done &+= UInt64(piece)
    }
    if request.clear != 0 { hypervisor.object.log.clear() }
    request.count = UInt32(truncatingIfNeeded: total)
    request.index = UInt32(truncatingIfNeeded: position &+ total)
    try memory.write(request, at: argument)
    return 0
  }
}
