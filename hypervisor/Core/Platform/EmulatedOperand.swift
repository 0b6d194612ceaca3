#if canImport(XenABI)
  import XenABI
#endif

/// Why an operand in memory can't be reached.
package enum OperandError: Error, Equatable, Sendable {
  /// The guest's own tables do not let it.
  case translation(PageWalkError)
  /// A write through a grant that allows reading: #GP, as the ABI's documents promise.
  case readOnlyGrant
}

/// An operand in memory of an instruction that the hypervisor carries out: translated by the guest's tables and asked
/// for its rights as a whole, in the one page or the two that it lies in, before a byte of it is read or written.
///
/// Each part is memory of the domain or a device of the platform. What the domain may not write, but for a read-only
/// grant, takes no write, and nobody is told.
package struct EmulatedOperand: BitwiseCopyable {
  private let vcpu: Handle<VCPU>
  private let size: UInt8
  /// Where the first byte lies, how many bytes lie in its page, and where the rest of them is.
  private let first: GuestPhysicalAddress
  private let firstSize: UInt8
  private let rest: GuestPhysicalAddress

  /// - Parameters:
  ///   - vcpu: whose tables, rights and memory count.
  ///   - address: linear, of the first byte.
  ///   - size: 1 to 8 bytes.
  ///   - access: `write` allows reading too.
  package init(
    _ vcpu: Handle<VCPU>, at address: GuestVirtualAddress, size: UInt8, for access: MemoryAccess
  ) throws(OperandError) {
    self.vcpu = vcpu
    self.size = size
    firstSize = UInt8(truncatingIfNeeded: min(UInt64(size), pageSize &- address.offsetInPage))
    first = try Self.place(vcpu, address, access)
    rest = firstSize < size ? try Self.place(vcpu, address.advanced(by: UInt64(firstSize)), access) : first
  }

  private static func place(
    _ vcpu: Handle<VCPU>, _ address: GuestVirtualAddress, _ access: MemoryAccess
  ) throws(OperandError) -> GuestPhysicalAddress {
    let domain = vcpu.object.domain
    let place: GuestPhysicalAddress
    do throws(PageWalkError) {
      place = try vcpu.paging.translate(
        address, for: access, limits: domain.object.hypervisor.object.pagingLimits, in: DomainMemory(domain)
      ).address
    } catch {
      throw .translation(error)
    }
    if access == .write, domain.object.p2m.lookup(place.frame).type == .grantReadOnly { throw .readOnlyGrant }
    return place
  }

  /// The operand's bytes, zero-extended.
  package func read() -> UInt64 {
    let low = read(first, firstSize)
    guard firstSize < size else { return low }
    return low | read(rest, size &- firstSize) &<< (UInt64(firstSize) &* 8)
  }

  /// Writes the low bytes of a value.
  package func write(_ value: UInt64) {
    write(value, to: first, firstSize)
    if firstSize < size { write(value &>> (UInt64(firstSize) &* 8), to: rest, size &- firstSize) }
  }

  private func read(_ place: GuestPhysicalAddress, _ count: UInt8) -> UInt64 {
    var bytes = InlineArray<8, UInt8>(repeating: 0)
    var span = bytes.mutableSpan
    var raw = unsafe span.mutableBytes  // bytes have no invalid values
    if DomainMemory(vcpu.object.domain).read(place, count: Int(count), into: &raw, at: 0) {
      return unsafe bytes.span.bytes.loadChecked(at: 0, as: UInt64.self)
    }
    return truncated(DeviceMemory.read(vcpu, place), size: count)
  }

  private func write(_ value: UInt64, to place: GuestPhysicalAddress, _ count: UInt8) {
    var bytes = InlineArray<8, UInt8>(repeating: 0)
    var span = bytes.mutableSpan
    var raw = unsafe span.mutableBytes  // bytes have no invalid values
    raw.storeChecked(value, at: 0)
    let part = unsafe bytes.span.bytes.extracting(first: Int(count))
    if !DomainMemory(vcpu.object.domain).write(part, to: place) { DeviceMemory.write(vcpu, place, value, count) }
  }
}
