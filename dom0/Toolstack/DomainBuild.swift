/// A guest on its way into being: from its files to its first instruction, in steps of which none is long.
///
/// What goes wrong on the way undoes all that was made, and ends as one line in `outcome`.
final class DomainBuild {
  /// What is being done, for people who wait.
  enum Work: Equatable {
    case readingKernel, readingRamdisk, gettingMemory, copyingKernel, copyingRamdisk, starting, undoing

    var name: String {
      switch self {
      case .readingKernel: "reading the kernel"
      case .readingRamdisk: "reading the ramdisk"
      case .gettingMemory: "getting memory"
      case .copyingKernel: "copying the kernel"
      case .copyingRamdisk: "copying the ramdisk"
      case .starting: "starting"
      case .undoing: "undoing what was made"
      }
    }
  }

  /// How far the build is, in KiB of what it is at.
  struct Progress: Equatable {
    var work: Work
    var done: UInt64
    var total: UInt64
  }

  enum Outcome {
    case built(DomainID)
    case failed(String)
  }

  let configuration: GuestConfiguration
  let uuid: GuestUUID
  /// Nil while there is something left to do.
  private(set) var outcome: Outcome?
  /// Nil before the domain is made and once it is taken apart.
  private(set) var domain: DomainID?
  private(set) var progress = Progress(work: .readingKernel, done: 0, total: 0)

  private let toolstack: Toolstack
  private let startsPaused: Bool
  private let kernelLoading: FileLoading
  private let ramdiskLoading: FileLoading?
  private var stage = Stage.reading
  private var removal: DomainRemoval?
  private var message = ""

  /// What the steps before have found or made.
  private enum Stage {
    case reading
    case populating(Plan, MemoryExtents)
    case copying(Plan, ForeignMemory, Cursor)
    case undoing
    case over
  }

  /// Where everything goes.
  private struct Plan {
    let image: PVHImage
    let placement: GuestPlacement
    /// The bytes of the kernel's file that are copied.
    let kernelSize: UInt64
  }

  /// How far the copy is.
  private struct Cursor {
    var piece: UInt16 = 0
    var offset = 0
    /// The kernel's pieces are in their places; what is left is the ramdisk.
    var isRamdisk = false
    var done: UInt64 = 0
  }

  /// Begins a build: finds the files. Nothing is made before `step`.
  init(_ configuration: GuestConfiguration, paused: Bool, toolstack: Toolstack) throws(ToolstackError) {
    self.configuration = configuration
    self.toolstack = toolstack
    startsPaused = paused
    var random = SystemRandomNumberGenerator()
    uuid = configuration.uuid ?? GuestUUID { random.next() }
    kernelLoading = try FileLoading(try toolstack.file(configuration.kernel, "kernel"))
    if let name = configuration.ramdisk {
      ramdiskLoading = try FileLoading(try toolstack.file(name, "ramdisk"))
    } else {
      ramdiskLoading = nil
    }
  }

  var isOver: Bool { outcome != nil }

  /// Whether a step now would do something: not while a disk is waited for.
  var hasWork: Bool {
    if isOver { return false }
    if case .reading = stage { return !(kernelLoading.isWaiting || ramdiskLoading?.isWaiting == true) }
    return true
  }

  /// The frames that the domain may still take: a promise of domain 0's.
  var promise: MemoryBudget.Promise {
    if isOver || removal != nil { return MemoryBudget.Promise(current: 0, target: 0) }
    let target = MemoryBudget.cost(ofDomain: configuration.maximumFrames)
    switch stage {
    case .reading: return MemoryBudget.Promise(current: 0, target: target)
    case .populating(_, let extents):
      return MemoryBudget.Promise(current: configuration.maximumFrames - extents.frameCount, target: target)
    case .copying, .undoing, .over: return MemoryBudget.Promise(current: 0, target: 0)
    }
  }

  /// Gives it up: what was made is undone by the steps that follow.
  func cancel() {
    if !isOver && removal == nil { undo("given up") }
  }

  /// How long a step goes on with one small piece after the other.
  private static var stepTime: Nanoseconds { .milliseconds(1) }

  /// Does a bounded piece.
  func step() {
    let end = Clock.now.adding(Self.stepTime)
    repeat { doPiece() } while hasWork && Clock.now < end
  }

  private func doPiece() {
    if isOver { return }
    do throws(ToolstackError) {
      switch stage {
      case .reading: try read()
      case .populating(let plan, let extents): try populate(plan, extents)
      case .copying(let plan, let memory, let cursor): try copy(plan, memory, cursor)
      case .undoing: finishUndoing()
      case .over: break
      }
    } catch {
      undo(error.message)
    }
  }
}

// MARK: Reading and planning

extension DomainBuild {
  private func read() throws(ToolstackError) {
    try read(kernelLoading, .readingKernel)
    guard kernelLoading.isDone else { return }
    if let ramdiskLoading {
      try read(ramdiskLoading, .readingRamdisk)
      guard ramdiskLoading.isDone else { return }
    }
    let plan = try plan()
    try create()
    progress = Progress(work: .gettingMemory, done: 0, total: configuration.maximumFrames * 4)
    stage = .populating(plan, MemoryExtents(frames: configuration.maximumFrames))
  }

