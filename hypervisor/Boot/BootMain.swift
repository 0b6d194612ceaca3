#if canImport(CMachine)
  import CMachine
#endif

/// Where the assembly enters Swift: long mode, the first page tables, interrupts off, on the boot stack.
@c(hypervisor_main) func hypervisorMain(_ information: UInt64) -> Never {
  SerialPort.com1.configure(baud: 115_200)
  let window = DirectMap(base: UInt(AddressSpace.directMap), limit: BootMemory.reach.end)
  let multiboot = MultibootInformation(at: MachineAddress(information), window: window)
  let leavesEmulator = multiboot.asksForDebugExit(window)
  do throws(BootRefusal) {
    try Boot.run(multiboot, window)
  } catch {
    stop(.refused, leavesEmulator: leavesEmulator)
  }
}

extension MultibootInformation {
  /// Whether the line asks for QEMU's exit device: looked for before anything else, so that a bad line can be
  /// reported by it too.
  func asksForDebugExit(_ window: DirectMap) -> Bool {
    guard let line = commandLine else { return false }
    let count = window.stringLength(line, limit: BootModules.longestText)
    return window.withBytes(line, count) { text in
      var words = WordScanner()
      while let word = words.next(in: text) {
        if text.text(word, equals: "exit=isa-debug") { return true }
      }
      return false
    }
  }
}

/// The steps from the loader's hand-over to the first domain.
enum Boot {
  /// What firmware leaves of 64 MiB: it keeps the BIOS areas and some for its tables.
  static var leastMemory: UInt64 { 62 << 20 }

  static func run(_ multiboot: MultibootInformation, _ window: DirectMap) throws(BootRefusal) -> Never {
    let features = CPUFeatures()
    var memory = BootMemory()
    let found = try collect(multiboot, window, &memory)
    let options = try readOptions(found, window)
    if options.console.contains(.com1) { SerialPort.com1.configure(baud: options.baud) }
    let firmware = FirmwareTables(window)
    let map = try memory.enterAddressSpace(window, features)
    let (hypervisor, cpu) = try makeCore(map, &memory, firmware, features, options)
    hypervisor.object.commandLine = CommandLinePlace(
      address: found.commandLine.text, count: found.commandLine.textCount)
    banner(hypervisor, memory, options)
    memory.donate(to: hypervisor, found)
    let own = try ControlDomainMemory(hypervisor, memory, options)
    try MachineSetup.takeLayout(cpu, features, options)
    let machine = PerCPU.machine
    try DomainBuilding.buildAll(found, machine, memory, own)
    machine.enableConsole()
    hypervisor.log(
      .info, "hypervisor memory: \(frames: memory.hypervisorFrames(hypervisor)); entering domain 0")
    switch machine.object.layout {
    case .vmx: VMXLayout.run(cpu)
    case .svm, .pv, .pv32: SVMLayout.run(cpu)
    }
  }

  /// Reads the loader's structures: usable memory, the command line, and the modules, moved to where they stay.
  private static func collect(
    _ multiboot: MultibootInformation, _ window: DirectMap, _ memory: inout BootMemory
  ) throws(BootRefusal) -> BootModules {
    guard multiboot.hasMemoryMap else { throw BootRefusal("the loader gives no memory map: expected multiboot flag 6") }
    multiboot.forEachRange { address, byteCount, isUsable in
      if isUsable { memory.addUsable(address, byteCount: byteCount) }
    }
    multiboot.forEachRange { address, byteCount, isUsable in
      if !isUsable { memory.exclude(address, byteCount: byteCount) }
    }
    guard memory.total >= leastMemory else {
      throw BootRefusal(
        "too little memory: \(memory.total >> 20) MiB of RAM, expected a machine of at least 64 MiB")
    }
    let count = multiboot.moduleCount
    guard count <= BootModules.limit else {
      throw BootRefusal("\(count) boot modules: expected at most \(BootModules.limit)")
    }
    var isKept = memory.keep(BootMemory.firstMebibyte, byteCount: ImageSymbols.end &- AddressSpace.image)
    multiboot.forEachPart(longestText: UInt64(BootModules.longestText)) { address, byteCount in
      isKept = memory.keep(address, byteCount: byteCount) && isKept
    }
    guard isKept else { throw BootRefusal("the loader's structures are too many to go round") }
    var found = BootModules()
    memory.start()
    if let name = multiboot.loaderName {
      let length = window.stringLength(name, limit: 64)
      found.convention = window.withBytes(name, length) { LoaderConvention(loaderName: $0) }
    }
    if let line = multiboot.commandLine {
      try found.commandLine.keepText(line, window, &memory)
    }
    var index = 0
    while index < count {
      let module = multiboot.module(index)
      guard module.bytes.start <= module.bytes.end else {
        throw BootRefusal("boot module \(index) ends before it starts: expected a loader that keeps to multiboot")
      }
      guard let place = memory.take(module.bytes.byteCount) else { throw .tooLittleMemory }
      window.copy(Int(module.bytes.byteCount), from: module.bytes.start, to: place)
      found.modules[index].address = place
      found.modules[index].byteCount = module.bytes.byteCount
      try found.modules[index].keepText(module.string, window, &memory)
      index &+= 1
    }
    found.count = count
    return found
  }

  private static func readOptions(
    _ found: BootModules, _ window: DirectMap
  ) throws(BootRefusal) -> HypervisorOptions {
    let line = found.commandLine
    guard line.textCount > 0 else { return HypervisorOptions() }
    return try window.withBytes(line.text, line.textCount) { text throws(BootRefusal) in
      do throws(OptionError) {
        return try HypervisorOptions(text, from: found.convention.argumentsOffset(in: text))
      } catch {
        throw BootRefusal(option: error, in: text, of: "command line")
      }
    }
  }

