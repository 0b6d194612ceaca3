#if canImport(XenABI)
  import XenABI
#endif

/// Why a memory map can't be made.
package enum MemoryMapError: Error, Equatable {
  /// More ranges than a map holds.
  case full
  /// A range that reaches past the top of the address space.
  case wraps
  /// Less memory than a domain needs.
  case tooLittleMemory
  /// More memory than a domain can have.
  case tooMuchMemory

  /// One line for the console: what was expected.
  package var message: StaticString {
    switch self {
    case .full: "expected at most 64 ranges in the memory map"
    case .wraps: "expected a range of memory that ends below the top of the address space"
    case .tooLittleMemory: "expected at least 1 MiB of memory for a domain"
    case .tooMuchMemory: "expected at most 64 GiB of memory for a domain"
    }
  }
}

/// A domain's memory map: what hypercall 12/9 (`XENMEM_memory_map`) and the start info tell a guest.
///
/// The ranges are sorted, do not overlap, and neighbours of one type are one range. What no range names is a hole: a
/// guest may map shared frames there.
package struct GuestMemoryMap: BitwiseCopyable {
  /// The most ranges of a map.
  package static var capacity: Int { 64 }

  private var ranges: InlineArray<64, HVMMemoryMapEntry>
  /// The number of ranges.
  package private(set) var count: Int

  /// A map that is all hole.
  package init() {
    let nothing = HVMMemoryMapEntry(address: GuestPhysicalAddress(0), byteCount: 0, type: .reserved)
    ranges = InlineArray(repeating: nothing)
    count = 0
  }

  /// The map of a domain with `frames` frames of memory, in the places of `GuestPhysicalLayout`.
  ///
  /// RAM starts at 0 and has no hole below 1 MiB: a guest that looks for firmware tables between 0x9FC00 and 0xFFFFF
  /// reads zeros. The ACPI frame and the special frames are backed, but not by the domain's `frames`.
  package init(frames: UInt64) throws(MemoryMapError) {
    self.init()
    guard frames >= GuestPhysicalLayout.leastFrames else { throw .tooLittleMemory }
    guard frames <= GuestPhysicalLayout.mostFrames else { throw .tooMuchMemory }
    let bytes = frames &* pageSize  // at most 2^36
    let low = min(bytes, GuestPhysicalLayout.lowMemoryEnd.rawValue)
    try set(GuestPhysicalAddress(0), byteCount: low, to: .ram)
    try set(GuestPhysicalLayout.acpi, byteCount: pageSize, to: .acpi)
    try set(GuestPhysicalLayout.localAPIC, byteCount: pageSize, to: .reserved)
    try set(
      GuestPhysicalLayout.specialFrames.address, byteCount: GuestPhysicalLayout.specialFrameCount &* pageSize,
      to: .reserved)
    try set(GuestPhysicalLayout.highMemoryStart, byteCount: bytes &- low, to: .ram)
  }

  /// The range at `index`, which is below `count`.
  package subscript(index: Int) -> HVMMemoryMapEntry {
    precondition(index < count)
    return ranges[index]
  }

  /// Gives `byteCount` bytes from `address` on a type, whatever they were before. An empty range changes nothing.
  @inline(never)  // a map is large: one copy of this code, and of its frame on the stack
  package mutating func set(
    _ address: GuestPhysicalAddress, byteCount: UInt64, to type: HVMMemoryType
  ) throws(MemoryMapError) {
    guard byteCount > 0 else { return }
    let (end, overflow) = address.rawValue.addingReportingOverflow(byteCount)
    guard !overflow else { throw .wraps }
    var result = GuestMemoryMap()
    for index in 0..<count {
      let old = ranges[index]
      // The part of the old range before the new one.
      if old.address < address {
        try result.append(old.address.rawValue, min(old.end.rawValue, address.rawValue), old.type)
      }
    }
    try result.append(address.rawValue, end, type)
    for index in 0..<count {
      let old = ranges[index]
      // The part of the old range after the new one.
      if old.end.rawValue > end { try result.append(max(old.address.rawValue, end), old.end.rawValue, old.type) }
    }
    self = result
  }

  /// Gives frames of the machine, mapped at their own numbers, a type: the control domain's memory is such.
  package mutating func setIdentity(
    _ first: MachineFrame, frameCount: UInt64, to type: HVMMemoryType
  ) throws(MemoryMapError) {
    guard first.rawValue < 1 << 52, frameCount < 1 << 52 else { throw .wraps }
    try set(GuestPhysicalAddress(first.address.rawValue), byteCount: frameCount << pageShift, to: type)
  }

  private mutating func append(_ start: UInt64, _ end: UInt64, _ type: HVMMemoryType) throws(MemoryMapError) {
    if count > 0, ranges[count &- 1].end.rawValue == start, ranges[count &- 1].type == type {
      ranges[count &- 1].byteCount = end &- ranges[count &- 1].address.rawValue
      return
    }
    guard count < Self.capacity else { throw .full }
    ranges[count] = HVMMemoryMapEntry(address: GuestPhysicalAddress(start), byteCount: end &- start, type: type)
    count &+= 1
  }

  /// Whether all of `byteCount` bytes from `address` on are RAM.
  package func isRAM(_ address: GuestPhysicalAddress, byteCount: UInt64) -> Bool {
    let (end, overflow) = address.rawValue.addingReportingOverflow(byteCount)
    guard !overflow else { return false }
    for index in 0..<count where ranges[index].type == .ram {
      if ranges[index].address <= address && end <= ranges[index].end.rawValue { return true }
    }
    return false
  }

  /// The lowest RAM at or above `floor` that holds `byteCount` bytes and ends at or below `ceiling`, where a loader may
  /// put modules and the start info. The place is aligned to a frame.
  package func firstRAM(
    byteCount: UInt64, notBelow floor: GuestPhysicalAddress,
    ceiling: GuestPhysicalAddress = GuestPhysicalLayout.highMemoryStart
  ) -> GuestPhysicalAddress? {
    for index in 0..<count where ranges[index].type == .ram {
      let range = ranges[index]
      let (padded, overflow) = max(range.address.rawValue, floor.rawValue).addingReportingOverflow(pageSize &- 1)
      if overflow { continue }
      let start = padded & ~(pageSize &- 1)
      let end = min(range.end.rawValue, ceiling.rawValue)
      if start <= end && byteCount <= end &- start { return GuestPhysicalAddress(start) }
    }
    return nil
  }

  /// The whole frames of RAM.
  package var ramFrameCount: UInt64 {
    var frames: UInt64 = 0
    for index in 0..<count where ranges[index].type == .ram {
      let first = (ranges[index].address.rawValue &+ (pageSize &- 1)) >> pageShift
      let past = ranges[index].end.rawValue >> pageShift
      if past > first { frames &+= past &- first }
    }
    return frames
  }

  /// The highest frame of any RAM, or nil where there is none (hypercall 12/2, `XENMEM_maximum_ram_page`).
  package var highestRAMFrame: GuestFrame? {
    var highest: GuestFrame? = nil
    for index in 0..<count where ranges[index].type == .ram {
      highest = GuestPhysicalAddress(ranges[index].end.rawValue &- 1).frame  // a range is never empty
    }
    return highest
  }
}
