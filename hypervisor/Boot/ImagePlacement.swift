/// Puts a kernel, its modules, ACPI tables and start info into a domain's memory.
struct ImagePlacement {
  let domain: Handle<Domain>
  /// The domain's memory, and where in it the ACPI tables are.
  var map: GuestMemoryMap
  /// What an error is about, to be printed before it.
  let subject: LogText
  let flags: HVMStartFlags
  private var writer: DomainWriter

  init(_ domain: Handle<Domain>, _ map: GuestMemoryMap, flags: HVMStartFlags, subject: LogText) {
    self.domain = domain
    self.map = map
    self.subject = subject
    self.flags = flags
    writer = DomainWriter(domain)
  }

  /// A piece of machine memory: a command line, or a module with its own.
  struct Piece: BitwiseCopyable {
    var address = MachineAddress(0)
    var count: UInt64 = 0
    var text = MachineAddress(0)
    var textCount = 0
  }

  /// The pieces that a kernel is handed.
  struct Pieces {
    var line = Piece()
    var modules = InlineArray<32, Piece>(repeating: Piece())
    var count = 0

    mutating func add(_ module: BootModule) {
      guard count < 32 else { return }
      modules[count] = Piece(
        address: module.address, count: module.byteCount, text: module.text, textCount: module.textCount)
      count &+= 1
    }
  }

  /// Loads the kernel and everything it is handed.
  ///
  /// - Parameters:
  ///   - image: the kernel, an ELF file with a PVH note.
  ///   - pieces: its command line and modules.
  ///   - tablesInRAM: whether the ACPI tables go into the domain's RAM, and not where a domU has them.
  /// - Returns: where the kernel starts, and its start info.
  mutating func place(
    _ image: RawSpan, _ pieces: Pieces, tablesInRAM: Bool
  ) throws(BootRefusal) -> (entry: GuestPhysicalAddress, startInfo: GuestPhysicalAddress) {
    let kernel = try loadKernel(image)
    var sizes = GuestPlacement.Sizes(line: pieces.line.textCount, tables: tablesInRAM ? ACPITables.byteCount : 0)
    var index = 0
    while index < pieces.count {
      sizes.add(module: pieces.modules[index].count, line: pieces.modules[index].textCount)
      index &+= 1
    }
    let placement = try placement(behind: kernel, sizes)
    index = 0
    while index < pieces.count {
      try copy(pieces.modules[index], to: placement.modules[index])
      index &+= 1
    }
    let tables =
      tablesInRAM ? ACPITables(base: placement.tables, vcpuCount: 1) : ACPITables(for: kernel, vcpuCount: 1)
    try write(tables)
    return (kernel.entry, try writeStartInfo(pieces, placement, rsdp: tables.rsdp))
  }

  private mutating func loadKernel(_ image: RawSpan) throws(BootRefusal) -> PVHImage {
    do throws(ImageError) {
      let kernel = try PVHImage(image)
      try kernel.check(image, against: map)
      try kernel.load(image, into: &writer)
      return kernel
    } catch {
      throw BootRefusal(image: error, of: subject)
    }
  }

  private func placement(behind kernel: PVHImage, _ sizes: GuestPlacement.Sizes) throws(BootRefusal) -> GuestPlacement {
    do throws(GuestPlacement.Misfit) {
      return try GuestPlacement(behind: kernel, sizes, in: map)
    } catch {
      throw BootRefusal(
        "\(subject): \(error.byteCount >> 10) KiB do not fit its memory: expected a larger mem= or dom0_mem=")
    }
  }

  private mutating func copy(_ piece: Piece, to place: GuestPhysicalAddress) throws(BootRefusal) {
    let window = domain.object.hypervisor.object.map
    do throws(GuestWriteError) {
      try window.withBytes(piece.address, Int(piece.count)) { bytes throws(GuestWriteError) in
        try writer.write(bytes, at: place)
      }
    } catch {
      throw BootRefusal("\(subject): a module can't be put into its memory")
    }
  }

  /// The ACPI tables, in frames that the map then shows as such.
  private mutating func write(_ tables: ACPITables) throws(BootRefusal) {
    do throws(GuestWriteError) {
      try tables.write(into: &writer)
    } catch {
      throw BootRefusal("\(subject): the ACPI tables can't be put into its memory")
    }
    do throws(MemoryMapError) {
      try tables.mark(in: &map)
    } catch {
      throw BootRefusal("\(subject): \(error.message)")
    }
  }

  private mutating func writeStartInfo(
    _ pieces: Pieces, _ placement: GuestPlacement, rsdp: GuestPhysicalAddress
  ) throws(BootRefusal) -> GuestPhysicalAddress {
    let window = domain.object.hypervisor.object.map
    do throws(StartInfoError) {
      var info = try StartInfoBuilder(
        window: placement.startInfo, byteCount: placement.startInfoSize, memoryMap: map, moduleCount: pieces.count)
      try window.withBytes(pieces.line.text, pieces.line.textCount) { text throws(StartInfoError) in
        try info.setCommandLine(text, into: &writer)
      }
      var index = 0
      while index < pieces.count {
        let piece = pieces.modules[index]
        try window.withBytes(piece.text, piece.textCount) { text throws(StartInfoError) in
          try info.addModule(
            at: placement.modules[index], byteCount: piece.count, commandLine: text, into: &writer)
        }
        index &+= 1
      }
      return try info.finish(flags: flags, rsdp: rsdp, memoryMap: map, into: &writer)
    } catch {
      throw BootRefusal("\(subject): \(error.message)")
    }
  }
}