  /// Makes the frame table, the hypervisor's object and the boot CPU's.
  private static func makeCore(
    _ map: DirectMap, _ memory: inout BootMemory, _ firmware: FirmwareTables, _ features: CPUFeatures,
    _ options: HypervisorOptions
  ) throws(BootRefusal) -> (Handle<Hypervisor>, Handle<CPU>) {
    let frames = min(memory.limit, map.limit).frame.rawValue
    guard let tablePlace = memory.take(FrameTable.byteCount(for: frames)),
      let hypervisorPlace = memory.take(UInt64(MemoryLayout<Hypervisor>.size)),
      let cpuPlace = memory.take(UInt64(MemoryLayout<CPU>.size)),
      let machinePlace = memory.take(UInt64(MemoryLayout<MachineState>.size)),
      let tables = memory.take(DescriptorTables.byteCount &+ pageSize),
      let log = memory.take(options.consoleRingSize),
      let output = memory.take(ConsoleOutput.capacity),
      let input = memory.take(ConsoleInput.capacity),
      let early = memory.take(ConsoleOutput.earlyCapacity)
    else { throw .tooLittleMemory }
    let table = FrameTable(at: tablePlace, count: frames, in: map)
    map.clear(Int(DescriptorTables.byteCount &+ pageSize), at: tables)
    return try MachineSetup.run(
      MachineSetup.Places(
        map: map, table: table, hypervisor: hypervisorPlace, cpu: cpuPlace, machine: machinePlace, tables: tables,
        log: log, output: output, input: input, early: early),
      firmware, features, options)
  }

  private static func banner(
    _ hypervisor: Handle<Hypervisor>, _ memory: BootMemory, _ options: HypervisorOptions
  ) {
    hypervisor.log(.info, "Apus \(apusVersion): a paravirtual microhypervisor in Embedded Swift")
    let ram = memory.total >> pageShift
    hypervisor.log(.info, "memory: \(frames: ram) of RAM, image \(frames: ImageSymbols.frames) at the end of it")
  }
}

/// The release, as `docs/` and CHANGELOG.md count them.
var apusVersion: StaticString { "0.1" }

extension ImageSymbols {
  static var frames: UInt64 { (end &- start) >> pageShift }
}

extension BootModule {
  /// Copies a C string of the loader's to where it stays.
  mutating func keepText(
    _ string: MachineAddress, _ window: DirectMap, _ memory: inout BootMemory
  ) throws(BootRefusal) {
    guard string.rawValue != 0 else { return }
    let count = window.stringLength(string, limit: BootModules.longestText &+ 1)
    guard count <= BootModules.longestText else {
      throw BootRefusal("a string of the loader's is too long: expected at most \(BootModules.longestText) bytes")
    }
    guard count > 0 else { return }
    guard let place = memory.take(UInt64(count)) else { throw .tooLittleMemory }
    window.copy(count, from: string, to: place)
    text = place
    textCount = count
  }
}

extension BootRefusal {
  /// A word of a line that can't be accepted, with the word itself.
  init(option error: OptionError, in line: RawSpan, of subject: LogText) {
    var text: LogText = "\(subject): \(error.message)"
    if error.word.count > 0 {
      text.append(" '")
      let word = line.extracting(line.bounds(of: error.word))
      var index = 0
      while index < min(word.byteCount, 64) {
        text.append(printable: word.loadChecked(at: index, as: UInt8.self))
        index &+= 1
      }
      text.append("'")
    }
    text.append(": expected ")
    text.append(error.expected)
    self.init(text)
  }
}

extension BootMemory {
  /// Gives all memory that the boot code did not take to the pool: everything but the first MiB, which is domain 0's.
  func donate(to hypervisor: Handle<Hypervisor>, _ found: BootModules) {
    var index = 0
    while index < count {
      let range = ranges[index].intersection(MachineRange(Self.firstMebibyte, AddressSpace.reach.end))
      if range.overlaps(taken) {
        give(MachineRange(range.start, taken.start), hypervisor)
        keep(taken, hypervisor)
        give(MachineRange(taken.end, range.end), hypervisor)
      } else {
        give(range, hypervisor)
      }
      index &+= 1
    }
  }

  private func give(_ range: MachineRange, _ hypervisor: Handle<Hypervisor>) {
    guard !range.isEmpty else { return }
    hypervisor.object.allocator.donate(range.start.frame, count: range.frameCount)
  }

  /// Marks what the boot code took: it lies within one range.
  private func keep(_ range: MachineRange, _ hypervisor: Handle<Hypervisor>) {
    var frame = range.start.frame
    while frame < range.end.frame {
      hypervisor.entry(frame)?.object.insert(.kept)
      frame = frame.advanced(by: 1)
    }
  }

  /// Gives the frames of a module back that is no longer needed.
  func release(_ module: BootModule, to hypervisor: Handle<Hypervisor>) {
    give(MachineRange(framesAround: module.address, byteCount: module.byteCount), hypervisor)
  }

  /// The frames that are the hypervisor's own: those it took at boot that did not come back, and those that it
  /// allocated for itself since.
  func hypervisorFrames(_ hypervisor: Handle<Hypervisor>) -> UInt64 {
    var held: UInt64 = 0
    var next = hypervisor.object.domains.first
    while let domain = next {
      held &+= domain.object.memory.held
      next = domain.object.next
    }
    var mebibyte: UInt64 = 0
    var index = 0
    while index < count {
      mebibyte &+= ranges[index].intersection(MachineRange(MachineAddress(0), Self.firstMebibyte)).frameCount
      index &+= 1
    }
    return (total >> pageShift) &- mebibyte &- hypervisor.object.allocator.freeCount &- held
  }
}
