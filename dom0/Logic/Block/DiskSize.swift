#if canImport(XenABI)
  import XenABI
#endif

/// The size of an empty disk as a person writes it.
enum DiskSize {
  /// A decimal number of MiB, or of bytes times the suffix K, M or G: in bytes, a whole number of sectors. Nil for
  /// anything else, and for nothing at all.
  static func parse(_ text: some Collection<UInt8>) -> UInt64? {
    var value: UInt64 = 0
    var shift: UInt64 = 20
    var hasDigits = false
    var isEnded = false
    for byte in text {
      if isEnded { return nil }
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        hasDigits = true
        value = value &* 10 &+ UInt64(byte - UInt8(ascii: "0"))
        if value > 1 << 40 { return nil }
      case UInt8(ascii: "K"), UInt8(ascii: "k"): (shift, isEnded) = (10, true)
      case UInt8(ascii: "M"), UInt8(ascii: "m"): (shift, isEnded) = (20, true)
      case UInt8(ascii: "G"), UInt8(ascii: "g"): (shift, isEnded) = (30, true)
      default: return nil
      }
    }
    guard hasDigits, value > 0, value < 1 << (62 - shift) else { return nil }
    return value << shift
  }
}
