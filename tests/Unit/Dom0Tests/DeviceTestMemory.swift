@testable import Dom0Logic
@testable import GuestKitLogic

/// Memory that several sides of a test have.
final class TestMemory: DeviceMemory, BlockRingMemory {
  private final class Storage {
    var bytes: [UInt8]
    init(_ bytes: [UInt8]) { self.bytes = bytes }
  }

  private let storage: Storage
  private let base: Int

  init(byteCount: Int) {
    storage = Storage([UInt8](repeating: 0, count: byteCount))
    base = 0
  }

  private init(_ storage: Storage, _ base: Int) {
    self.storage = storage
    self.base = base
  }

  /// The same memory from an offset on.
  func part(from offset: Int) -> TestMemory { TestMemory(storage, base + offset) }

  private func load<T: FixedWidthInteger>(_ offset: Int) -> T {
    (0..<MemoryLayout<T>.size).reduce(0) { $0 | T(storage.bytes[base + offset + $1]) << T($1 * 8) }
  }
  private func store<T: FixedWidthInteger>(_ value: T, _ offset: Int) {
    for index in 0..<MemoryLayout<T>.size {
      storage.bytes[base + offset + index] = UInt8(truncatingIfNeeded: value >> T(index * 8))
    }
  }

  func load8(at offset: Int) -> UInt8 { load(offset) }
  func load16(at offset: Int) -> UInt16 { load(offset) }
  func load32(at offset: Int) -> UInt32 { load(offset) }
  func load64(at offset: Int) -> UInt64 { load(offset) }
  func store8(_ value: UInt8, at offset: Int) { store(value, offset) }
  func store16(_ value: UInt16, at offset: Int) { store(value, offset) }
  func store32(_ value: UInt32, at offset: Int) { store(value, offset) }
  func store64(_ value: UInt64, at offset: Int) { store(value, offset) }
  func fence() {}
}
