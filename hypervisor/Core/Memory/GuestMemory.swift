#if canImport(XenABI)
  import XenABI
#endif

/// The memory of a virtual CPU as its own pointers name it.
///
/// Each access walks the guest's tables anew and then the domain's map: nothing is kept, since the guest's
/// invalidations do not exit. A pointer that leads nowhere, or where the guest itself could not go, gives
/// `badAddress`. Read once, check the copy, act on the copy.
package struct GuestMemory: BitwiseCopyable {
  let vcpu: Handle<VCPU>
  let physical: DomainMemory
  package let width: CallWidth

  @inline(__always)
  package init(_ vcpu: Handle<VCPU>, width: CallWidth) {
    self.vcpu = vcpu
    self.width = width
    physical = DomainMemory(vcpu.object.domain)
  }

  @inline(never)
  func translate(_ address: GuestVirtualAddress, for access: MemoryAccess) throws(HypercallError) -> GuestTranslation {
    do throws(PageWalkError) {
      return try vcpu.paging.translate(
        address, for: access, limits: physical.domain.object.hypervisor.object.pagingLimits, in: physical)
    } catch {
      throw .badAddress
    }
  }

  /// The guest-physical address behind a pointer, for records that the hypervisor keeps writing to.
  package func physicalAddress(_ address: GuestVirtualAddress) throws(HypercallError) -> GuestPhysicalAddress {
    try translate(address, for: .write).address
  }

  /// Reads an integer, of any alignment.
  @inline(__always)
  package func read<T: FixedWidthInteger & BitwiseCopyable>(
    _ type: T.Type, at address: GuestVirtualAddress
  ) throws(HypercallError) -> T {
    let size = UInt64(MemoryLayout<T>.size)
    if address.offsetInPage &+ size <= pageSize {
      return unsafe try readable(address).loadUnaligned(as: T.self)  // within the page by the check above
    }
    return try readAcross(type, at: address)
  }

  @inline(never)
  private func readAcross<T: FixedWidthInteger & BitwiseCopyable>(
    _: T.Type, at address: GuestVirtualAddress
  ) throws(HypercallError) -> T {
    var bytes = WireBytes()
    try read(address, count: MemoryLayout<T>.size, into: &bytes)
    return bytes.span.loadChecked(at: 0, as: T.self)
  }

  /// Writes an integer, of any alignment.
  @inline(__always)
  package func write<T: FixedWidthInteger & BitwiseCopyable>(
    _ value: T, at address: GuestVirtualAddress
  ) throws(HypercallError) {
    let size = UInt64(MemoryLayout<T>.size)
    if address.offsetInPage &+ size <= pageSize {
      unsafe try writable(address).storeBytes(of: value, as: T.self)  // within the page by the check above
      return
    }
    try writeAcross(value, at: address)
  }

  @inline(never)
  private func writeAcross<T: FixedWidthInteger & BitwiseCopyable>(
    _ value: T, at address: GuestVirtualAddress
  ) throws(HypercallError) {
    var bytes = WireBytes()
    bytes.store(value, at: 0)
    try write(bytes, count: MemoryLayout<T>.size, at: address)
  }

  /// Reads a structure of the caller's width.
  package func read<S: WireStructure>(_: S.Type, at address: GuestVirtualAddress) throws(HypercallError) -> S {
    var bytes = WireBytes()
    try read(address, count: S.size(width), into: &bytes)
    var reader = WireReader(bytes, width: width)
    return S(from: &reader)
  }

  /// Writes a structure of the caller's width. Padding, and fields that the structure does not write, stay.
  package func write<S: WireStructure>(_ value: S, at address: GuestVirtualAddress) throws(HypercallError) {
    var bytes = WireBytes()
    let count = S.size(width)
    try read(address, count: count, into: &bytes)
    var writer = WireWriter(bytes, width: width)
    value.write(to: &writer)
    try write(writer.bytes, count: count, at: address)
  }

  /// Reads `count` bytes, at most `wireCapacity`, to the start of a buffer.
  package func read(
    _ address: GuestVirtualAddress, count: Int, into bytes: inout WireBytes
  ) throws(HypercallError) {
    guard count >= 0, count <= wireCapacity else { throw .invalidArgument }
    var done = 0
    while done < count {
      let from = address.advanced(by: UInt64(done))
      let piece = min(count &- done, Int(pageSize &- from.offsetInPage))
      let place = unsafe try readable(from)
      // `piece` bytes lie within the page.
      unsafe bytes.copy(piece, from: place, to: done)
      done &+= piece
    }
  }

  /// Writes the first `count` bytes of a buffer, at most `wireCapacity`.
  package func write(
    _ bytes: borrowing WireBytes, count: Int, at address: GuestVirtualAddress
  ) throws(HypercallError) {
    guard count >= 0, count <= wireCapacity else { throw .invalidArgument }
    var done = 0
    while done < count {
      let to = address.advanced(by: UInt64(done))
      let piece = min(count &- done, Int(pageSize &- to.offsetInPage))
      let place = unsafe try writable(to)
      // As in `read`, and within the bytes since `done + piece` is at most `wireCapacity`.
      unsafe bytes.span.withUnsafeBytes { buffer in
        unsafe place.copyMemory(from: buffer.baseAddress.unsafelyUnwrapped.advanced(by: done), byteCount: piece)
      }
      done &+= piece
    }
  }
}
