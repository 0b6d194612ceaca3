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
    if address.rawValue & 3 == 0, let place = unsafe quickPlace(address, for: .read) {
      return unsafe place.load(as: UInt32.self)  // aligned, and so within its page
    }
    return try read32(address)
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
