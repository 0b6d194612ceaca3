/// Builds domain 0 from the first boot module. Its guest frames are machine frames, so that its drivers' DMA addresses
/// are right without an IOMMU: it gets the memory from 1 MiB on, and what the machine has below.
struct ControlDomainBuilder {
  let machine: Handle<MachineState>
  let found: BootModules
  let memory: BootMemory

  private var hypervisor: Handle<Hypervisor> { machine.object.hypervisor }

  func build() throws(BootRefusal) {
    let wanted = machine.object.options.dom0Bytes(proposal: proposal) >> pageShift
    let domain = try create(wanted)
    var map = GuestMemoryMap()
    do throws(MemoryMapError) {
      try mapLowMemory(domain, &map)
      let got = try claim(wanted, domain, &map)
      guard got == wanted else { throw .tooLittleMemory }
      try map.set(GuestPhysicalLayout.localAPIC, byteCount: pageSize, to: .reserved)
    } catch {
      throw BootRefusal(
        "dom0_mem=\(wanted >> 8)M is more than there is: expected at most \((domain.object.memory.current >> 8))M of the machine's \(frames: memory.total >> pageShift)"
      )
    }
    let module = found.modules[0]
    var placement = ImagePlacement(
      domain, map, flags: HVMStartFlags.privileged.union(.initialDomain), subject: "boot module 0, domain 0's kernel")
    let window = hypervisor.object.map
    let pieces = try choosePieces(window)
    let (entry, startInfo) = try window.withBytes(module.address, Int(module.byteCount)) {
      bytes throws(BootRefusal) in
      try placement.place(bytes, pieces, acpi: nil)
    }
    do throws(HypercallError) {
      try domain.keepMemoryMap(placement.map)
      try domain.startVCPU(at: entry, startInfo: startInfo, weight: 512)
    } catch {
      throw BootRefusal("domain 0 can't be built, error \(error.rawValue): expected more free memory")
    }
    hypervisor.log(
      .info, "d0 (Domain-0): \(frames: wanted), pvh, identity-mapped, kernel in guest ring 0, entry \(entry)")
  }

  /// An eighth of the machine, 40 MiB to 256 MiB.
  private var proposal: UInt64 { min(max(memory.total / 8, 40 << 20), 256 << 20) & ~0x1F_FFFF }

  /// The arguments of the first module, and every other module that is not a domU.
  private func choosePieces(_ window: DirectMap) throws(BootRefusal) -> ImagePlacement.Pieces {
    var pieces = ImagePlacement.Pieces()
    let module = found.modules[0]
    let arguments = window.withBytes(module.text, module.textCount) { found.convention.arguments(in: $0) }
    pieces.line.text = module.text.advanced(by: UInt64(arguments.offset))
    pieces.line.textCount = arguments.count
    var index = 1
    while index < found.count {
      let other = found.modules[index]
      let isGuest = window.withBytes(other.text, other.textCount) { text in
        do throws(OptionError) {
          return try DomainArguments.parse(text) != nil
        } catch {
          return true  // refused when it is built
        }
      }
      if !isGuest { pieces.add(other) }
      index &+= 1
    }
    return pieces
  }

  private func create(_ frames: UInt64) throws(BootRefusal) -> Handle<Domain> {
    do throws(HypercallError) {
      let domain = try hypervisor.createDomain(
        id: .zero, layout: machine.object.layout, isPrivileged: true, format: machine.object.tableFormat,
        maximumFrames: frames)
      domain.object.name = DomainName("Domain-0")
      return domain
    } catch {
      throw BootRefusal("domain 0 can't be made, error \(error.rawValue): expected more free memory")
    }
  }

  /// Shows the domain the usable memory below 1 MiB. It was never in the pool and does not count.
  private func mapLowMemory(_ domain: Handle<Domain>, _ map: inout GuestMemoryMap) throws(MemoryMapError) {
    var index = 0
    while index < memory.count {
      let range = memory.ranges[index]
      var frame = range.start >> pageShift
      let end = min(range.end, BootMemory.firstMebibyte) >> pageShift
      if frame < end {
        try map.setIdentity(MachineFrame(frame), frameCount: end &- frame, to: .ram)
        while frame < end {
          guard domain.mapIdentity(MachineFrame(frame), .page) else { throw .tooLittleMemory }
          frame &+= 1
        }
      }
      index &+= 1
    }
  }

  /// Takes free frames from 1 MiB on and maps each at its own number, in blocks of 2 MiB where that fits.
  private func claim(
    _ wanted: UInt64, _ domain: Handle<Domain>, _ map: inout GuestMemoryMap
  ) throws(MemoryMapError) -> UInt64 {
    var got: UInt64 = 0
    var frame = BootMemory.firstMebibyte >> pageShift
    let limit = min(memory.limit, 1 << 32) >> pageShift
    while got < wanted, frame < limit {
      var order = FrameOrder.superpage2M
      if frame & 511 != 0 || wanted &- got < 512
        || !hypervisor.object.allocator.claim(MachineFrame(frame), order, owner: .zero)
      {
        order = .page
        guard hypervisor.object.allocator.claim(MachineFrame(frame), owner: .zero) else {
          frame &+= 1
          continue
        }
      }
      guard domain.mapIdentity(MachineFrame(frame), order) else { throw .tooLittleMemory }
      domain.object.memory.held &+= order.frameCount
      domain.object.memory.current &+= order.frameCount
      try map.setIdentity(MachineFrame(frame), frameCount: order.frameCount, to: .ram)
      got &+= order.frameCount
      frame &+= order.frameCount
    }
    domain.object.memory.frameBound = GuestFrame(frame)
    return got
  }
}

extension Handle where Object == Domain {
  /// Maps machine frames at their own number.
  fileprivate func mapIdentity(_ frame: MachineFrame, _ order: FrameOrder) -> Bool {
    do throws(HypercallError) {
      let hypervisor = object.hypervisor
      try object.p2m.set(
        GuestFrame(frame.rawValue), order, to: frame, .ram, allocator: &hypervisor.object.allocator
      ).complete(on: self)
      return true
    } catch {
      return false
    }
  }
}
