#if canImport(XenABI)
  import XenABI
#endif

/// A guest's memory by linear addresses, as the processor itself reaches for descriptor tables and task-state segments.
///
/// Integers are of 1 to 8 bytes, little-endian, at any alignment.
package protocol LinearMemory {
  /// How addresses are translated, and with whose rights.
  var paging: PagingState { get set }

  func read(_ size: Int, at address: GuestVirtualAddress) throws(LinearAccessError) -> UInt64
  func write(_ value: UInt64, _ size: Int, at address: GuestVirtualAddress) throws(LinearAccessError)
  /// Whether writing would succeed; nothing is changed but the marks of use in the guest's tables.
  func checkWritable(_ address: GuestVirtualAddress, count: Int) throws(LinearAccessError)
}

/// Why linear memory can't be read or written.
package enum LinearAccessError: Error, Equatable, Sendable {
  /// The guest's own tables forbid it.
  case pageFault(PageFault)
  /// There is no memory of the domain behind the address, or none that may be written.
  case noMemory(GuestVirtualAddress)
}

/// The linear memory of a vCPU's, for accesses that are a supervisor's whatever the guest's privilege level (Intel SDM
/// vol. 3 4.6.1).
package struct ImplicitMemory: LinearMemory {
  package var paging: PagingState
  private let domain: Handle<Domain>

  package init(_ vcpu: Handle<VCPU>) {
    paging = vcpu.paging.forImplicitAccess
    domain = vcpu.object.domain
  }

  @inline(never)
  package func read(_ size: Int, at address: GuestVirtualAddress) throws(LinearAccessError) -> UInt64 {
    var value: UInt64 = 0
    var index = 0
    while index < size {
      let place = unsafe try place(address.advanced(by: UInt64(index)), .read)
      // One byte, within its frame.
      value |= unsafe UInt64(place.load(as: UInt8.self)) &<< UInt64(index &* 8)
      index &+= 1
    }
    return value
  }

  @inline(never)
  package func write(_ value: UInt64, _ size: Int, at address: GuestVirtualAddress) throws(LinearAccessError) {
    var index = 0
    while index < size {
      let place = unsafe try place(address.advanced(by: UInt64(index)), .write)
      unsafe place.storeBytes(of: UInt8(truncatingIfNeeded: value &>> UInt64(index &* 8)), as: UInt8.self)
      index &+= 1
    }
  }

  package func checkWritable(_ address: GuestVirtualAddress, count: Int) throws(LinearAccessError) {
    _ = unsafe try place(address, .write)
    _ = unsafe try place(address.advanced(by: UInt64(count &- 1)), .write)
  }

  /// Where a byte is. Integers go byte by byte: who comes here does so seldom, and with any alignment.
  private func place(
    _ address: GuestVirtualAddress, _ access: MemoryAccess
  ) throws(LinearAccessError) -> UnsafeMutableRawPointer {
    let memory = DomainMemory(domain)
    let limits = domain.object.hypervisor.object.pagingLimits
    do throws(PageWalkError) {
      let translation = try paging.walk(address, for: access, limits: limits, in: memory)
      if let place = unsafe memory.place(translation.address, forWriting: access == .write) { return unsafe place }
    } catch {
      if case .pageFault(let fault) = error { throw .pageFault(fault) }
    }
    throw .noMemory(address)
  }
}
