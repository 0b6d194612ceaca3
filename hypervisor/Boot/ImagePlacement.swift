/// Puts a kernel, its modules, ACPI tables and start info into a domain's memory.
struct ImagePlacement {
  let domain: Handle<Domain>
  /// The domain's memory, and what is reserved of it as pieces find their place.
  var map: GuestMemoryMap
  /// What an error is about, to be printed before it.
  let subject: LogText
  let flags: HVMStartFlags
  private var writer: DomainWriter
  /// The end of what was placed last.
  private var next = GuestPhysicalAddress(0)

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
    /// Where it was put.
    var place = GuestPhysicalAddress(0)
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
  ///   - acpi: where the ACPI tables go; nil for a place in the domain's RAM.
  /// - Returns: where the kernel starts, and its start info.
  mutating func place(
    _ image: RawSpan, _ pieces: Pieces, acpi: GuestPhysicalAddress?
  ) throws(BootRefusal) -> (entry: GuestPhysicalAddress, startInfo: GuestPhysicalAddress) {
    let entry = try loadKernel(image)
    var pieces = pieces
    var textBytes = UInt64(pieces.line.textCount) &+ 1
    var index = 0
    while index < pieces.count {
      let place = try room(pieces.modules[index].count)
      try copy(pieces.modules[index], to: place)
      pieces.modules[index].place = place
      textBytes &+= UInt64(pieces.modules[index].textCount) &+ 1
      index &+= 1
    }
    let rsdp = try writeTables(acpi)
    return (entry, try writeStartInfo(pieces, textBytes: textBytes, rsdp: rsdp))
  }

  private mutating func loadKernel(_ image: RawSpan) throws(BootRefusal) -> GuestPhysicalAddress {
    do throws(ImageError) {
      let kernel = try PVHImage(image)
      try kernel.check(image, against: map)
      try kernel.load(image, into: &writer)
      next = kernel.end
      return kernel.entry
    } catch {
      throw BootRefusal(image: error, of: subject)
    }
  }

  /// A place for so many bytes after everything placed before.
  private mutating func room(_ byteCount: UInt64) throws(BootRefusal) -> GuestPhysicalAddress {
    guard let place = map.firstRAM(byteCount: byteCount, notBelow: next) else {
      throw BootRefusal("\(subject): \(byteCount >> 10) KiB do not fit its memory: expected a larger mem= or dom0_mem=")
    }
    next = place.advanced(by: byteCount)
    return place
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

  /// The ACPI tables, in a frame that the map then shows as such.
  private mutating func writeTables(_ fixed: GuestPhysicalAddress?) throws(BootRefusal) -> GuestPhysicalAddress {
    let base: GuestPhysicalAddress
    if let fixed { base = fixed } else { base = try room(ACPITables.byteCount) }
    let tables = ACPITables(base: base, vcpuCount: 1)
    do throws(GuestWriteError) {
      try tables.write(into: &writer)
    } catch {
      throw BootRefusal("\(subject): the ACPI tables can't be put into its memory")
    }
    try reserve(base, ACPITables.byteCount, .acpi)
    return tables.rsdp
  }

  private mutating func reserve(
    _ base: GuestPhysicalAddress, _ byteCount: UInt64, _ type: HVMMemoryType
  ) throws(BootRefusal) {
    do throws(MemoryMapError) {
      try map.set(base, byteCount: byteCount, to: type)
    } catch {
      throw BootRefusal("\(subject): \(error.message)")
    }
  }

  private mutating func writeStartInfo(
    _ pieces: Pieces, textBytes: UInt64, rsdp: GuestPhysicalAddress
  ) throws(BootRefusal) -> GuestPhysicalAddress {
    // Reserving the window splits a range in up to three.
    let size = (4096 &+ textBytes &+ pageSize &- 1) & ~(pageSize &- 1)
    let base = try room(size)
    try reserve(base, size, .reserved)
    let window = domain.object.hypervisor.object.map
    do throws(StartInfoError) {
      var info = try StartInfoBuilder(window: base, byteCount: size, memoryMap: map, moduleCount: pieces.count)
      try window.withBytes(pieces.line.text, pieces.line.textCount) { text throws(StartInfoError) in
        try info.setCommandLine(text, into: &writer)
      }
      var index = 0
      while index < pieces.count {
        let piece = pieces.modules[index]
        try window.withBytes(piece.text, piece.textCount) { text throws(StartInfoError) in
          try info.addModule(at: piece.place, byteCount: piece.count, commandLine: text, into: &writer)
        }
        index &+= 1
      }
      return try info.finish(flags: flags, rsdp: rsdp, memoryMap: map, into: &writer)
    } catch {
      throw BootRefusal("\(subject): \(error.message)")
    }
  }
}
