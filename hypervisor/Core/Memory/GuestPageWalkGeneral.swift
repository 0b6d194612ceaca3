#if canImport(XenABI)
  import XenABI
#endif

/// The general walk of a guest's tables: every mode, every error, and the setting of accessed and dirty bits.
extension PagingState {
  /// Translates a linear address, step by step. See `translate`.
  @inline(never)
  func walk<Memory: GuestPhysicalMemory & ~Copyable>(
    _ address: GuestVirtualAddress, for access: MemoryAccess, limits: PagingLimits, in memory: borrowing Memory
  ) throws(PageWalkError) -> GuestTranslation {
    var linear = address.rawValue
    let walk: GeneralWalk
    switch mode {
    case .none:
      linear &= 0xFFFF_FFFF
      return GuestTranslation(linear, bytesLeft: (1 << 32) &- linear)
    case .thirtyTwoBit, .pae:
      linear &= 0xFFFF_FFFF
      walk = GeneralWalk(state: self, limits: limits, access: access, linear: linear)
    case .fourLevel:
      guard address.isCanonical(width: 48) else { throw .notCanonical }
      walk = GeneralWalk(state: self, limits: limits, access: access, linear: linear)
    case .fiveLevel:
      guard address.isCanonical(width: 57) else { throw .notCanonical }
      walk = GeneralWalk(state: self, limits: limits, access: access, linear: linear)
    }
    // An entry that another virtual CPU, or the guest's device, changed between its reading and its marking sends the
    // walk back to the root: often enough for any honest guest, never for ever.
    for _ in 0..<16 {
      if let translation = try walk.attempt(in: memory) { return translation }
    }
    throw .contended
  }
}

/// One walk's parameters.
private struct GeneralWalk {
  let state: PagingState
  let limits: PagingLimits
  let access: MemoryAccess
  let linear: UInt64

  /// An entry that the walk went through.
  struct Step {
    var address: GuestPhysicalAddress
    var entry: GuestPageTableEntry
    static var none: Self { Self(address: GuestPhysicalAddress(0), entry: GuestPageTableEntry()) }
  }

  /// Walks once. `nil`: an entry changed before it could be marked as used.
  func attempt<Memory: GuestPhysicalMemory & ~Copyable>(
    in memory: borrowing Memory
  ) throws(PageWalkError) -> GuestTranslation? {
    var steps = InlineArray<6, Step>(repeating: .none)
    var table = root
    // What all entries allow together, and what any of them forbids.
    var allowed = GuestPageTableEntry.writable.union(.user)
    var forbidden = GuestPageTableEntry()
    var level = levels
    while level > 1 {
      let step = try load(level, table, in: memory)
      steps[level] = step
      if !isPointer(level) {
        allowed.formIntersection(step.entry)
        forbidden.formUnion(step.entry)
      }
      if mapsPage(step.entry, level) { break }
      table = step.entry.address
      level &-= 1
    }
    if level == 1 {
      steps[1] = try load(1, table, in: memory)
      allowed.formIntersection(steps[1].entry)
      forbidden.formUnion(steps[1].entry)
    }
    guard permits(allowed: allowed, forbidden: forbidden) else { throw fault(.present) }

    var marked = levels
    while marked >= level {
      guard try mark(steps[marked], isPage: marked == level, level: marked, in: memory) else { return nil }
      marked &-= 1
    }
    return translation(of: steps[level].entry, level)
  }

  /// Reads the entry of a level, which must be present and have its reserved bits clear.
  private func load<Memory: GuestPhysicalMemory & ~Copyable>(
    _ level: Int, _ table: UInt64, in memory: borrowing Memory
  ) throws(PageWalkError) -> Step {
    let address: GuestPhysicalAddress
    let value: UInt64?
    if state.mode == .thirtyTwoBit {
      address = GuestPhysicalAddress(table &+ (linear &>> shift(level) & 1023) &* 4)
      value = if let half = memory.loadEntry32(address) { UInt64(half) } else { nil }
    } else {
      address = GuestPhysicalAddress(table &+ (linear &>> shift(level) & 511) &* 8)
      value = memory.loadEntry64(address)
    }
    guard let value else { throw .tableOutsideMemory(address) }
    let entry = GuestPageTableEntry(rawValue: value)
    guard entry.contains(.present) else { throw fault(PageFaultErrorCode()) }
    guard entry.isDisjoint(with: reserved(entry, level)) else { throw fault(.present.union(.reserved)) }
    return Step(address: address, entry: entry)
  }

  /// Sets the bits in an entry that say it was used. False: it is no longer what was read.
  private func mark<Memory: GuestPhysicalMemory & ~Copyable>(
    _ step: Step, isPage: Bool, level: Int, in memory: borrowing Memory
  ) throws(PageWalkError) -> Bool {
    // The entries of PAE's first table have no such bits.
    if isPointer(level) { return true }
    var used = step.entry.union(.accessed)
    if isPage, access == .write { used.formUnion(.dirty) }
    if used == step.entry { return true }
    let done =
      if state.mode == .thirtyTwoBit {
        memory.compareExchange32(
          step.address, expected: UInt32(truncatingIfNeeded: step.entry.rawValue),
          desired: UInt32(truncatingIfNeeded: used.rawValue))
      } else {
        memory.compareExchange64(step.address, expected: step.entry.rawValue, desired: used.rawValue)
      }
    guard let done else { throw .tableOutsideMemory(step.address) }
    return done
  }

