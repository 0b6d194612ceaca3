/// Builds the domains that the boot modules describe: domain 0 from the first, a domU from each that is marked so; all
/// others are handed to domain 0. A domU that can't be built is left out: the others start.
enum DomainBuilding {
  static func buildAll(
    _ found: BootModules, _ machine: Handle<MachineState>, _ memory: BootMemory, _ own: ControlDomainMemory
  ) throws(BootRefusal) {
    guard found.count > 0 else {
      throw BootRefusal("no boot module: expected domain 0's kernel as the first, an ELF file with Xen's note 18")
    }
    let hypervisor = machine.object.hypervisor
    try ControlDomainBuilder(machine: machine, found: found, memory: own).build()
    var index = 1
    while index < found.count {
      do throws(BootRefusal) {
        try buildGuest(found.modules[index], number: index, machine)
      } catch {
        // The line is in the log.
      }
      index &+= 1
    }
    index = 0
    while index < found.count {
      memory.release(found.modules[index], to: hypervisor)
      index &+= 1
    }
  }

  /// Builds a domU, if the module is marked so.
  private static func buildGuest(
    _ module: BootModule, number: Int, _ machine: Handle<MachineState>
  ) throws(BootRefusal) {
    let map = machine.object.hypervisor.object.map
    let arguments = try map.withBytes(module.text, module.textCount) { text throws(BootRefusal) in
      do throws(OptionError) {
        return try DomainArguments.parse(text)
      } catch {
        throw BootRefusal(option: error, in: text, of: "boot module \(number)")
      }
    }
    if let arguments { try GuestDomainBuilder(machine: machine, module: module, arguments: arguments).build() }
  }
}

extension MachineState {
  /// The format of nested tables that the layout's hardware walks.
  ///
  /// - Parameter isTrusted: whether the domain has better ways to stop the machine than a machine check: domain 0.
  func tableFormat(isTrusted: Bool) -> NestedTableFormat {
    switch layout {
    case .vmx:
      let format = VMXHost.tableFormat(PerCPU.cpu)
      let isLimited = !isTrusted && hypervisor.object.speculation.contains(.codeInPages)
      return isLimited ? format.executingFromPages : format
    case .svm, .pv, .pv32: return .nested(largestLeaf: features.hasGigabytePages ? .superpage1G : .superpage2M)
    }
  }
}

extension Handle where Object == Domain {
  /// Makes the domain's vCPU, to start as the PVH boot contract has it, and lets it run.
  func startVCPU(
    at entry: GuestPhysicalAddress, startInfo: GuestPhysicalAddress, weight: UInt16 = 256, cap: UInt16 = 0
  ) throws(HypercallError) {
    object.share.weight = weight
    object.share.cap = cap
    let vcpu = try object.hypervisor.createVCPU(in: self, on: PerCPU.cpu)
    refreshTime()
    try vcpu.start(.start(at: entry, startInfo: startInfo))
  }
}

/// Writes a domain's pieces into its memory through its map.
struct DomainWriter: GuestImageWriter {
  let memory: DomainMemory

  init(_ domain: Handle<Domain>) { memory = DomainMemory(domain) }

  mutating func write(_ bytes: RawSpan, at address: GuestPhysicalAddress) throws(GuestWriteError) {
    guard memory.write(bytes, to: address) else { throw .outsideMemory }
  }

  mutating func zero(_ byteCount: UInt64, at address: GuestPhysicalAddress) throws(GuestWriteError) {
    // Frames of the pool come cleared; the first MiB, which firmware and loader have used, does not.
    guard address.rawValue < BootMemory.firstMebibyte.rawValue else { return }
    let zero = InlineArray<64, UInt8>(repeating: 0)
    var done: UInt64 = 0
    while done < byteCount {
      let piece = min(byteCount &- done, 64)
      try unsafe write(zero.span.bytes.extracting(first: Int(piece)), at: address.advanced(by: done))
      done &+= piece
    }
  }
}

extension BootRefusal {
  /// An image that can't be a domain's kernel.
  init(image error: ImageError, of subject: LogText) {
    var text: LogText = "\(subject): \(error.message)"
    if let header = error.programHeader { text = "\(text) (program header \(header))" }
    self.init(text)
  }
}
