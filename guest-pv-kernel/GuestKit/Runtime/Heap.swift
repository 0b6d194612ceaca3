import CGuest

/// The memory behind `Array`, `String`, classes and closures: free lists of blocks of 32 bytes to 2 KiB, cut from pages;
/// larger ones take pages of their own.
///
/// A block's first 16 bytes say how it is to be given back, so the usable part starts 16 bytes in. Interrupts are off
/// meanwhile: handlers may allocate.
enum Heap {
  /// Block sizes: 32 << class.
  private static var classCount: Int { 7 }
  private static var headerSize: UInt64 { 16 }
  nonisolated(unsafe) private static var freeLists = InlineArray<7, UInt64>(repeating: 0)
  /// Bytes that are handed out, headers included.
  static var usedBytes: Int { unsafe storedUsedBytes }
  nonisolated(unsafe) private static var storedUsedBytes = 0

  /// The address of `byteCount` fresh bytes, aligned as asked; 0 where there is no memory left.
  static func allocate(byteCount: Int, alignment: Int) -> UInt64 {
    withInterruptsOff {
      if alignment > 16 { return allocateAligned(byteCount: byteCount, alignment: UInt64(alignment)) }
      let needed = byteCount + Int(headerSize)
      guard let sizeClass = sizeClass(for: needed) else { return allocatePages(needed) }
      if unsafe freeLists[sizeClass] == 0 && !refill(sizeClass) { return 0 }
      let block = unsafe freeLists[sizeClass]
      unsafe freeLists[sizeClass] = cguest_load64(block)
      unsafe storedUsedBytes += 32 << sizeClass
      cguest_store64(block, UInt64(sizeClass))
      cguest_store64(block + 8, block)
      return block + headerSize
    }
  }

  /// Takes back what `allocate` gave.
  static func free(_ address: UInt64) {
    if address == 0 { return }
    withInterruptsOff {
      let block = cguest_load64(address - 8)
      let kind = cguest_load64(address - 16)
      if kind < UInt64(classCount) {
        unsafe storedUsedBytes -= 32 << Int(kind)
        unsafe cguest_store64(block, freeLists[Int(kind)])
        unsafe freeLists[Int(kind)] = block
      } else {
        let count = Int(kind >> 8)
        unsafe storedUsedBytes -= count * Int(pageSize)
        PhysicalMemory.give(GuestPhysicalAddress(block).frame, count: count)
      }
    }
  }

  private static func sizeClass(for byteCount: Int) -> Int? {
    for index in 0..<classCount where byteCount <= 32 << index { return index }
    return nil
  }

  private static func refill(_ sizeClass: Int) -> Bool {
    guard let frame = PhysicalMemory.take() else { return false }
    let size: UInt64 = 32 << UInt64(sizeClass)
    var block = frame.address.rawValue
    let end = block + pageSize
    while block < end {
      unsafe cguest_store64(block, freeLists[sizeClass])
      unsafe freeLists[sizeClass] = block
      block += size
    }
    return true
  }

  private static func allocatePages(_ byteCount: Int) -> UInt64 {
    let count = (byteCount + Int(pageSize) - 1) / Int(pageSize)
    guard let frame = PhysicalMemory.take(count: count) else { return 0 }
    let block = frame.address.rawValue
    unsafe storedUsedBytes += count * Int(pageSize)
    cguest_store64(block, UInt64(count) << 8 | 0xFF)
    cguest_store64(block + 8, block)
    return block + headerSize
  }

  /// A larger block whose usable part begins at a multiple of the alignment, with a copy of the header before it.
  private static func allocateAligned(byteCount: Int, alignment: UInt64) -> UInt64 {
    let start = allocate(byteCount: byteCount + Int(alignment) + Int(headerSize), alignment: 16)
    if start == 0 { return 0 }
    let aligned = (start + headerSize + alignment - 1) & ~(alignment - 1)
    cguest_store64(aligned - 16, cguest_load64(start - 16))
    cguest_store64(aligned - 8, cguest_load64(start - 8))
    return aligned
  }
}
