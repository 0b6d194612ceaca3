/// Making a domain: hypercall 36 (public header `domctl.h`), and what goes with it. Its memory, parameters and ports are
/// `XenMemory`'s, `XenParameters`' and `XenEvents`' to give, each with the domain's number.
extension DomainControls {
  /// Makes a domain without memory and without vCPUs, paused once.
  ///
  /// - Parameters:
  ///   - id: the number that it is to have; zero for one that the hypervisor chooses.
  ///   - handle: the 16 bytes by which tools know it.
  ///   - highestPort: the highest event port that it may have.
  /// - Throws: `alreadyExists` for a number in use, `outOfMemory`, `invalidArgument`.
  static func create(
    id: DomainID = .zero, handle: InlineArray<16, UInt8> = InlineArray(repeating: 0), highestPort: UInt32 = 1023
  ) throws(GuestError) -> DomainID {
    var argument = DomainControlCreate(domain: id)
    argument.handle = handle
    argument.maximumPort = highestPort
    try Hypercall.domainControlCreate(&argument)
    return argument.header.domain
  }

  /// Gives a domain a name, up to 127 visible characters of ASCII, for the hypervisor's log.
  ///
  /// - Throws: `invalidArgument`, `alreadyExists` where another has it, `noSuchDomain`.
  static func setName(_ name: String, of domain: DomainID) throws(GuestError) {
    var argument = ApusDomainName(domain: domain)
    var index = 0
    for byte in name.utf8 {
      guard index < ApusDomainName.nameLimit else { throw .hypercall(.invalidArgument) }
      argument.name[index] = byte
      index += 1
    }
    try Hypercall.apusSetDomainName(argument)
  }

  /// Limits a domain's memory, in frames of 4 KiB, its special frames included.
  static func setMaximumMemory(frames: UInt64, of domain: DomainID) throws(GuestError) {
    try Hypercall.domainControlSetMaximumMemory(
      DomainControlMaximumMemory(
        header: DomainControlHeader(operation: .setMaximumMemory, domain: domain), kibibytes: frames &* 4))
  }

  /// Makes the domain's vCPUs: one, for now. They stay offline until they get registers.
  static func setVCPUCount(_ count: UInt32, of domain: DomainID) throws(GuestError) {
    try Hypercall.domainControlSetVCPUCount(DomainControlVCPUCount(domain: domain, count: count))
  }

  /// The memory map that the domain is told by hypercall 12/9.
  static func setMemoryMap(_ map: [MemoryMapEntry], of domain: DomainID) throws(GuestError) {
    // 20 bytes an entry, which a Swift array of them does not have.
    let stride = MemoryMapEntry.size(.bits64)
    var bytes = [UInt8](repeating: 0, count: max(map.count, 1) * stride)
    for (index, entry) in map.enumerated() { RecordBytes.put(entry, into: &bytes, at: index * stride) }
    let result = withAddress(of: &bytes) { address in
      let request = MemoryMapRequest(entryCount: UInt32(map.count), buffer: GuestVirtualAddress(address))
      return Result { () throws(GuestError) in
        try Hypercall.memorySetMap(ForeignMemoryMap(domain: domain, map: request))
      }
    }
    _ = try result.get()
  }

  /// Gets a domain RAM: blocks of an order at the given places, in calls of at most 512. All or an error: what came
  /// before stays the domain's.
  ///
  /// - Throws: `outOfMemory` where the domain's maximum, or the machine's memory, is exhausted.
  static func populate(
    _ places: [GuestFrame], order: FrameOrder = .page, of domain: DomainID
  ) throws(GuestError) {
    var done = 0
    while done < places.count {
      let piece = Array(places[done..<min(done + 512, places.count)])
      let got = try XenMemory.populate(piece, order: order, of: domain)
      if got < piece.count { throw .outOfMemory }
      done += got
    }
  }
}