  private func read(_ loading: FileLoading, _ work: Work) throws(ToolstackError) {
    loading.step()
    if loading.hasFailed { throw ToolstackError("\(loading.name) can't be read: its disk failed") }
    progress = Progress(work: work, done: loading.loaded >> 10, total: loading.byteCount >> 10)
  }

  /// Checks the kernel and finds everything its place.
  private func plan() throws(ToolstackError) -> Plan {
    let name = kernelLoading.name
    let text = configuration.commandLine.utf8.count
    let frames = configuration.maximumFrames
    let ramdiskSize = ramdiskLoading?.byteCount
    return try kernelLoading.withBytes { (bytes: RawSpan) throws(ToolstackError) -> Plan in
      if let refusal = KernelFile(bytes).refusal { throw ToolstackError("\(name) \(refusal)") }
      let image: PVHImage
      do throws(ImageError) {
        image = try PVHImage(bytes)
        if let memory = try? GuestMemoryMap(frames: frames) { try image.check(bytes, against: memory) }
      } catch {
        throw Self.refusal(error, name)
      }
      let placement: GuestPlacement
      do throws(GuestPlacement.Misfit) {
        placement = try GuestPlacement(
          frames: frames, kernelEnd: image.end, ramdiskSize: ramdiskSize, textSize: text)
      } catch {
        throw ToolstackError(error.message)
      }
      var kernelSize: UInt64 = 0
      for index in 0..<image.pieceCount {
        if let piece = try? image.piece(index, in: bytes) { kernelSize += UInt64(piece.file.count) }
      }
      return Plan(image: image, placement: placement, kernelSize: kernelSize)
    }
  }

  private static func refusal(_ error: ImageError, _ name: String) -> ToolstackError {
    let header = error.programHeader.map { " (program header \($0))" } ?? ""
    return ToolstackError("\(name): \(error.message)\(header)")
  }

  /// Makes the domain, without memory yet.
  private func create() throws(ToolstackError) {
    let frames = configuration.maximumFrames
    // This build's own promise is among those that are outstanding.
    let left = try toolstack.availableFrames(beside: self)
    let cost = MemoryBudget.cost(ofDomain: frames)
    if cost > left {
      throw ToolstackError(
        "\(frames >> 8) MiB of memory are not free (\(left >> 8) MiB are): expected less memory, or fewer guests")
    }
    do throws(HypercallError) {
      let id = try DomainControls.create(handle: uuid.bytes)
      domain = id
      try DomainControls.setName(configuration.name, of: id)
      try DomainControls.setMaximumMemory(frames: frames + Toolstack.specialFrameCount, of: id)
      try DomainControls.setVCPUCount(configuration.vcpus, of: id)
    } catch {
      throw ToolstackError("the domain can't be made", error)
    }
  }
}

// MARK: Memory

extension DomainBuild {
  /// The frames that one step asks for: some hundred microseconds, for the hypervisor clears what is not clear yet.
  private static var framesPerStep: UInt64 { 2048 }

  private func populate(_ plan: Plan, _ extents: MemoryExtents) throws(ToolstackError) {
    guard let domain else { return }
    var extents = extents
    if let batch = extents.next(atMost: Self.framesPerStep) {
      let done: Int
      do throws(HypercallError) {
        done = try XenMemory.populate(batch.places, order: batch.order, of: domain)
      } catch {
        done = 0
      }
      if done < batch.places.count {
        guard batch.order > .page else { throw noMemory(extents, batch, done) }
        // Free memory in pieces smaller than superpages does as well.
        extents.retry(batch, after: done)
      }
      progress.done = (configuration.maximumFrames - extents.frameCount) * 4
      stage = .populating(plan, extents)
      return
    }
    do throws(HypercallError) {
      for frame in [
        GuestPhysicalLayout.acpi.frame, GuestPhysicalLayout.storeRing, GuestPhysicalLayout.consoleRing,
      ] where try XenMemory.populate([frame], of: domain) < 1 {
        throw .outOfMemory
      }
      try DomainControls.setMemoryMap(plan.placement.entries, of: domain)
    } catch {
      throw ToolstackError("the domain's special frames", error)
    }
    progress = Progress(work: .copyingKernel, done: 0, total: plan.kernelSize >> 10)
    stage = .copying(plan, ForeignMemory(of: domain), Cursor())
  }

  private func noMemory(_ extents: MemoryExtents, _ batch: MemoryExtents.Batch, _ done: Int) -> ToolstackError {
    let missing = extents.frameCount + UInt64(batch.places.count - done)
    return ToolstackError(
      "the machine's memory ran out with \((missing + 255) >> 8) of \(configuration.maximumFrames >> 8) MiB missing")
  }
}

// MARK: Contents

