/// Memory that is reached by the addresses of its words: the guest's own, or an array in tests.
protocol WordMemory {
  func load(_ address: UInt64) -> UInt64
  func store(_ value: UInt64, _ address: UInt64)
}
