#if canImport(XenABI)
  import XenABI
#endif

/// What a linear address stands for.
package struct GuestTranslation: Equatable, BitwiseCopyable, Sendable {
  /// The byte's place in the domain's physical memory.
  package var address: GuestPhysicalAddress
  /// The bytes from there to the end of the guest's page: so many are contiguous, at least 1.
  package var bytesLeft: UInt64

  @inline(__always)
  init(_ address: UInt64, bytesLeft: UInt64) {
    self.address = GuestPhysicalAddress(address)
    self.bytesLeft = bytesLeft
  }

  /// The byte in a page of `size` bytes, a power of two, at `page`.
  @inline(__always)
  init(page: UInt64, size: UInt64, linear: UInt64) {
    let offset = linear & (size &- 1)
    self.init(page | offset, bytesLeft: size &- offset)
  }
}

extension PagingState {
  /// Translates a linear address by the guest's own tables, as the processor would for an access of the kind: checks
  /// every permission, and sets the accessed and dirty bits.
  ///
  /// Nothing is cached, for the guest's invalidations are not seen here. Protection keys and shadow stacks are not
  /// looked at: they are features that the guest must not be offered where this walk stands for the processor's.
  ///
  /// In 32-bit modes the address is cut to 32 bits. PAE's first table is read from memory like the others, as AMD's
  /// processors do, although Intel's load it with CR3.
  ///
  /// The path that matters, four levels with everything allowed and the bits set, is inlined into the caller: a mask
  /// and a comparison an entry. All else, and every error, is the general walk's.
  @inline(__always)
  package func translate<Memory: GuestPhysicalMemory & ~Copyable>(
    _ address: GuestVirtualAddress, for access: MemoryAccess, limits: PagingLimits, in memory: borrowing Memory
  ) throws(PageWalkError) -> GuestTranslation {
    if let translation = quickTranslation(address, for: access, limits: limits, in: memory) { return translation }
    return try walk(address, for: access, limits: limits, in: memory)
  }

  /// The four-level walk when nothing is in the way; `nil` where something might be.
  @inline(__always)
  func quickTranslation<Memory: GuestPhysicalMemory & ~Copyable>(
    _ address: GuestVirtualAddress, for access: MemoryAccess, limits: PagingLimits, in memory: borrowing Memory
  ) -> GuestTranslation? {
    // LMA is set only while paging is on.
    guard efer.contains(.longModeActive), !cr4.contains(.linearAddress57), address.isCanonical(width: 48) else {
      return nil
    }
    let linear = address.rawValue
    let rules = QuickRules(self, access, limits)

    let root = GuestPageTableEntry(rawValue: cr3).address
    guard let level4 = loadEntry(root, linear >> 39, in: memory), rules.allowTable(level4) else { return nil }
    guard let level3 = loadEntry(level4.address, linear >> 30, in: memory) else { return nil }
    guard rules.allowTable(level3) else {
      // The entry may map a page of 1 GiB.
      guard limits.hasGigabytePages, rules.allowPage(level3, reserved: .reservedIn1G) else { return nil }
      return GuestTranslation(page: level3.address1G, size: 1 << 30, linear: linear)
    }
    guard let level2 = loadEntry(level3.address, linear >> 21, in: memory) else { return nil }
    if rules.allowPage(level2, reserved: .reservedIn2M) {
      return GuestTranslation(page: level2.address2M, size: 1 << 21, linear: linear)
    }
    guard rules.allowTable(level2), let level1 = loadEntry(level2.address, linear >> 12, in: memory),
      rules.allowPage(level1)
    else { return nil }
    return GuestTranslation(page: level1.address, size: 1 << 12, linear: linear)
  }
}

/// The entry of eight bytes at the index's low nine bits in a table.
@inline(__always)
private func loadEntry<Memory: GuestPhysicalMemory & ~Copyable>(
  _ table: UInt64, _ index: UInt64, in memory: borrowing Memory
) -> GuestPageTableEntry? {
  guard let value = memory.loadEntry64(GuestPhysicalAddress(table | (index & 511) << 3)) else { return nil }
  return GuestPageTableEntry(rawValue: value)
}

extension GuestVirtualAddress {
  /// Whether the bits above the lowest `width` all repeat the topmost of those (Intel SDM vol. 1 3.3.7.1).
  @inline(__always)
  package func isCanonical(width: Int64) -> Bool {
    let value = Int64(bitPattern: rawValue)
    return (value &<< (64 &- width)) &>> (64 &- width) == value
  }
}

/// The one comparison that says an entry needs nothing done: the bits under the mask are exactly the required ones.
///
/// Stricter than the processor, never laxer. A supervisor's access that SMEP or SMAP restrict is taken only where the
/// last entry is a supervisor's: that suffices, for one such entry on the way makes the page a supervisor's.
private struct QuickRules {
  private var mask: GuestPageTableEntry
  private var required: GuestPageTableEntry
  /// What the last entry must have beyond that.
  private var pageMask: GuestPageTableEntry
  private var pageRequired: GuestPageTableEntry

  @inline(__always)
  init(_ state: PagingState, _ access: MemoryAccess, _ limits: PagingLimits) {
    required = .present.union(.accessed)
    mask = GuestPageTableEntry(rawValue: limits.reservedAddressBits).union(required)
    pageMask = GuestPageTableEntry()
    pageRequired = GuestPageTableEntry()
    // Without NXE the bit is reserved.
    if access == .execute || !state.efer.contains(.noExecuteEnable) { mask.formUnion(.noExecute) }
    if state.isUserMode {
      required.formUnion(.user)
      mask.formUnion(.user)
    } else if access == .execute ? state.cr4.contains(.supervisorExecutionPrevention) : state.protectsUserData {
      pageMask.formUnion(.user)
    }
    if access == .write {
      if state.isUserMode || state.cr0.contains(.writeProtect) {
        required.formUnion(.writable)
        mask.formUnion(.writable)
      }
      pageMask.formUnion(.dirty)
      pageRequired.formUnion(.dirty)
    }
  }

  /// Whether the entry leads on to a table.
  @inline(__always)
  func allowTable(_ entry: GuestPageTableEntry) -> Bool {
    entry.intersection(mask.union(.pageSize)) == required
  }

  /// Whether the entry, of level 1, maps a page.
  @inline(__always)
  func allowPage(_ entry: GuestPageTableEntry) -> Bool {
    entry.intersection(mask.union(pageMask)) == required.union(pageRequired)
  }

  /// Whether the entry maps a large page, of whose address the bits `reserved` must be clear.
  @inline(__always)
  func allowPage(_ entry: GuestPageTableEntry, reserved: GuestPageTableEntry) -> Bool {
    entry.intersection(mask.union(pageMask).union(reserved).union(.pageSize))
      == required.union(pageRequired).union(.pageSize)
  }
}
