/// What the control domain has written of the console's line that is not at its end yet. Where the hypervisor writes a
/// line of its own in between, the control domain's goes on below it, repeated from its start.
package struct OpenLine: BitwiseCopyable {
  /// Twice a terminal's width: what is longer goes on where it was broken off.
  private(set) var bytes = InlineArray<160, UInt8>(repeating: 0)
  private(set) var count = 0
  /// Whether others have written since.
  private(set) var isBroken = false

  /// Whether all that was written since the line's start is that it was erased (ECMA-48: EL), so that another may begin.
  var isErased: Bool { count == 3 && bytes[0] == 0x1B && bytes[1] == 0x5B && bytes[2] == 0x4B }

  /// The line was ended for another one.
  mutating func breakOff() { isBroken = true }

  /// Takes the next byte. True: the line is to be repeated before it.
  ///
  /// It is not where the byte goes back to the line's start, from where the writer draws it anew, or ends it.
  mutating func continues(with byte: UInt8) -> Bool {
    defer { isBroken = false }
    return isBroken && byte != 0x0D && byte != 0x0A && count <= bytes.count
  }

  /// Adds a byte that has gone out.
  mutating func append(_ byte: UInt8) {
    if byte == 0x0D || byte == 0x0A {
      count = 0
    } else {
      if count < bytes.count { bytes[count] = byte }
      count = min(count &+ 1, bytes.count &+ 1)
    }
  }
}
