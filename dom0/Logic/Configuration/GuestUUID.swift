/// The 16 bytes by which tools know a guest (RFC 4122).
struct GuestUUID: Equatable, BitwiseCopyable {
  let bytes: InlineArray<16, UInt8>

  /// Those of a domain's handle.
  init(_ bytes: InlineArray<16, UInt8>) { self.bytes = bytes }

  /// A random one of version 4 (RFC 4122, 4.4).
  init(random: () -> UInt64) {
    var bytes = InlineArray<16, UInt8>(repeating: 0)
    for half in 0..<2 {
      let word = random()
      for index in 0..<8 { bytes[half * 8 + index] = UInt8(truncatingIfNeeded: word >> UInt64(index * 8)) }
    }
    bytes[6] = bytes[6] & 0x0F | 0x40
    bytes[8] = bytes[8] & 0x3F | 0x80
    self.bytes = bytes
  }

  /// One that is written as 32 hexadecimal digits with `-` between any two bytes.
  init?(_ text: String) {
    var bytes = InlineArray<16, UInt8>(repeating: 0)
    var count = 0
    for byte in text.utf8 {
      if byte == UInt8(ascii: "-") {
        if count % 2 != 0 { return nil }
        continue
      }
      guard count < 32, let digit = byte.hexadecimalValue else { return nil }
      bytes[count / 2] = bytes[count / 2] << 4 | UInt8(digit)
      count += 1
    }
    guard count == 32 else { return nil }
    self.bytes = bytes
  }

  /// 8-4-4-4-12 digits.
  var text: String {
    var result = ""
    for index in 0..<16 {
      if index == 4 || index == 6 || index == 8 || index == 10 { result += "-" }
      result.unicodeScalars.append(Self.digit(bytes[index] >> 4))
      result.unicodeScalars.append(Self.digit(bytes[index] & 15))
    }
    return result
  }

  private static func digit(_ value: UInt8) -> Unicode.Scalar {
    Unicode.Scalar(value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10)
  }

  static func == (a: Self, b: Self) -> Bool {
    for index in 0..<16 where a.bytes[index] != b.bytes[index] { return false }
    return true
  }
}
