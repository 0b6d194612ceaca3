/// Domain 0's memory. Its guest frames are machine frames, so that its drivers' DMA addresses are right without an IOMMU,
/// and its kernel may be linked to any place from 1 MiB on: so it is taken out of the pool before anybody takes a frame.
struct ControlDomainMemory {
  /// What the domain is told: the machine's usable memory below 1 MiB, which was never in the pool, and its own.
  private(set) var map = GuestMemoryMap()
  /// The frames of its own.
  private(set) var frameCount: UInt64 = 0

  init(_ hypervisor: Handle<Hypervisor>, _ memory: BootMemory, _ options: HypervisorOptions) throws(BootRefusal) {
    let proposal = min(max(memory.total / 8, 40 << 20), 256 << 20) & ~0x1F_FFFF  // an eighth of the machine
    let wanted = options.dom0Bytes(proposal: proposal) >> pageShift
    do throws(MemoryMapError) {
      try addLowMemory(memory)
      try claim(wanted, below: min(memory.limit, BootMemory.reach.end).frame, hypervisor)
      guard frameCount == wanted else { throw .tooLittleMemory }
      try map.set(GuestPhysicalLayout.localAPIC, byteCount: pageSize, to: .reserved)
    } catch {
      throw BootRefusal(
        "dom0_mem=\(wanted >> 8)M is more than there is: expected at most \(frameCount >> 8)M of the machine's \(frames: memory.total >> pageShift)"
      )
    }
  }

  private mutating func addLowMemory(_ memory: BootMemory) throws(MemoryMapError) {
    var index = 0
    while index < memory.count {
      let range = memory.ranges[index].intersection(MachineRange(MachineAddress(0), BootMemory.firstMebibyte))
      if !range.isEmpty { try map.setIdentity(range.start.frame, frameCount: range.frameCount, to: .ram) }
      index &+= 1
    }
  }

  /// Takes free frames from 1 MiB on, in blocks of 2 MiB where that fits.
  private mutating func claim(
    _ wanted: UInt64, below limit: MachineFrame, _ hypervisor: Handle<Hypervisor>
  ) throws(MemoryMapError) {
    var frame = BootMemory.firstMebibyte.frame
    while frameCount < wanted, frame < limit {
      var order = FrameOrder.superpage2M
      if frame.rawValue & 511 != 0 || wanted &- frameCount < 512
        || !hypervisor.object.allocator.claim(frame, order, owner: .zero)
      {
        order = .page
        guard hypervisor.object.allocator.claim(frame, owner: .zero) else {
          frame = frame.advanced(by: 1)
          continue
        }
      }
      try map.setIdentity(frame, frameCount: order.frameCount, to: .ram)
      frameCount &+= order.frameCount
      frame = frame.advanced(by: order.frameCount)
    }
  }

  /// Maps all of it for the domain, each frame at its own number.
  ///
  /// - Throws: `outOfMemory` where the tables find no frame.
  func give(to domain: Handle<Domain>) throws(HypercallError) {
    var index = 0
    while index < map.count {
      let range = map[index]
      if range.type == .ram { try give(range, to: domain) }
      index &+= 1
    }
    domain.object.memory.held &+= frameCount
    domain.object.memory.current &+= frameCount
  }

  private func give(_ range: HVMMemoryMapEntry, to domain: Handle<Domain>) throws(HypercallError) {
    let hypervisor = domain.object.hypervisor
    var frame = range.address.rawValue >> pageShift
    let end = range.end.rawValue >> pageShift
    while frame < end {
      let order: FrameOrder = frame & 511 == 0 && end &- frame >= 512 ? .superpage2M : .page
      try domain.object.p2m.set(
        GuestFrame(frame), order, to: MachineFrame(frame), .ram, allocator: &hypervisor.object.allocator
      ).complete(on: domain)
      frame &+= order.frameCount
    }
    domain.object.memory.frameBound = max(domain.object.memory.frameBound, GuestFrame(end))
  }
}
