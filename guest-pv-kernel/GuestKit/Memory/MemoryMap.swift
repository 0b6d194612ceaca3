import CGuest

/// The guest-physical memory map: the one in the start info where its version has one, else the hypervisor's answer to
/// `XENMEM_memory_map` (Xen gives domain 0 a start info of version 0).
enum MemoryMap {
  /// The bytes of one entry of `XENMEM_memory_map`: address, size and type without padding.
  private static var entrySize: Int { 20 }
  private static var capacity: Int { 128 }
  nonisolated(unsafe) private static var answer = InlineArray<2560, UInt8>(repeating: 0)
  nonisolated(unsafe) private static var answerCount = 0

  /// Asks the hypervisor where the start info has no map. Called once, before anything is allocated.
  static func start() {
    if BootInformation.hasMemoryMap { return }
    var request = MemoryMapRequest(entryCount: UInt32(capacity))
    let result = unsafe withAddress(of: &answer) { address in
      request.buffer = GuestVirtualAddress(address)
      return Result { () throws(GuestError) in try Hypercall.memoryMap(&request) }
    }
    if case .failure(let error) = result { Panic.report("there is no memory map", error) }
    unsafe answerCount = min(Int(request.entryCount), capacity)
  }

  /// The number of entries.
  static var count: Int { BootInformation.hasMemoryMap ? BootInformation.memoryMapCount : unsafe answerCount }

  /// The entry of that number, counted from 0.
  static func entry(_ index: Int) -> HVMMemoryMapEntry {
    precondition(index >= 0 && index < count)
    if BootInformation.hasMemoryMap { return BootInformation.memoryMapEntry(index) }
    var bytes = WireBytes()
    for offset in 0..<entrySize { unsafe bytes[offset] = answer[index * entrySize + offset] }
    var reader = WireReader(bytes, width: .bits64)
    let entry = MemoryMapEntry(from: &reader)
    return HVMMemoryMapEntry(
      address: GuestPhysicalAddress(entry.address), byteCount: entry.byteCount,
      type: HVMMemoryType(rawValue: entry.kind.rawValue))
  }
}

extension HVMMemoryMapEntry {
  /// The whole frames inside.
  var frames: Range<UInt64> {
    let first = (address.rawValue + pageSize - 1) >> pageShift
    return first..<max(first, end.rawValue >> pageShift)
  }
}
