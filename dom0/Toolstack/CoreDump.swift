/// Writes a core of a domain's memory to a disk, from its first sector on, in steps.
final class CoreDump {
  let domain: DomainID
  let disk: BlockDevice
  private(set) var isDone = false
  private(set) var failure: String?
  private let registers: CoreRegisters
  private let ranges: [CoreRange]
  /// Where the guest's tables show its memory; looked for first.
  private var mappings: KernelMappings
  /// What is written, once that is known.
  private var file: CoreFile?
  private let memory: ForeignMemory
  private var offset: UInt64 = 0
  private var isWriting = false

  /// The bytes of one step.
  private static var piece: UInt64 { ForeignMemory.bytesPerCopy }
  private static var tablesPerStep: Int { 16 }

  init(of domain: ManagedDomain, to disk: BlockDevice, _ gauge: MemoryGauge) throws(ToolstackError) {
    guard gauge.pay(Self.cost) else { throw ToolstackError(MemoryGauge.refusal) }
    self.domain = domain.id
    self.disk = disk
    memory = ForeignMemory(of: domain.id)
    let context: ProcessorContext
    let map: GuestMemoryMap
    do throws(GuestError) {
      context = try DomainControls.processorContext(of: domain.id)
    } catch {
      throw ToolstackError("its registers can't be had", error)
    }
    do throws(MemoryMapError) {
      map = try GuestMemoryMap(frames: domain.builtFrames)
    } catch {
      throw ToolstackError("\(error.message)")
    }
    var ranges: [CoreRange] = []
    for index in 0..<map.count where map[index].type == .ram {
      ranges.append(
        CoreRange(
          address: map[index].address, virtualAddress: GuestVirtualAddress(map[index].address.rawValue),
          byteCount: map[index].byteCount))
    }
    self.ranges = ranges
    registers = context.coreRegisters
    mappings = KernelMappings(context.state.control, isLongMode: context.isLongMode, ram: ranges)
    if disk.geometry.isReadOnly { throw ToolstackError("\(disk.name) can't be written to") }
    // The largest header that there can be.
    let size = ranges.reduce(Self.largestHeader) { $0 + $1.byteCount }
    let room = disk.geometry.sectorCount &* BlockSector.size
    if size > room {
      throw ToolstackError("\(disk.name) has \(room >> 20) MiB, expected \((size >> 20) + 1) MiB")
    }
  }

  /// What it takes of domain 0's memory: its pieces, the guest's tables on the way down, a header of all ranges.
  private static var cost: Int { 1 << 20 }
  private static var largestHeader: UInt64 { UInt64(CoreFile.rangeLimit + 2) * 64 }

  var byteCount: UInt64 { file?.byteCount ?? 0 }
  /// Whether there is something to do: not while the disk is waited for, but at the end to take note of it.
  var hasWork: Bool { isDone || !isWriting }

  /// Writes the next piece.
  func step() {
    if isDone || isWriting { return }
    guard let file else { return findMappings() }
    if offset >= file.byteCount { return flush() }
    let limit = min(Self.piece, UInt64(disk.ownSectorLimit) * BlockSector.size)
    let bytes: [UInt8]
    if let place = file.place(at: offset) {
      bytes = read(place.address, min(place.byteCount, limit))
    } else {
      let end = min(UInt64(file.header.count), offset + limit)
      bytes = Array(file.header[Int(offset)..<Int(end)])
    }
    isWriting = true
    disk.write(offset / BlockSector.size, bytes) { [self] status in
      isWriting = false
      if status == .okay { offset += UInt64(bytes.count) } else { end("\(disk.name) failed") }
    }
  }

  /// Looks at some of the guest's tables.
  private func findMappings() {
    for _ in 0..<Self.tablesPerStep where !mappings.isDone {
      mappings.step { [memory] address in
        var entries = [UInt64](repeating: 0, count: KernelMappings.entryCount)
        let count = withAddress(of: &entries) { try? memory.read(to: $0, count: pageSize, from: address) }
        return count == pageSize ? entries : nil
      }
    }
    if !mappings.isDone { return }
    file = CoreFile(domain: domain, signal: 6, registers: [registers], ranges: ranges, views: mappings.found)
  }

  /// The domain's bytes. What it gave back by its balloon reads as zeros: frame by frame, where the whole can't be mapped.
  private func read(_ address: GuestPhysicalAddress, _ count: UInt64) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Int(count))
    unsafe bytes.withUnsafeMutableBytes { buffer in
      // The array stays in place meanwhile, and has room for `count` bytes.
      let destination = UInt64(UInt(bitPattern: buffer.baseAddress))
      if let done = try? memory.read(to: destination, count: count, from: address), done == count { return }
      var offset: UInt64 = 0
      while offset < count {
        let length = min(pageSize, count - offset)
        _ = try? memory.read(to: destination + offset, count: length, from: address.advanced(by: offset))
        offset += length
      }
    }
    return bytes
  }

  private func flush() {
    isWriting = true
    disk.submit(BlockRequest(action: .flush)) { [self] status in
      isWriting = false
      end(status == .okay || status == .unsupported ? nil : "\(disk.name) failed")
    }
  }

  private func end(_ failure: String?) {
    self.failure = failure
    isDone = true
  }
}

extension ProcessorContext {
  /// The registers as a core file has them.
  var coreRegisters: CoreRegisters {
    var registers = CoreRegisters()
    let general = state.general
    registers.r15 = general.r15
    registers.r14 = general.r14
    registers.r13 = general.r13
    registers.r12 = general.r12
    registers.rbp = general.rbp
    registers.rbx = general.rbx
    registers.r11 = general.r11
    registers.r10 = general.r10
    registers.r9 = general.r9
    registers.r8 = general.r8
    registers.rax = general.rax
    registers.rcx = general.rcx
    registers.rdx = general.rdx
    registers.rsi = general.rsi
    registers.rdi = general.rdi
    registers.rip = general.rip
    registers.rsp = general.rsp
    registers.rflags = general.rflags
    registers.cs = UInt64(state.segments[.cs].selector)
    registers.ss = UInt64(state.segments[.ss].selector)
    registers.ds = UInt64(state.segments[.ds].selector)
    registers.es = UInt64(state.segments[.es].selector)
    registers.fs = UInt64(state.segments[.fs].selector)
    registers.gs = UInt64(state.segments[.gs].selector)
    registers.fsBase = state.segments[.fs].base
    registers.gsBase = state.segments[.gs].base
    return registers
  }
}
