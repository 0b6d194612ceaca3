#if canImport(XenABI)
  import XenABI
#endif
#if canImport(Builder)
  import Builder
#endif

extension Domain {
  /// The frames of the object itself; its shared info and its CPUID answers follow in a frame each.
  private static var objectFrames: UInt64 { (UInt64(MemoryLayout<Domain>.size) &+ pageSize &- 1) >> pageShift }
  /// The frames in a row that a domain takes, besides tables.
  static var frameCount: UInt64 { objectFrames &+ 2 }

  fileprivate static func sharedInfo(_ first: MachineFrame) -> MachineFrame { first.advanced(by: objectFrames) }
  fileprivate static func cpuid(_ first: MachineFrame) -> MachineFrame { first.advanced(by: objectFrames &+ 1) }

  /// The tables that suffice to map a domain's memory page by page, and as much again of what is others', spread out.
  static func tableLimit(_ maximumFrames: UInt64) -> UInt32 {
    UInt32(truncatingIfNeeded: min(maximumFrames >> 8, 1 << 24)) &+ 256
  }
}

extension VCPU {
  fileprivate static var objectFrames: UInt64 { (UInt64(MemoryLayout<VCPU>.size) &+ pageSize &- 1) >> pageShift }
}

extension Handle where Object == Hypervisor {
  /// Makes a domain without memory and without vCPUs, and puts it into the list.
  ///
  /// - Parameters:
  ///   - id: its number; the control domain's is 0.
  ///   - layout: the ring layout that runs it.
  ///   - isPrivileged: whether it may do what only a control domain may.
  ///   - format: of its nested page tables.
  ///   - maximumFrames: the most frames that it may have.
  ///   - limits: what else it may have.
  /// - Throws: `alreadyExists` for an ID in use, `invalidArgument` for one that no domain can have, `outOfMemory`;
  ///   nothing is taken then.
  package func createDomain(
    id: DomainID, layout: RingLayout, isPrivileged: Bool, format: NestedTableFormat, maximumFrames: UInt64,
    limits: DomainLimits = DomainLimits()
  ) throws(HypercallError) -> Handle<Domain> {
    guard id < .firstReserved else { throw .invalidArgument }
    guard object.domains.find(id) == nil else { throw .alreadyExists }
    let map = object.map
    let byteCount = Domain.frameCount &* pageSize
    guard let first = object.allocator.allocate(byteCount: byteCount, owner: .hypervisor) else { throw .outOfMemory }
    guard
      let p2m = P2M(
        format: format, map: map, tableLimit: Domain.tableLimit(maximumFrames), allocator: &object.allocator)
    else {
      object.allocator.free(first, byteCount: byteCount)
      throw .outOfMemory
    }
    entry(Domain.sharedInfo(first))?.object.insert(.shared)
    let domain = Handle<Domain>(
      placing: Domain(
        id: id, layout: layout, isPrivileged: isPrivileged, hypervisor: self, p2m: p2m,
        sharedInfo: SharedInfoPage(Domain.sharedInfo(first), in: map),
        grants: GrantTable(map: map, maximumFrames: limits.grantFrames, maximumMappings: limits.grantMappings),
        maximumFrames: maximumFrames, limits: limits, cpuid: Domain.cpuid(first).address),
      at: first.address, in: map)
    domain.object.name = DomainName(of: id)
    object.services.layout.prepareDomain(domain.rawAddress)
    object.domains.insert(domain)
    object.performance.domainsMade &+= 1
    return domain
  }

  /// Makes the next vCPU of a domain: the object, a frame each for the control block and the layout's own state, and the
  /// vector state. The layout makes them ready; the vCPU is offline until `start` gives it registers.
  ///
  /// - Throws: `invalidArgument` where the domain has all the vCPUs it can have, or is dying; `outOfMemory`.
  package func createVCPU(
    in domain: Handle<Domain>, on cpu: Handle<CPU>
  ) throws(HypercallError) -> Handle<VCPU> {
    let number = Int(domain.object.vcpuCount)
    guard number < domain.object.vcpus.count, domain.object.life.state < .dying else { throw .invalidArgument }
    let objectFrames = VCPU.objectFrames
    let frameCount = objectFrames &+ 2 &+ (object.extendedStateSize &+ pageSize &- 1) >> pageShift
    guard let first = object.allocator.allocate(byteCount: frameCount &* pageSize, owner: .hypervisor) else {
      throw .outOfMemory
    }
    let id = VCPUID(domain.object.vcpuCount)
    let vcpu = Handle<VCPU>(
      placing: VCPU(
        id: id, domain: domain, cpu: cpu, controlBlock: first.advanced(by: objectFrames).address,
        layoutState: first.advanced(by: objectFrames &+ 1).address,
        vectorState: first.advanced(by: objectFrames &+ 2).address,
        info: VCPUInfoPlace(in: domain.object.sharedInfo, vcpu: id, map: object.map)),
      at: first.address, in: object.map)
    vcpu.object.frameCount = frameCount
    vcpu.takePlace()
    vcpu.object.isOnline = false
    object.services.layout.prepareVCPU(vcpu.rawAddress)
    domain.object.vcpus[number] = vcpu
    domain.object.vcpuCount &+= 1
    vcpu.applyShare()
    return vcpu
  }
}

extension Handle where Object == Domain {
  /// Keeps the memory map that XENMEM_memory_map tells the domain.
  ///
  /// - Throws: `outOfMemory`.
  package func keepMemoryMap(_ memoryMap: GuestMemoryMap) throws(HypercallError) {
    if let kept = object.memoryMap {
      kept.object = memoryMap
      return
    }
    let hypervisor = object.hypervisor
    let size = UInt64(MemoryLayout<GuestMemoryMap>.size)
    guard let first = hypervisor.object.allocator.allocate(byteCount: size, owner: .hypervisor) else {
      throw .outOfMemory
    }
    object.memoryMap = Handle<GuestMemoryMap>(placing: memoryMap, at: first.address, in: hypervisor.object.map)
  }

  /// Populates a range of places, in blocks of 2 MiB where they are aligned for it and where the pool has such blocks.
  /// Takes as long as it takes: for domains that are built before any runs.
  ///
  /// - Throws: as `populate(_:_:below:)`; what came before stays populated.
  package func populate(from first: GuestFrame, count: UInt64) throws(HypercallError) {
    var done: UInt64 = 0
    while done < count {
      let place = first.advanced(by: done)
      var order = FrameOrder.superpage2M
      if place.rawValue & (order.frameCount &- 1) != 0 || order.frameCount > count &- done { order = .page }
      if order > .page {
        do throws(HypercallError) {
          try populate(place, order)
        } catch {
          order = .page
        }
      }
      if order == .page { try populate(place, order) }
      done &+= order.frameCount
    }
  }
}