extension DomainBuild {
  private func copy(_ plan: Plan, _ memory: ForeignMemory, _ cursor: Cursor) throws(ToolstackError) {
    var cursor = cursor
    if try cursor.isRamdisk ? copyRamdisk(plan, memory, &cursor) : copyKernel(plan, memory, &cursor) {
      stage = .copying(plan, memory, cursor)
      return
    }
    progress = Progress(work: .starting, done: 0, total: 0)
    try start(plan, memory)
  }

  /// Copies a part of the kernel; returns whether anything is left to copy.
  private func copyKernel(
    _ plan: Plan, _ memory: ForeignMemory, _ cursor: inout Cursor
  ) throws(ToolstackError) -> Bool {
    let name = kernelLoading.name
    while cursor.piece < plan.image.pieceCount {
      let index = cursor.piece
      let piece = try kernelLoading.withBytes { (bytes: RawSpan) throws(ToolstackError) -> ImagePiece? in
        do throws(ImageError) {
          return try plan.image.piece(index, in: bytes)
        } catch {
          throw Self.refusal(error, name)
        }
      }
      guard let piece, cursor.offset < piece.file.count else {
        cursor.piece += 1
        cursor.offset = 0
        continue
      }
      let count = try move(
        kernelLoading, at: UInt64(piece.file.lowerBound + cursor.offset),
        count: UInt64(piece.file.count - cursor.offset), to: piece.address.advanced(by: UInt64(cursor.offset)), memory)
      cursor.offset += Int(count)
      cursor.done += count
      progress.done = cursor.done >> 10
      return true
    }
    guard let ramdiskLoading else { return false }
    cursor.isRamdisk = true
    cursor.done = 0
    progress = Progress(work: .copyingRamdisk, done: 0, total: ramdiskLoading.byteCount >> 10)
    return true
  }

  private func copyRamdisk(
    _ plan: Plan, _ memory: ForeignMemory, _ cursor: inout Cursor
  ) throws(ToolstackError) -> Bool {
    guard let ramdiskLoading, let place = plan.placement.ramdisk else { return false }
    if cursor.done == ramdiskLoading.byteCount { return false }
    cursor.done += try move(
      ramdiskLoading, at: cursor.done, count: ramdiskLoading.byteCount - cursor.done,
      to: place.advanced(by: cursor.done), memory)
    progress.done = cursor.done >> 10
    return true
  }

  /// Copies bytes of a file that is loaded, as many as one mapping reaches; returns how many.
  private func move(
    _ file: FileLoading, at offset: UInt64, count: UInt64, to address: GuestPhysicalAddress, _ memory: ForeignMemory
  ) throws(ToolstackError) -> UInt64 {
    do throws(GuestWriteError) {
      return try memory.write(from: file.address + offset, count: count, to: address)
    } catch {
      throw Self.refusal(.destination(error), file.name)
    }
  }
}

// MARK: The start

extension DomainBuild {
  /// Writes what the kernel is handed, connects the rings, and lets the domain run.
  private func start(_ plan: Plan, _ memory: ForeignMemory) throws(ToolstackError) {
    guard let domain else { return }
    let startInfo = try writeTables(plan, memory)
    let consolePort: EventPort
    let storePort: EventPort
    do throws(HypercallError) {
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
    do throws(HypercallError) {
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
    let tables = ACPITables(base: GuestPhysicalLayout.acpi, vcpuCount: Int(configuration.vcpus))
    do throws(GuestWriteError) {
      try tables.write(into: &writer)
    } catch {
      throw ToolstackError("the ACPI tables can't be put into the domain's memory")
    }
    let placement = plan.placement
    let line = Array(configuration.commandLine.utf8)
    do throws(StartInfoError) {
      var info = try StartInfoBuilder(
        window: placement.startInfo, byteCount: placement.startInfoSize, memoryMap: placement.map,
        moduleCount: ramdiskLoading == nil ? 0 : 1)
      // All bytes of an array of bytes are set.
      try unsafe info.setCommandLine(line.span.bytes, into: &writer)
      if let ramdiskLoading, let place = placement.ramdisk {
        let none: [UInt8] = []
        try unsafe info.addModule(  // as above
          at: place, byteCount: ramdiskLoading.byteCount, commandLine: none.span.bytes, into: &writer)
      }
      return try info.finish(
        flags: HVMStartFlags(rawValue: 0), rsdp: tables.rsdp, memoryMap: placement.map, into: &writer)
    } catch {
      throw ToolstackError("\(error.message)")
    }
  }
}

// MARK: Failure

extension DomainBuild {
  private func undo(_ message: String) {
    self.message = message
    guard let domain else {
      // Nothing was made yet.
      stage = .over
      outcome = .failed(message)
      return
    }
    stage = .undoing
    progress = Progress(work: .undoing, done: 0, total: 0)
    removal = toolstack.removal(of: domain, uuid: uuid)
  }

  private func finishUndoing() {
    if let removal {
      removal.step()
      if !removal.isDone { return }
    }
    removal = nil
    domain = nil
    stage = .over
    outcome = .failed(message)
  }
}
