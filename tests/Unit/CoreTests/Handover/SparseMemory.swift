import Glibc
import XenABI

@testable import Core

/// The first 4 GiB of a machine, of which only what a test writes takes memory: firmware's tables lie at their end. The
/// window lives as long as it does.
final class SparseMemory {
  let window: DirectMap
  private static let size = 1 << 32

  init() {
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
    let memory = mmap(nil, Self.size, PROT_READ | PROT_WRITE, flags, -1, 0)
    precondition(memory != MAP_FAILED)
    window = DirectMap(base: UInt(bitPattern: memory), limit: MachineAddress(1 << 32))
  }

  deinit { munmap(window.pointer(MachineAddress(0)), Self.size) }

  /// What firmware tells there.
  var tables: FirmwareTables { withExtendedLifetime(self) { FirmwareTables(window) } }

  func put(_ bytes: [UInt8], at address: UInt64) {
    precondition(window.contains(MachineAddress(address), count: UInt64(bytes.count)))
    window.pointer(MachineAddress(address)).copyMemory(from: bytes, byteCount: bytes.count)
  }
}

/// A structure of firmware's or a loader's, put together byte by byte.
struct TableBytes {
  private(set) var bytes: [UInt8]

  init(_ count: Int = 0) { bytes = [UInt8](repeating: 0, count: count) }

  mutating func set<Number: FixedWidthInteger>(_ value: Number, at offset: Int) {
    for index in 0..<(Number.bitWidth / 8) {
      bytes[offset + index] = UInt8(truncatingIfNeeded: value >> Number(index * 8))
    }
  }

  mutating func set(_ text: String, at offset: Int) {
    for (index, byte) in text.utf8.enumerated() { bytes[offset + index] = byte }
  }

  mutating func append(_ more: [UInt8]) { bytes += more }

  /// Sets the byte at `offset` so that the first `count` bytes, all unless said, sum up to zero.
  mutating func balance(_ offset: Int, count: Int? = nil) {
    bytes[offset] = 0
    bytes[offset] = 0 &- bytes.prefix(count ?? bytes.count).reduce(0, &+)
  }
}
