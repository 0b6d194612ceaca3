extension MemoryGauge {
  /// Measures this domain's memory.
  func measure(_ reserve: MemoryReserve) {
    let pages = (reserve.largestPiece + Int(pageSize) - 1) >> Int(pageShift)
    measure(
      free: PhysicalMemory.freeCount << Int(pageShift), reserve: reserve.byteCount,
      isWhole: PhysicalMemory.hasRun(of: pages))
  }
}
