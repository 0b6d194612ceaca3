#if canImport(CMachine)
  import CMachine
#endif

/// Brings the boot CPU and the interrupt controllers into the state that the hypervisor runs in.
enum MachineSetup {
  /// Where the objects go.
  struct Places {
    let map: DirectMap
    let table: FrameTable
    let hypervisor: MachineAddress
    let cpu: MachineAddress
    let machine: MachineAddress
    let tables: MachineAddress
    let log: MachineAddress
    let output: MachineAddress
    let input: MachineAddress
    let early: MachineAddress
  }

  static func run(
    _ places: Places, _ firmware: FirmwareTables, _ features: CPUFeatures, _ options: HypervisorOptions
  ) throws(BootRefusal) -> (Handle<Hypervisor>, Handle<CPU>) {
    let map = places.map
    let tables = map.base &+ UInt(places.tables.rawValue)
    DescriptorTables(
      at: tables,
      DescriptorTables.Targets(
        stubs: UInt(ImageSymbols.trapStubs), nmiStack: ImageSymbols.nmiStackEnd,
        machineCheckStack: ImageSymbols.machineCheckStackEnd, doubleFaultStack: ImageSymbols.doubleFaultStackEnd)
    ).load()
    prepareControlRegisters(features)
    LegacyInterruptController.disable()
    guard MachineRange.controllers.contains(firmware.localAPIC) else {
      throw BootRefusal("the local APIC is at \(firmware.localAPIC): expected it between 0xfec00000 and 0xff000000")
    }
    let apic = HostAPIC(registers: map.base &+ UInt(firmware.localAPIC.rawValue), features: features)
    let time = TimeSetup(firmware, map)
    let (frequency, timerTicks) = try time.measure(apic)
    let origin = TSCTicks(apus_rdtsc())
    let wall = TimeSetup.readClock(centuryRegister: firmware.century)
    let clock = Clock(
      frequency: frequency, origin: origin, wallTime: wall ?? WallTime(seconds: 0),
      isInvariant: features.hasInvariantTSC)
    let hypervisor = Handle<Hypervisor>(
      placing: Hypervisor(
        map: map, allocator: FrameAllocator(table: places.table, map: map), clock: clock, services: services,
        pagingLimits: PagingLimits(
          physicalAddressBits: features.physicalAddressBits, hasGigabytePages: features.hasGigabytePages)),
      at: places.hypervisor, in: map)
    hypervisor.object.allowedMXCSR = VectorState.allowedMXCSR(using: map.base &+ UInt(places.log.rawValue))
    hypervisor.object.log.place(at: places.log, capacity: options.consoleRingSize, in: map)
    hypervisor.object.log.level = LogLevel(options.logThreshold)
    hypervisor.object.log.guestLevel = LogLevel(options.guestLogThreshold)
    hypervisor.object.options.staysOnControlDomainDeath = options.staysAfterEnd
    let mask = VectorState.components(hasXSAVE: features.hasXSAVE)
    hypervisor.object.extendedComponents = mask
    hypervisor.object.extendedStateSize = VectorState.byteCount(mask)
    let speculation = SpeculationFeatures(host: MachineCPUID(components: mask)) {
      ModelSpecificRegister.architecturalCapabilities.value
    }
    hypervisor.object.speculation = SpeculationControls(
      speculation, options.mitigations, executesSuperpages: options.executesSuperpages)
    Mitigations.takeEffect(hypervisor.object.speculation, speculation)
    let cpu = Handle<CPU>(placing: CPU(number: 0, hypervisor: hypervisor), at: places.cpu, in: map)
    let machine = Handle<MachineState>(
      placing: MachineState(
        hypervisor: hypervisor, firmware: firmware, features: features, apic: apic,
        screen: options.console.contains(.vga) ? ConsoleScreen() : .none, options: options),
      at: places.machine, in: map)
    machine.object.output.queue.place(at: places.output, capacity: ConsoleOutput.capacity, in: map)
    machine.object.output.early.place(at: places.early, capacity: ConsoleOutput.earlyCapacity, in: map)
    hypervisor.object.consoleInput.place(at: places.input, in: map)
    machine.object.timerTicksPerMegananosecond = timerTicks
    var index = 0
    while index < firmware.ioAPICCount {
      let record = firmware.ioAPICs[index]
      if MachineRange.controllers.contains(record.address) {
        machine.object.ioAPICs[index] = IOAPIC(
          registers: map.base &+ UInt(record.address.rawValue), firstInterrupt: record.firstInterrupt)
      }
      index &+= 1
    }
    let block = tables &+ UInt(DescriptorTables.byteCount)
    apus_store64(block, UInt64(cpu.rawAddress))
    apus_store64(block &+ 8, UInt64(machine.rawAddress))
    ModelSpecificRegister.gsBase.value = UInt64(block)
    apic.startTimer()
    if options.console.contains(.vga), !machine.object.screen.isThere {
      hypervisor.log(.debug, "no display in VGA text mode: console=vga shows nothing")
    }
    let invariant: StaticString = features.hasInvariantTSC ? ", invariant" : ""
    hypervisor.log(.info, "clock: TSC \(frequency.kilohertz) kHz by the \(time.name)\(invariant)")
    if firmware.processorCount > 1 {
      hypervisor.log(.info, "processors: the machine has \(firmware.processorCount); one is used, the others stay off")
    }
    if features.hasBrokenXSAVE {
      hypervisor.log(
        .warning,
        "QEMU offers XSAVE on this model but refuses to switch it on: guests get none; -cpu MODEL,+xsaveopt has it")
    }
    Mitigations.describe(hypervisor.object.speculation, to: hypervisor)
    if wall == nil { hypervisor.log(.warning, "the CMOS clock holds no date: the wall clock starts at 1970") }
    return (hypervisor, cpu)
  }

