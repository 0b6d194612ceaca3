/// A new domain's memory, and what lies in it before the start.
extension DomainBuild {
  /// The frames that one step asks for: some hundred microseconds, for the hypervisor clears what is not clear yet.
  private static var framesPerStep: UInt64 { 2048 }

  func populate(_ plan: Plan, _ extents: MemoryExtents) throws(ToolstackError) {
    guard let domain else { return }
    var extents = extents
    if let batch = extents.next(atMost: Self.framesPerStep) {
      let done: Int
      do throws(GuestError) {
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
    do throws(GuestError) {
      for frame in [
        GuestPhysicalLayout.acpi.frame, GuestPhysicalLayout.storeRing, GuestPhysicalLayout.consoleRing,
      ] where try XenMemory.populate([frame], of: domain) < 1 {
        throw .outOfMemory
      }
      try DomainControls.setMemoryMap(plan.map.entries, of: domain)
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

extension DomainBuild {
  func copy(_ plan: Plan, _ memory: ForeignMemory, _ cursor: Cursor) throws(ToolstackError) {
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
    guard let ramdiskLoading else { return false }
    if cursor.done == ramdiskLoading.byteCount { return false }
    cursor.done += try move(
      ramdiskLoading, at: cursor.done, count: ramdiskLoading.byteCount - cursor.done,
      to: plan.placement.modules[0].advanced(by: cursor.done), memory)
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
