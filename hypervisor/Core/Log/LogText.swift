#if canImport(XenABI)
  import XenABI
#endif

/// A line for the hypervisor's log, put together in place: an image without a heap has no `String`.
///
///     log("d\(domain.id): \(hex: address) is no memory")
package struct LogText: ExpressibleByStringInterpolation {
  var bytes = InlineArray<224, UInt8>(repeating: 0)
  var count = 0

  package init() {}

  @inline(never)
  package init(stringLiteral value: StaticString) { append(value) }

  @inline(never)
  package init(stringInterpolation: Interpolation) { self = stringInterpolation.text }

  /// Adds a byte; what does not fit the line is left out.
  @inline(never)
  package mutating func append(byte: UInt8) {
    guard count < bytes.count else { return }
    bytes[count] = byte
    count &+= 1
  }

  /// Adds a byte as it may be shown on a terminal: controls become question marks.
  @inline(never)
  package mutating func append(printable byte: UInt8) {
    append(byte: byte >= 0x20 && byte < 0x7F ? byte : 0x3F)
  }

  @inline(never)
  package mutating func append(_ text: StaticString) {
    var index = 0
    while index < text.utf8CodeUnitCount {
      unsafe append(byte: text.utf8Start[index])  // below the string's own count
      index &+= 1
    }
  }

  @inline(never)
  package mutating func append(decimal value: UInt64) {
    var digits = InlineArray<20, UInt8>(repeating: 0)
    var rest = value
    var length = 0
    repeat {
      digits[length] = UInt8(truncatingIfNeeded: rest % 10) &+ 0x30
      rest /= 10
      length &+= 1
    } while rest != 0
    while length > 0 {
      length &-= 1
      append(byte: digits[length])
    }
  }

  @inline(never)
  package mutating func append(hex value: UInt64, digits: Int = 1) {
    append("0x")
    var shift = 60
    var started = false
    while shift >= 0 {
      let digit = UInt8(truncatingIfNeeded: value >> UInt64(shift)) & 15
      if digit != 0 || started || shift < digits &* 4 {
        started = true
        append(byte: digit < 10 ? 0x30 &+ digit : 0x57 &+ digit)
      }
      shift &-= 4
    }
  }

  package struct Interpolation: StringInterpolationProtocol {
    var text = LogText()

    @inline(never)
    package init(literalCapacity: Int, interpolationCount: Int) {}

    @inline(never)
    package mutating func appendLiteral(_ literal: StaticString) { text.append(literal) }
    @inline(never)
    package mutating func appendInterpolation(_ value: StaticString) { text.append(value) }
    @inline(never)
    package mutating func appendInterpolation<T: FixedWidthInteger & UnsignedInteger>(_ value: T) {
      text.append(decimal: UInt64(truncatingIfNeeded: value))
    }
    @inline(never)
    package mutating func appendInterpolation<T: FixedWidthInteger & SignedInteger>(_ value: T) {
      let wide = Int64(truncatingIfNeeded: value)
      if wide < 0 { text.append(byte: 0x2D) }
      text.append(decimal: wide.magnitude)
    }
    @inline(never)
    package mutating func appendInterpolation<T: FixedWidthInteger>(hex value: T, digits: Int = 1) {
      text.append(hex: UInt64(truncatingIfNeeded: value), digits: digits)
    }
    @inline(never)
    package mutating func appendInterpolation(_ value: DomainID) { text.append(decimal: UInt64(value.rawValue)) }
    @inline(never)
    package mutating func appendInterpolation(_ value: VCPUID) { text.append(decimal: UInt64(value.rawValue)) }
    @inline(never)
    package mutating func appendInterpolation(_ value: EventPort) { text.append(decimal: UInt64(value.rawValue)) }
    @inline(never)
    package mutating func appendInterpolation(_ value: MachineAddress) { text.append(hex: value.rawValue) }
    @inline(never)
    package mutating func appendInterpolation(_ value: GuestPhysicalAddress) { text.append(hex: value.rawValue) }
    @inline(never)
    package mutating func appendInterpolation(_ value: GuestVirtualAddress) { text.append(hex: value.rawValue) }
    @inline(never)
    package mutating func appendInterpolation(_ value: LogText) {
      var index = 0
      while index < value.count {
        text.append(byte: value.bytes[index])
        index &+= 1
      }
    }
    @inline(never)
    package mutating func appendInterpolation(_ value: DomainName) {
      var index = 0
      while index < value.count {
        text.append(printable: value.bytes[index])
        index &+= 1
      }
    }
    /// Frames as a size: in KiB below 10 MiB, else in MiB.
    @inline(never)
    package mutating func appendInterpolation(frames: UInt64) {
      if frames < 2560 {
        text.append(decimal: frames &* 4)
        text.append(" KiB")
      } else {
        text.append(decimal: frames >> 8)
        text.append(" MiB")
      }
    }
    /// A time as seconds with three places.
    @inline(never)
    package mutating func appendInterpolation(_ value: Nanoseconds) {
      let milliseconds = value.rawValue / 1_000_000
      text.append(decimal: milliseconds / 1000)
      text.append(".")
      let rest = milliseconds % 1000
      if rest < 100 { text.append("0") }
      if rest < 10 { text.append("0") }
      text.append(decimal: rest)
    }
  }
}
