/// The domain's grant table, version 1 (public header `grant_table.h`): frames that others may use. It is set up at its
/// first use.
enum GrantTable {
  nonisolated(unsafe) private static var storedFrames: [GuestFrame] = []
  nonisolated(unsafe) private static var freeReferences: [GrantReference] = []

  /// Where the table's own frames lie.
  static var frames: [GuestFrame] { unsafe storedFrames }

  /// The frames that a table has and may have.
  static func size() throws(GuestError) -> (count: Int, maximum: Int) {
    var argument = GrantQuerySize()
    try Hypercall.grantQuerySize(&argument)
    return (Int(argument.frameCount), Int(argument.maximumFrameCount))
  }

  /// Puts one more frame of the table into the domain's memory.
  static func grow() throws(GuestError) {
    let index = frames.count
    let place = UnusedFrames.take()
    do {
      try XenMemory.addToPhysmap(.grantTable, index: UInt64(index), at: place)
    } catch {
      UnusedFrames.give(place)
      throw error
    }
    unsafe storedFrames.append(place)
    let first = index == 0 ? Int(GrantEntry.reservedCount) : 0
    let entries = Int(GrantEntry.perFrame)
    for entry in (first..<entries).reversed() {
      unsafe freeReferences.append(GrantReference(UInt32(index * entries + entry)))
    }
  }

  /// The entry of a reference.
  private static func entry(_ reference: GrantReference) -> MemoryWindow {
    let number = Int(reference.rawValue)
    let entries = Int(GrantEntry.perFrame)
    let page = frames[number / entries]
    // The frame is mapped, and is a part of this table.
    return unsafe MemoryWindow(unsafeAddress: page.address.rawValue, byteCount: Int(pageSize))
      .window(at: number % entries * 8, byteCount: 8)
  }

  /// Lets `domain` use a frame.
  static func grant(
    _ frame: GuestFrame, to domain: DomainID, readOnly: Bool = false
  ) throws(GuestError) -> Grant {
    try withInterruptsOff { () throws(GuestError) in
      if unsafe freeReferences.isEmpty { try grow() }
      let reference = unsafe freeReferences.removeLast()
      let flags = readOnly ? GrantEntryFlags.permitAccess.union(.readOnly) : .permitAccess
      let entry = entry(reference)
      entry.store16(domain.rawValue, at: 2)
      entry.store32(UInt32(truncatingIfNeeded: frame.rawValue), at: 4)
      // The flags make the entry valid, so they come last.
      entry.store16(flags.rawValue, at: 0)
      return Grant(reference: reference)
    }
  }

  /// Whether the grant is mapped or being copied.
  static func isInUse(_ reference: GrantReference) -> Bool {
    let flags = GrantEntryFlags(rawValue: entry(reference).load16(at: 0))
    return flags.contains(.reading) || flags.contains(.writing)
  }

  /// Ends a grant; returns false where it is in use, and nothing is changed.
  fileprivate static func end(_ reference: GrantReference) -> Bool {
    withInterruptsOff {
      let entry = entry(reference)
      while true {
        let flags = GrantEntryFlags(rawValue: entry.load16(at: 0))
        if flags.contains(.reading) || flags.contains(.writing) { return false }
        if entry.compareExchange16(expected: flags.rawValue, desired: 0, at: 0) { break }
      }
      unsafe freeReferences.append(reference)
      return true
    }
  }
}

/// A frame that another domain may use, until this value ends.
///
/// A grant that is in use can't be taken back. `end` says so; where nobody asks, its reference stays taken for good and
/// the frame must not be used again.
struct Grant: ~Copyable {
  let reference: GrantReference
  private var isOwned = true

  fileprivate init(reference: GrantReference) { self.reference = reference }

  deinit {
    if isOwned { _ = GrantTable.end(reference) }
  }

  var isInUse: Bool { GrantTable.isInUse(reference) }

  /// Ends the grant, so that its frame is the owner's alone. Where the other domain still uses it, it comes back.
  consuming func end() -> Grant? {
    if GrantTable.end(reference) {
      isOwned = false
      return nil
    }
    return self
  }
}
