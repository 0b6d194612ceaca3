/// A new domain's start.
extension DomainBuild {
  /// Writes what the kernel is handed, connects the rings, and lets the domain run.
  func start(_ plan: Plan, _ memory: ForeignMemory) throws(ToolstackError) {
    guard let domain else { return }
    let startInfo = try writeTables(plan, memory)
    let consolePort: EventPort
    let storePort: EventPort
    do throws(GuestError) {
      consolePort = try XenEvents.allocateUnbound(for: .zero, in: domain)
      storePort = try XenEvents.allocateUnbound(for: .zero, in: domain)
      try XenParameters.set(.consoleFrame, to: GuestPhysicalLayout.consoleRing.rawValue, of: domain)
      try XenParameters.set(.consolePort, to: UInt64(consolePort.rawValue), of: domain)
      try XenParameters.set(.storeFrame, to: GuestPhysicalLayout.storeRing.rawValue, of: domain)
      try XenParameters.set(.storePort, to: UInt64(storePort.rawValue), of: domain)
      try DomainControls.setProcessorContext(.start(at: plan.image.entry, startInfo: startInfo), of: domain)
      try DomainControls.setShare(weight: configuration.weight, cap: configuration.cap, of: domain)
    } catch {
      throw ToolstackError("the domain can't be started", error)
    }
    var nodes = GuestNodes(
      domain: domain, name: configuration.name, uuid: uuid, targetKibibytes: configuration.frames * 4,
      maximumKibibytes: configuration.maximumFrames * 4, consoleFrame: GuestPhysicalLayout.consoleRing,
      consolePort: consolePort, storeFrame: GuestPhysicalLayout.storeRing, storePort: storePort)
    nodes.disks = configuration.disks
    do throws(StoreError) {
      try nodes.create(in: toolstack.store.store)
    } catch {
      throw ToolstackError("the domain's nodes can't be made: \(error.name)")
    }
    do throws(GuestError) {
      try toolstack.store.connect(domain, frame: GuestPhysicalLayout.storeRing, port: storePort)
      toolstack.isBuilt(self, domain)
      if !startsPaused { try DomainControls.unpause(domain) }
    } catch {
      throw ToolstackError("the domain can't be connected", error)
    }
    stage = .over
    outcome = .built(domain)
  }

  /// ACPI tables and start info; returns the address of the latter.
  private func writeTables(_ plan: Plan, _ memory: ForeignMemory) throws(ToolstackError) -> GuestPhysicalAddress {
    var writer = NewDomainWriter(memory: memory)
    do throws(GuestWriteError) {
      try plan.tables.write(into: &writer)
    } catch {
      throw ToolstackError("the ACPI tables can't be put into the domain's memory")
    }
    let placement = plan.placement
    let line = Array(configuration.commandLine.utf8)
    do throws(StartInfoError) {
      var info = try StartInfoBuilder(
        window: placement.startInfo, byteCount: placement.startInfoSize, memoryMap: plan.map,
        moduleCount: ramdiskLoading == nil ? 0 : 1)
      // All bytes of an array of bytes are set.
      try unsafe info.setCommandLine(line.span.bytes, into: &writer)
      if let ramdiskLoading {
        let none: [UInt8] = []
        try unsafe info.addModule(  // as above
          at: placement.modules[0], byteCount: ramdiskLoading.byteCount, commandLine: none.span.bytes, into: &writer)
      }
      return try info.finish(
        flags: HVMStartFlags(rawValue: 0), rsdp: plan.tables.rsdp, memoryMap: plan.map, into: &writer)
    } catch {
      throw ToolstackError("\(error.message)")
    }
  }
}
