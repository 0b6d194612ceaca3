#if canImport(XenABI)
  import XenABI
#endif

/// The line that a domain is writing to the hypervisor's console: shown as a whole, so that domains' lines do not mix.
package struct GuestLine: BitwiseCopyable {
  private(set) var bytes = InlineArray<160, UInt8>(repeating: 0)
  private(set) var count = 0

  package init() {}

  /// Adds a byte. True when the line is complete, or full: it is then to be shown and started anew.
  mutating func append(_ byte: UInt8) -> Bool {
    // CR and other controls would let a guest overwrite what others wrote.
    if byte == 0x0A { return true }
    guard byte >= 0x20 else { return false }
    bytes[count] = byte
    count &+= 1
    return count == bytes.count
  }

  mutating func clear() { count = 0 }
}

extension Handle where Object == Domain {
  /// Takes a byte of the domain's console output, and shows the line with the domain's name when it is complete.
  package func putConsole(_ byte: UInt8) {
    guard object.consoleLine.append(byte) else { return }
    var text: LogText = "(\(object.name)) "
    var index = 0
    while index < object.consoleLine.count {
      text.append(printable: object.consoleLine.bytes[index])
      index &+= 1
    }
    object.consoleLine.clear()
    object.hypervisor.logGuestLine(text)
  }
}
