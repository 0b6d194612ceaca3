/// A guest on its way into being: from its files to its first instruction, in steps of which none is long.
///
/// What goes wrong on the way undoes all that was made, and ends as one line in `outcome`.
///
/// The class is spread over the files DomainBuild*.swift: what is not private here is theirs.
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
  var outcome: Outcome?
  /// Nil before the domain is made and once it is taken apart.
  private(set) var domain: DomainID?
  var progress = Progress(work: .readingKernel, done: 0, total: 0)

  let toolstack: Toolstack
  let startsPaused: Bool
  let kernelLoading: FileLoading
  let ramdiskLoading: FileLoading?
  var stage = Stage.reading
  private var removal: DomainRemoval?
  var message = ""

  /// What the steps before have found or made.
  enum Stage {
    case reading
    case populating(Plan, MemoryExtents)
    case copying(Plan, ForeignMemory, Cursor)
    case undoing
    case over
  }

  /// Where everything goes.
  struct Plan {
    let image: PVHImage
    let tables: ACPITables
    /// The memory map that the guest is told.
    let map: GuestMemoryMap
    let placement: GuestPlacement
    /// The bytes of the kernel's file that are copied.
    let kernelSize: UInt64
  }

  /// How far the copy is.
  struct Cursor {
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
    kernelLoading = try FileLoading(try toolstack.file(configuration.kernel, "kernel"), toolstack.gauge)
    if let name = configuration.ramdisk {
      ramdiskLoading = try FileLoading(try toolstack.file(name, "ramdisk"), toolstack.gauge)
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
  func plan() throws(ToolstackError) -> Plan {
    let name = kernelLoading.name
    let text = configuration.commandLine.utf8.count
    let frames = configuration.maximumFrames
    let vcpus = configuration.vcpus
    let ramdiskSize = ramdiskLoading?.byteCount
    return try kernelLoading.withBytes { (bytes: RawSpan) throws(ToolstackError) -> Plan in
      if let refusal = KernelFile(bytes).refusal { throw ToolstackError("\(name) \(refusal)") }
      let image: PVHImage
      let tables: ACPITables
      var map: GuestMemoryMap
      do throws(MemoryMapError) {
        map = try GuestMemoryMap(frames: frames)
      } catch {
        throw ToolstackError("\(error.message)")
      }
      do throws(ImageError) {
        image = try PVHImage(bytes)
        try image.check(bytes, against: map)
      } catch {
        throw Self.refusal(error, name)
      }
      do throws(MemoryMapError) {
        tables = ACPITables(for: image, vcpuCount: Int(vcpus))
        try tables.mark(in: &map)
      } catch {
        throw ToolstackError("\(error.message)")
      }
      let placement = try Self.placement(behind: image, ramdiskSize: ramdiskSize, textSize: text, in: map)
      var kernelSize: UInt64 = 0
      for index in 0..<image.pieceCount {
        if let piece = try? image.piece(index, in: bytes) { kernelSize += UInt64(piece.file.count) }
      }
      return Plan(image: image, tables: tables, map: map, placement: placement, kernelSize: kernelSize)
    }
  }

  private static func placement(
    behind image: PVHImage, ramdiskSize: UInt64?, textSize: Int, in map: GuestMemoryMap
  ) throws(ToolstackError) -> GuestPlacement {
    var sizes = GuestPlacement.Sizes(line: textSize)
    if let ramdiskSize { sizes.add(module: ramdiskSize, line: 0) }
    do throws(GuestPlacement.Misfit) {
      return try GuestPlacement(behind: image, sizes, in: map)
    } catch {
      let piece =
        switch error {
        case .module(let byteCount): "ramdisk of \(byteCount >> 10) KiB"
        case .startInfo, .tables: "start info"
        }
      throw ToolstackError("the \(piece) does not fit behind the kernel: expected more memory")
    }
  }

  static func refusal(_ error: ImageError, _ name: String) -> ToolstackError {
    let header = error.programHeader.map { " (program header \($0))" } ?? ""
    return ToolstackError("\(name): \(error.message)\(header)")
  }

  /// Makes the domain, without memory yet.
  func create() throws(ToolstackError) {
    guard toolstack.gauge.pay(MemoryReserve.cost(disks: configuration.disks.count)) else {
      throw ToolstackError(MemoryGauge.refusal)
    }
    let frames = configuration.maximumFrames
    // This build's own promise is among those that are outstanding.
    let left = try toolstack.availableFrames(beside: self)
    let cost = MemoryBudget.cost(ofDomain: frames)
    if cost > left {
      throw ToolstackError(
        "\(frames >> 8) MiB of memory are not free (\(left >> 8) MiB are): expected less memory, or fewer guests")
    }
    do throws(GuestError) {
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
