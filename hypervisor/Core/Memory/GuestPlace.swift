#if canImport(XenABI)
  import XenABI
#endif

/// The way from a guest's pointer to the memory behind it, which every hypercall with a structure takes.
///
/// The path that matters is all here and touches little: a 64-bit guest, nothing forbidden, accessed and dirty bits set
/// already, and guest-physical memory in large pages. Everything else, and every error, is the general walk's
/// (`PagingState.translate`) and the map's (`DomainMemory.place`).
extension GuestMemory {
  /// The bytes at an address, to the end of its page, which the guest may read.
  ///
  /// - Throws: `badAddress`.
  @inline(never)
  func readable(_ address: GuestVirtualAddress) throws(HypercallError) -> UnsafeMutableRawPointer {
    if let place = unsafe quickPlace(address, for: .read) { return unsafe place }
    return unsafe try walk(address, for: .read)
  }

  /// The bytes at an address, to the end of its page, which the guest may write.
  ///
  /// - Throws: `badAddress`.
  @inline(never)
  func writable(_ address: GuestVirtualAddress) throws(HypercallError) -> UnsafeMutableRawPointer {
    if let place = unsafe quickPlace(address, for: .write) { return unsafe place }
    return unsafe try walk(address, for: .write)
  }

  /// Reads four bytes that are aligned to their size, with the path that matters inlined: for the calls that guests
  /// make most.
  ///
  /// - Throws: `badAddress`.
  @inline(__always)
  func readAligned32(_ address: GuestVirtualAddress) throws(HypercallError) -> UInt32 {
    if address.rawValue & 3 == 0, let place = kernelPlace(address.rawValue) {
      // Aligned, and so within its page; a place in the direct map, which is nowhere near address 0.
      return unsafe UnsafeRawPointer(bitPattern: place).unsafelyUnwrapped.load(as: UInt32.self)
    }
    return try read32(address)
  }

  /// Where the byte at an address lies in the hypervisor's own space, by the shortest way of all: for a 64-bit kernel
  /// that reads through a page of 2 MiB, without SMAP. Nil where anything is otherwise. Hypercalls of a user never come
  /// as far as here.
  ///
  /// Four levels; each entry has to be present and accessed, with its reserved bits clear (Intel SDM vol. 3 4.5.4).
  @inline(__always)
  private func kernelPlace(_ linear: UInt64) -> UInt? {
    if !vcpu.object.pagingIsCurrent { vcpu.object.refreshPaging(vcpu.rawAddress) }
    let mode = ExtendedFeatures.longModeActive.union(.noExecuteEnable)
    let otherwise = ControlRegister4.linearAddress57.union(.supervisorAccessPrevention)
    guard vcpu.object.storedPaging.efer.intersection(mode) == mode,
      vcpu.object.storedPaging.cr4.isDisjoint(with: otherwise), (linear &+ 1 << 47) >> 48 == 0
    else { return nil }
    let domain = physical.domain
    let required = GuestPageTableEntry.present.union(.accessed)
    let tableMask =
      domain.object.hypervisor.object.pagingLimits.reservedAddressBits | required.union(.pageSize).rawValue

    // Tables lie close together, as a rule: mostly one look at the recent regions does for all.
    let root = GuestPageTableEntry(rawValue: vcpu.object.storedPaging.cr3).address
    var region = root >> 21
    guard var distance = domain.object.p2m.readable.distance(ofRegion: region) else { return nil }
    let level4 = Self.load(UInt(root | linear >> 36 & 0xFF8) &+ distance)
    guard level4.rawValue & tableMask == required.rawValue else { return nil }
    if level4.address >> 21 != region {
      region = level4.address >> 21
      guard let next = domain.object.p2m.readable.distance(ofRegion: region) else { return nil }
      distance = next
    }
    let level3 = Self.load(UInt(level4.address | linear >> 27 & 0xFF8) &+ distance)
    guard level3.rawValue & tableMask == required.rawValue else { return nil }
    if level3.address >> 21 != region {
      region = level3.address >> 21
      guard let next = domain.object.p2m.readable.distance(ofRegion: region) else { return nil }
      distance = next
    }
    let level2 = Self.load(UInt(level3.address | linear >> 18 & 0xFF8) &+ distance)
    let pageMask = tableMask | GuestPageTableEntry.reservedIn2M.rawValue
    guard level2.rawValue & pageMask == required.union(.pageSize).rawValue,
      let last = domain.object.p2m.readable.distance(ofRegion: level2.address2M >> 21)
    else { return nil }
    return UInt(level2.address2M | linear & (1 << 21 &- 1)) &+ last
  }

  /// A page-table entry in the direct map.
  @inline(__always)
  private static func load(_ place: UInt) -> GuestPageTableEntry {
    // Eight bytes at a multiple of eight in a region of memory, which is nowhere near address 0.
    GuestPageTableEntry(
      rawValue: unsafe UnsafePointer<UInt64>(bitPattern: place).unsafelyUnwrapped.pointee)
  }

  @inline(never)
  private func read32(_ address: GuestVirtualAddress) throws(HypercallError) -> UInt32 {
    try read(UInt32.self, at: address)
  }

  @inline(never)
  private func walk(
    _ address: GuestVirtualAddress, for access: MemoryAccess
  ) throws(HypercallError) -> UnsafeMutableRawPointer {
    let translation = try translate(address, for: access)
    guard let place = unsafe physical.place(translation.address, forWriting: access == .write) else {
      throw .badAddress
    }
    return unsafe place
  }

  @inline(__always)
  private func quickPlace(_ address: GuestVirtualAddress, for access: MemoryAccess) -> UnsafeMutableRawPointer? {
    let domain = physical.domain
    guard
      let translation = vcpu.paging.quickTranslation(
        address, for: access, limits: domain.object.hypervisor.object.pagingLimits, in: RegionMemory(domain))
    else { return nil }
    return access == .write
      ? unsafe domain.object.p2m.writable.pointer(translation.address)
      : unsafe domain.object.p2m.readable.pointer(translation.address)
  }
}

/// A domain's physical memory as far as large pages and recent lookups go: it has no answer for the rest.
private struct RegionMemory: GuestPhysicalMemory {
  private let domain: Handle<Domain>

  @inline(__always) init(_ domain: Handle<Domain>) { self.domain = domain }

  @inline(__always)
  func loadEntry64(_ address: GuestPhysicalAddress) -> UInt64? {
    guard let place = unsafe domain.object.p2m.readable.pointer(address) else { return nil }
    return unsafe place.load(as: UInt64.self)  // aligned by the protocol
  }

  func loadEntry32(_: GuestPhysicalAddress) -> UInt32? { nil }
  func compareExchange64(_: GuestPhysicalAddress, expected: UInt64, desired: UInt64) -> Bool? { nil }
  func compareExchange32(_: GuestPhysicalAddress, expected: UInt32, desired: UInt32) -> Bool? { nil }
}
