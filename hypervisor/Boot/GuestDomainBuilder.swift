/// Builds a domU from a boot module: memory from the pool, image, start info, ACPI tables, console ring.
struct GuestDomainBuilder {
  let machine: Handle<MachineState>
  let module: BootModule
  let arguments: DomainArguments
  private let name: DomainName
  /// What was free before the domain took anything.
  private let free: UInt64

  init(machine: Handle<MachineState>, module: BootModule, arguments: DomainArguments) {
    self.machine = machine
    self.module = module
    self.arguments = arguments
    name = DomainName(arguments.name)
    free = machine.object.hypervisor.object.allocator.freeCount
  }

  private var hypervisor: Handle<Hypervisor> { machine.object.hypervisor }

  /// Builds the domain; where that can't be done, all it took is given back.
  func build() throws(BootRefusal) {
    try checkName()
    let map = try memoryMap()
    let domain = try create()
    do throws(BootRefusal) {
      try populate(domain)
      try start(domain, map)
    } catch {
      while !domain.relinquish() {}
      hypervisor.reap(domain)
      throw error
    }
  }

  private func start(_ domain: Handle<Domain>, _ map: GuestMemoryMap) throws(BootRefusal) {
    var pieces = ImagePlacement.Pieces()
    pieces.line.text = module.text.advanced(by: UInt64(arguments.guestArguments.offset))
    pieces.line.textCount = arguments.guestArguments.count
    var placement = ImagePlacement(
      domain, map, flags: HVMStartFlags(rawValue: 0), subject: "the module of \(name)")
    let window = hypervisor.object.map
    let (entry, startInfo) = try window.withBytes(module.address, Int(module.byteCount)) {
      bytes throws(BootRefusal) in
      try placement.place(bytes, pieces, tablesInRAM: false)
    }
    do throws(HypercallError) {
      try domain.keepMemoryMap(placement.map)
      try domain.startVCPU(at: entry, startInfo: startInfo, weight: arguments.weight, cap: arguments.cap)
    } catch {
      throw refusal(error)
    }
    hypervisor.log(
      .info,
      "d\(domain.object.id) (\(name)): \(frames: arguments.frames), pvh, kernel in guest ring 0, entry \(entry)")
  }

  private func checkName() throws(BootRefusal) {
    var next = hypervisor.object.domains.first
    while let domain = next {
      if domain.object.name == name {
        throw BootRefusal("two boot modules have name=\(name): expected a name of its own for each")
      }
      next = domain.object.next
    }
  }

  private func memoryMap() throws(BootRefusal) -> GuestMemoryMap {
    do throws(MemoryMapError) {
      return try GuestMemoryMap(frames: arguments.frames)
    } catch {
      throw BootRefusal("\(name): \(error.message)")
    }
  }

  /// Makes the domain, without anything in it.
  private func create() throws(BootRefusal) -> Handle<Domain> {
    do throws(HypercallError) {
      guard let id = hypervisor.object.domains.freeID(from: DomainID(1)) else { throw .noSpace }
      let special: UInt64 = 3
      let domain = try hypervisor.createDomain(
        id: id, layout: machine.object.layout, isPrivileged: false, format: hypervisor.object.tableFormat,
        maximumFrames: arguments.frames &+ special)
      domain.object.name = name
      return domain
    } catch {
      throw refusal(error)
    }
  }

  /// Gives it memory, in blocks of 2 MiB where that fits, and its console.
  private func populate(_ domain: Handle<Domain>) throws(BootRefusal) {
    do throws(HypercallError) {
      let low = min(arguments.frames, GuestPhysicalLayout.lowMemoryEnd.frame.rawValue)
      try domain.populate(from: GuestFrame(0), count: low)
      try domain.populate(from: GuestPhysicalLayout.highMemoryStart.frame, count: arguments.frames &- low)
      try domain.populate(GuestPhysicalLayout.acpi.frame, .page)
      try domain.populate(GuestPhysicalLayout.storeRing, .page)
      try domain.populate(GuestPhysicalLayout.consoleRing, .page)
      try give(domain, .storePort, .storeFrame, GuestPhysicalLayout.storeRing)
      try give(domain, .consolePort, .consoleFrame, GuestPhysicalLayout.consoleRing)
    } catch {
      throw refusal(error)
    }
  }

  /// Gives the domain a ring to domain 0: a port, and the frame of the ring, which is new and so all zero.
  private func give(
    _ domain: Handle<Domain>, _ port: HVMParameter, _ ring: HVMParameter, _ frame: GuestFrame
  ) throws(HypercallError) {
    try domain.object.parameters.set(port, to: UInt64(try domain.openPort(for: .zero).rawValue))
    try domain.object.parameters.set(ring, to: frame.rawValue)
  }

  private func refusal(_ error: HypercallError) -> BootRefusal {
    if error == .outOfMemory {
      return BootRefusal(
        "\(name): \(frames: arguments.frames) of memory are not free (\(frames: free) are): expected a smaller mem="
      )
    }
    return BootRefusal("\(name): can't be built, error \(error.rawValue)")
  }
}
