#if canImport(XenABI)
  import XenABI
#endif

/// Where the parts of a domain go while it is built: ring -1 writes through its direct map at boot, the control
/// domain's tools through a mapping of the new domain's frames, a host test into a buffer.
package protocol GuestImageWriter: ~Copyable {
  /// Copies `bytes` to guest-physical `address`.
  mutating func write(_ bytes: RawSpan, at address: GuestPhysicalAddress) throws(GuestWriteError)
  /// Makes `byteCount` bytes from `address` on zero. A writer whose memory is new and zero already has nothing to do.
  mutating func zero(_ byteCount: UInt64, at address: GuestPhysicalAddress) throws(GuestWriteError)
}

/// Why a writer refused: both are the caller's plan gone wrong, not the image's fault.
package enum GuestWriteError: Error, Equatable {
  /// Some of the bytes lie where the domain has no memory.
  case outsideMemory
  /// The domain's memory could not be reached: a mapping failed.
  case notMapped
}

extension GuestImageWriter where Self: ~Copyable {
  /// Writes a structure of the guest ABI as it is in both widths.
  mutating func write<T: WireStructure>(_ value: T, at address: GuestPhysicalAddress) throws(GuestWriteError) {
    var writer = WireWriter(WireBytes(), width: .bits64)
    value.write(to: &writer)
    try write(writer.bytes.span.extracting(first: T.size(.bits64)), at: address)
  }
}
