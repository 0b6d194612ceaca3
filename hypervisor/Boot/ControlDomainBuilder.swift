/// Builds domain 0 from the first boot module.
struct ControlDomainBuilder {
  let machine: Handle<MachineState>
  let found: BootModules
  let memory: ControlDomainMemory

  private var hypervisor: Handle<Hypervisor> { machine.object.hypervisor }

  func build() throws(BootRefusal) {
    let domain = try create()
    let module = found.modules[0]
    var placement = ImagePlacement(
      domain, memory.map, flags: HVMStartFlags.privileged.union(.initialDomain),
      subject: "boot module 0, domain 0's kernel")
    let window = hypervisor.object.map
    let pieces = try choosePieces(window)
    let (entry, startInfo) = try window.withBytes(module.address, Int(module.byteCount)) {
      bytes throws(BootRefusal) in
      try placement.place(bytes, pieces, tablesInRAM: true)
    }
    do throws(HypercallError) {
      try domain.keepMemoryMap(placement.map)
      try domain.startVCPU(at: entry, startInfo: startInfo, weight: 512)
    } catch {
      throw BootRefusal("domain 0 can't be built, error \(error.rawValue): expected more free memory")
    }
    hypervisor.log(
      .info,
      "d0 (Domain-0): \(frames: memory.frameCount), pvh, identity-mapped, kernel in guest ring 0, entry \(entry)")
  }

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

  private func create() throws(BootRefusal) -> Handle<Domain> {
    do throws(HypercallError) {
      let domain = try hypervisor.createDomain(
        id: .zero, layout: machine.object.layout, isPrivileged: true,
        format: machine.object.tableFormat(isTrusted: true), maximumFrames: memory.frameCount)
      domain.object.name = DomainName("Domain-0")
      try memory.give(to: domain)
      return domain
    } catch {
      throw BootRefusal("domain 0 can't be made, error \(error.rawValue): expected more memory beside domain 0's own")
    }
  }
}