  /// CR0 and CR4 as the hypervisor wants them: supervisor protections on where the processor has them, extended state
  /// on for the guests whose registers are switched.
  private static func prepareControlRegisters(_ features: CPUFeatures) {
    var cr4 = apus_read_cr4() | 1 << 9 | 1 << 10  // OSFXSR, OSXMMEXCPT
    if features.hasXSAVE { cr4 |= 1 << 18 }
    if features.hasSMEP { cr4 |= 1 << 20 }
    if features.hasMachineCheck { cr4 |= 1 << 6 }  // MCE: else a machine check shuts the machine down without a word
    apus_write_cr4(cr4)
    // TS, and CD and NW, which a loader may have left set: VT-x's guests would run uncached too.
    apus_write_cr0(apus_read_cr0() & ~(1 << 3 | 1 << 29 | 1 << 30))
  }

  /// Takes the CPU into ring -1, in the layout that was asked for or that it has.
  static func takeLayout(
    _ cpu: Handle<CPU>, _ features: CPUFeatures, _ options: HypervisorOptions
  ) throws(BootRefusal) {
    let hypervisor = cpu.object.hypervisor
    let kind: RingLayout
    switch options.layout {
    case .automatic:
      if features.hasSVM {
        kind = .svm
      } else if features.hasVMX {
        kind = .vmx
      } else {
        throw BootRefusal("\(LayoutRefusal.absent.message)")
      }
    case .svm:
      guard features.hasSVM else {
        throw BootRefusal("layout=svm: the processor has no AMD-V: expected CPUID 0x80000001 ECX bit 2")
      }
      kind = .svm
    case .vmx:
      guard features.hasVMX else {
        throw BootRefusal("layout=vmx: the processor has no VT-x: expected CPUID 1 ECX bit 5")
      }
      kind = .vmx
    }
    do throws(LayoutRefusal) {
      switch kind {
      case .svm: try SVMHost.enable(cpu)
      case .vmx: try VMXHost.enable(cpu)
      case .pv, .pv32: throw .absent
      }
    } catch {
      throw BootRefusal("\(error.message)")
    }
    PerCPU.machine.object.layout = kind
    hypervisor.object.guestLayout = kind
    hypervisor.object.tableFormat = PerCPU.machine.object.tableFormat(isTrusted: false)
    hypervisor.log(
      .info,
      kind == .vmx
        ? "ring -1 entered: layout vmx, VMX root operation (VT-x), extended page tables"
        : "ring -1 entered: layout svm, SVM host mode (AMD-V), nested paging")
    hypervisor.log(
      .info, "rings: hypervisor -1 (host ring 0), guest kernels in guest ring 0, their users in guest ring 3")
  }
}

extension LogLevel {
  /// The level that a threshold of the command line admits; `none` still admits errors that end the machine.
  init(_ threshold: LogThreshold) {
    switch threshold {
    case .none, .error: self = .error
    case .warning: self = .warning
    case .info: self = .info
    case .debug: self = .debug
    }
  }
}
