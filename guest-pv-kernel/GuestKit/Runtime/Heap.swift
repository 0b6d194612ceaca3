import CGuest

/// The guest's own RAM, which is mapped one to one.
struct OwnMemory: HeapMemory {
  @inline(__always) func load(_ address: UInt64) -> UInt64 { cguest_load64(address) }
  @inline(__always) func store(_ value: UInt64, _ address: UInt64) { cguest_store64(address, value) }
  func takePages(_ count: Int) -> UInt64? { PhysicalMemory.take(count: count)?.address.rawValue }
  func givePages(_ address: UInt64, _ count: Int) {
    PhysicalMemory.give(GuestPhysicalAddress(address).frame, count: count)
  }
}

/// The memory behind `Array`, `String`, classes and closures. Interrupts are off meanwhile: handlers may allocate.
enum Heap {
  nonisolated(unsafe) private static var blocks = BlockHeap(OwnMemory())
  /// Bytes that are handed out.
  static var usedBytes: Int { unsafe blocks.usedBytes }

  /// The address of `byteCount` fresh bytes, aligned as asked; 0 where there is no memory left.
  static func allocate(byteCount: Int, alignment: Int) -> UInt64 {
    withInterruptsOff {
      unsafe blocks.allocate(byteCount: UInt64(byteCount), alignment: UInt64(alignment)) ?? 0
    }
  }

  /// Takes back what `allocate` gave.
  static func free(_ address: UInt64) {
    if address == 0 { return }
    withInterruptsOff { unsafe blocks.free(address) }
  }
}
