/// Lets through what a terminal shows and holds back what it obeys.
///
/// A guest's output is shown among that of others, so it must not move the cursor, change colours or title, or ask the
/// terminal to type something. Control sequences (ECMA-48: CSI, OSC, DCS and the two-character ones) vanish as a whole;
/// other controls and bytes that are no UTF-8 become question marks.
struct TextFilter {
  private enum State {
    case text
    /// After ESC; `intermediate` after a byte in 0x20...0x2F too.
    case escape
    /// After CSI, until a byte in 0x40...0x7E.
    case sequence
    /// Within a string such as a window's title, until BEL or ST (ESC \).
    case string
    /// After ESC within such a string.
    case stringEscape
  }

  private var state = State.text
  /// The bytes of an unfinished character of UTF-8, and how many belong to it.
  private var partial: [UInt8] = []
  private var partialLength = 0
  /// The bytes of the sequence so far: a guest that never ends one does not silence itself for good.
  private var held = 0
  private static var longestSequence: Int { 256 }
  private static var replacement: UInt8 { UInt8(ascii: "?") }

  /// Adds what is left of the byte to `output`. Line ends and tabs are not for this filter: its user takes them first.
  mutating func filter(_ byte: UInt8, into output: inout [UInt8]) {
    if state != .text {
      held += 1
      if held > Self.longestSequence { state = .text }
    }
    switch state {
    case .text: text(byte, &output)
    case .escape: escape(byte)
    case .sequence:
      if byte >= 0x40 && byte <= 0x7E { state = .text }
    case .string:
      if byte == Control.bell { state = .text } else if byte == Control.escape { state = .stringEscape }
    case .stringEscape: state = byte == UInt8(ascii: "\\") ? .text : .string
    }
  }

  /// A line ends: nothing of it goes on in the next.
  mutating func endLine(into output: inout [UInt8]) {
    dropPartial(&output)
    state = .text
  }

  private mutating func escape(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "["): state = .sequence
    case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "X"), UInt8(ascii: "^"), UInt8(ascii: "_"): state = .string
    case 0x20...0x2F: break  // more of the sequence follows
    default: state = .text
    }
  }

  private mutating func text(_ byte: UInt8, _ output: inout [UInt8]) {
    if byte & 0xC0 == 0x80 && !partial.isEmpty {
      continuation(byte, &output)
      return
    }
    dropPartial(&output)
    switch byte {
    case Control.escape:
      state = .escape
      held = 0
    case 0x20...0x7E: output.append(byte)
    case 0xC2...0xDF: begin(byte, length: 2)
    case 0xE0...0xEF: begin(byte, length: 3)
    case 0xF0...0xF4: begin(byte, length: 4)
    case Control.bell, 0: break
    default: output.append(Self.replacement)
    }
  }

  private mutating func begin(_ byte: UInt8, length: Int) {
    partial.append(byte)
    partialLength = length
  }

  /// The rules of well-formed UTF-8 (Unicode Standard, table 3-7), and of the rest no C1 control (U+0080...U+009F) and
  /// none that changes the direction of writing (U+202A...U+202E, U+2066...U+2069).
  private mutating func continuation(_ byte: UInt8, _ output: inout [UInt8]) {
    let isSecond = partial.count == 1
    partial.append(byte)
    if isSecond {
      let isWrong =
        switch partial[0] {
        case 0xC2: byte < 0xA0
        case 0xE0: byte < 0xA0
        case 0xED: byte > 0x9F
        case 0xF0: byte < 0x90
        case 0xF4: byte > 0x8F
        default: false
        }
      if isWrong {
        dropPartial(&output)
        return
      }
    }
    if partial.count < partialLength { return }
    if turnsText { output.append(Self.replacement) } else { output.append(contentsOf: partial) }
    partial.removeAll(keepingCapacity: true)
  }

  private var turnsText: Bool {
    guard partial.count == 3, partial[0] == 0xE2 else { return false }
    switch (partial[1], partial[2]) {
    case (0x80, 0xAA...0xAE), (0x81, 0xA6...0xA9): return true
    default: return false
    }
  }

  private mutating func dropPartial(_ output: inout [UInt8]) {
    if partial.isEmpty { return }
    partial.removeAll(keepingCapacity: true)
    output.append(Self.replacement)
  }
}
