/// Memory shared with someone whose accesses come in the order in which they are made.
protocol OrderedMemory: SharedMemory {
  /// Every store before it is seen before any load after it.
  func fence()
}

/// A device's registers, or memory that it reads and writes by itself.
protocol DeviceMemory: OrderedMemory {
  func load16(at offset: Int) -> UInt16
  func load64(at offset: Int) -> UInt64
  func store16(_ value: UInt16, at offset: Int)
  func store64(_ value: UInt64, at offset: Int)
}
