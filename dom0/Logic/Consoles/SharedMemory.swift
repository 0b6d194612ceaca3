/// Memory that a guest reads and writes at the same time. Each access happens once, and is as wide as it says.
protocol SharedMemory {
  func load8(at offset: Int) -> UInt8
  func load32(at offset: Int) -> UInt32
  func store8(_ value: UInt8, at offset: Int)
  func store32(_ value: UInt32, at offset: Int)
}