  /// The rights of an access (Intel SDM vol. 3 4.6.1; AMD APM vol. 2 5.6).
  private func permits(allowed: GuestPageTableEntry, forbidden: GuestPageTableEntry) -> Bool {
    let isUserPage = allowed.contains(.user)
    if state.isUserMode, !isUserPage { return false }
    switch access {
    case .read:
      return state.isUserMode || !isUserPage || !state.protectsUserData
    case .write:
      if !state.isUserMode, isUserPage, state.protectsUserData { return false }
      return allowed.contains(.writable) || (!state.isUserMode && !state.cr0.contains(.writeProtect))
    case .execute:
      if !state.isUserMode, isUserPage, state.cr4.contains(.supervisorExecutionPrevention) { return false }
      // Without NXE the bit is reserved, and in four-byte entries there is none.
      return !forbidden.contains(.noExecute)
    }
  }

  /// The fault at the walk's address for the walk's access, with what is known of the page.
  private func fault(_ known: PageFaultErrorCode) -> PageWalkError {
    var code = known
    if access == .write { code.formUnion(.write) }
    if state.isUserMode { code.formUnion(.user) }
    if access == .execute {
      let hasNoExecute = state.mode != .thirtyTwoBit && state.efer.contains(.noExecuteEnable)
      if hasNoExecute || state.cr4.contains(.supervisorExecutionPrevention) { code.formUnion(.instructionFetch) }
    }
    return .pageFault(PageFault(address: GuestVirtualAddress(linear), errorCode: code))
  }
}

/// The tables' shape in each mode (Intel SDM vol. 3 4.3 to 4.5; AMD APM vol. 2 5.2 and 5.3).
extension GeneralWalk {
  /// The number of levels; the last is level 1.
  private var levels: Int {
    switch state.mode {
    case .none, .thirtyTwoBit: 2
    case .pae: 3
    case .fourLevel: 4
    case .fiveLevel: 5
    }
  }

  /// The physical address of the first table.
  private var root: UInt64 {
    switch state.mode {
    case .none, .thirtyTwoBit: state.cr3 & 0xFFFF_F000
    case .pae: state.cr3 & 0xFFFF_FFE0
    case .fourLevel, .fiveLevel: GuestPageTableEntry(rawValue: state.cr3).address
    }
  }

  /// The linear-address bits below a level's index.
  private func shift(_ level: Int) -> UInt64 {
    let indexBits: UInt64 = state.mode == .thirtyTwoBit ? 10 : 9
    return 12 &+ indexBits &* UInt64(truncatingIfNeeded: level &- 1)
  }

  /// Whether a level's entries are PAE's page-directory pointers, which know neither rights nor use.
  private func isPointer(_ level: Int) -> Bool {
    state.mode == .pae && level == 3
  }

  /// Whether an entry above level 1, its reserved bits being clear, maps a page.
  private func mapsPage(_ entry: GuestPageTableEntry, _ level: Int) -> Bool {
    guard entry.contains(.pageSize) else { return false }
    return state.mode != .thirtyTwoBit || state.cr4.contains(.pageSizeExtensions)
  }

  /// The bits that must be clear in an entry.
  private func reserved(_ entry: GuestPageTableEntry, _ level: Int) -> GuestPageTableEntry {
    if state.mode == .thirtyTwoBit {
      guard level == 2, mapsPage(entry, level) else { return GuestPageTableEntry() }
      // Bits 20:13 are the address's 39:32, of which the processor may have fewer.
      return .reservedIn4M.union(GuestPageTableEntry(rawValue: (limits.reservedAddressBits >> 32 & 0xFF) << 13))
    }
    var bits = GuestPageTableEntry(rawValue: limits.reservedAddressBits)
    if state.mode == .pae { bits.formUnion(.reservedInPAE) }
    if !state.efer.contains(.noExecuteEnable) { bits.formUnion(.noExecute) }
    if isPointer(level) { return bits.union(.reservedInPointer).union(.noExecute) }
    switch level {
    case 1: return bits
    case 2: return entry.contains(.pageSize) ? bits.union(.reservedIn2M) : bits
    case 3:
      guard entry.contains(.pageSize) else { return bits }
      return bits.union(limits.hasGigabytePages ? .reservedIn1G : .pageSize)
    default: return bits.union(.pageSize)
    }
  }

  /// Where the linear address lies in the page that the last entry maps.
  private func translation(of entry: GuestPageTableEntry, _ level: Int) -> GuestTranslation {
    switch level {
    case 1: GuestTranslation(page: entry.address, size: 1 << 12, linear: linear)
    case 2 where state.mode == .thirtyTwoBit: GuestTranslation(page: entry.address4M, size: 1 << 22, linear: linear)
    case 2: GuestTranslation(page: entry.address2M, size: 1 << 21, linear: linear)
    default: GuestTranslation(page: entry.address1G, size: 1 << 30, linear: linear)
    }
  }
}
