#if canImport(XenABI)
  import XenABI
#endif

/// The machine's memory as a reader of firmware's tables sees it: little-endian numbers at any address, 0 outside of
/// the window. A table that lies there is as if it were not there.
struct FirmwareBytes: BitwiseCopyable {
  let window: DirectMap

  func byte(_ address: MachineAddress) -> UInt8 { window.load8(address) }

  /// The number in `count` bytes, at most eight.
  func value(_ address: MachineAddress, _ count: UInt64) -> UInt64 {
    var result: UInt64 = 0
    var index = count
    while index > 0 {
      index &-= 1
      result = result << 8 | UInt64(byte(address.advanced(by: index)))
    }
    return result
  }

  /// The address that four bytes hold.
  func pointer(_ address: MachineAddress) -> MachineAddress { MachineAddress(value(address, 4)) }

  /// Whether the bytes of a table sum up to zero.
  func isSound(_ table: MachineAddress, _ byteCount: UInt64) -> Bool {
    var total: UInt8 = 0
    var index: UInt64 = 0
    while index < byteCount {
      total &+= byte(table.advanced(by: index))
      index &+= 1
    }
    return total == 0
  }

  /// A structure on a 16-byte boundary that begins with a signature and sums up to zero.
  ///
  /// - Parameters:
  ///   - signature: its first bytes, as one number, and how many they are.
  ///   - byteCount: what is summed up.
  func find(
    _ signature: (value: UInt64, count: UInt64), byteCount: UInt64, in range: MachineRange
  ) -> MachineAddress? {
    var address = range.start
    while address < range.end {
      if value(address, signature.count) == signature.value, isSound(address, byteCount) { return address }
      address = address.advanced(by: 16)
    }
    return nil
  }

  /// The first KiB of the extended BIOS data area; empty where there is none.
  var extendedArea: MachineRange {
    let start = MachineAddress(value(MachineAddress(0x40E), 2) << 4)
    guard start >= MachineAddress(0x8_0000), start < MachineAddress(0xA_0000) else { return MachineRange() }
    return MachineRange(start, start.advanced(by: 1024))
  }
}
