#if canImport(Dom0Logic)
  @testable import Dom0Logic
  import XenABI
#endif

/// A shared page that the fuzzer, as the guest, writes too.
final class FuzzPage: SharedMemory {
  private var bytes = [UInt8](repeating: 0, count: 4096)

  init() {}

  func load8(at offset: Int) -> UInt8 { bytes[offset] }
  func store8(_ value: UInt8, at offset: Int) { bytes[offset] = value }
  func load32(at offset: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << UInt32($1 * 8) }
  }
  func store32(_ value: UInt32, at offset: Int) {
    for index in 0..<4 { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt32(index * 8)) }
  }
}
