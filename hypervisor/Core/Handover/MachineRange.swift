#if canImport(XenABI)
  import XenABI
#endif

/// A range of the machine's memory, from `start` up to `end`, which is not in it any more.
package struct MachineRange: Equatable, BitwiseCopyable, Sendable {
  package var start: MachineAddress
  package var end: MachineAddress

  package init(_ start: MachineAddress = MachineAddress(0), _ end: MachineAddress = MachineAddress(0)) {
    self.start = start
    self.end = end
  }

  /// The whole frames of a range that is told of by address and length in bytes: what is partly in it stays outside.
  package init(framesWithin address: MachineAddress, byteCount: UInt64) {
    let (end, overflow) = address.rawValue.addingReportingOverflow(byteCount)
    let (rounded, wraps) = address.rawValue.addingReportingOverflow(pageSize &- 1)
    start = MachineAddress((wraps ? UInt64.max : rounded) & ~(pageSize &- 1))
    self.end = MachineAddress((overflow ? UInt64.max : end) & ~(pageSize &- 1))
  }

  /// The frames that a range touches.
  package init(framesAround address: MachineAddress, byteCount: UInt64) {
    let (end, overflow) = address.rawValue.addingReportingOverflow(byteCount)
    let (rounded, wraps) = end.addingReportingOverflow(pageSize &- 1)
    start = MachineAddress(address.rawValue & ~(pageSize &- 1))
    self.end = MachineAddress((overflow || wraps ? UInt64.max : rounded) & ~(pageSize &- 1))
  }

  /// Where a PC has its interrupt controllers and timers (Intel 300 series datasheet; AMD BKDG). Mapped for the
  /// hypervisor, and for nobody else.
  package static var controllers: Self { Self(MachineAddress(0xFEC0_0000), MachineAddress(0xFF00_0000)) }

  package var isEmpty: Bool { end <= start }
  package var byteCount: UInt64 { isEmpty ? 0 : end.rawValue &- start.rawValue }
  package var frameCount: UInt64 { byteCount >> pageShift }

  package func contains(_ address: MachineAddress) -> Bool { start <= address && address < end }

  package func overlaps(_ other: Self) -> Bool { start < other.end && other.start < end }

  /// Whether the two are one: they overlap, or one begins where the other ends.
  package func touches(_ other: Self) -> Bool { start <= other.end && other.start <= end }

  package func union(_ other: Self) -> Self { Self(min(start, other.start), max(end, other.end)) }

  package func intersection(_ other: Self) -> Self { Self(max(start, other.start), min(end, other.end)) }

  /// The page tables below the topmost that suffice to map it with the largest pages that fit, where its addresses are
  /// aligned as the machine's are: one for each 512 GiB and each 1 GiB that it touches, and one for either end.
  package var tableBound: UInt64 {
    guard !isEmpty else { return 0 }
    let last = end.rawValue &- 1
    return (last >> 39) &- (start.rawValue >> 39) &+ (last >> 30) &- (start.rawValue >> 30) &+ 4
  }
}
