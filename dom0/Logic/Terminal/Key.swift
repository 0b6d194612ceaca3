/// What was typed at the prompt.
enum Key: Equatable {
  /// A printable character of ASCII.
  case character(UInt8)
  case enter
  case backspace
  case delete
  case left, right, home, end
  /// The previous and the next line of the history.
  case up, down
  /// Ctrl-U: erases what is left of the cursor.
  case eraseLine
  /// Ctrl-W: erases the word left of the cursor.
  case eraseWord
  /// Ctrl-K: erases what is right of the cursor.
  case eraseRest
  /// Ctrl-C: gives the line up.
  case interrupt
  /// Ctrl-L: draws the line anew.
  case redraw
  /// Tab: completes the word left of the cursor.
  case complete
}

/// Makes keys of the bytes that a terminal sends: those of ASCII, and the sequences of ECMA-48 that VT100 and its
/// successors send for cursor keys.
struct KeyDecoder {
  private enum State {
    case ground
    /// After ESC.
    case escape
    /// After ESC [ or ESC O, with the number that came so far.
    case sequence(UInt8)
  }

  private var state = State.ground
  /// Whether the last byte was CR: an LF after it belongs to the same line end.
  private var followsReturn = false

  /// The key that the byte completes, or nil.
  mutating func decode(_ byte: UInt8) -> Key? {
    let isSecondHalf = followsReturn && byte == Control.lineFeed
    followsReturn = byte == Control.carriageReturn
    switch state {
    case .ground: return isSecondHalf ? nil : plain(byte)
    case .escape:
      state = byte == UInt8(ascii: "[") || byte == UInt8(ascii: "O") ? .sequence(0) : .ground
      return nil
    case .sequence(let number): return continued(byte, number)
    }
  }

  private mutating func plain(_ byte: UInt8) -> Key? {
    switch byte {
    case Control.carriageReturn, Control.lineFeed: return .enter
    case Control.backspace, Control.delete: return .backspace
    case Control.tab: return .complete
    case Control.letter("A"): return .home
    case Control.letter("B"): return .left
    case Control.letter("C"): return .interrupt
    case Control.letter("D"): return .delete
    case Control.letter("E"): return .end
    case Control.letter("F"): return .right
    case Control.letter("K"): return .eraseRest
    case Control.letter("L"): return .redraw
    case Control.letter("N"): return .down
    case Control.letter("P"): return .up
    case Control.letter("U"): return .eraseLine
    case Control.letter("W"): return .eraseWord
    case Control.escape:
      state = .escape
      return nil
    case 0x20...0x7E: return .character(byte)
    default: return nil
    }
  }

  /// A byte after ESC [: digits and a final character.
  private mutating func continued(_ byte: UInt8, _ number: UInt8) -> Key? {
    if byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") {
      state = .sequence(number &* 10 &+ (byte &- UInt8(ascii: "0")))
      return nil
    }
    // Parameters are separated by semicolons; what follows the first, as with modifier keys, makes no difference.
    if byte == UInt8(ascii: ";") { return nil }
    state = .ground
    switch byte {
    case UInt8(ascii: "A"): return .up
    case UInt8(ascii: "B"): return .down
    case UInt8(ascii: "C"): return .right
    case UInt8(ascii: "D"): return .left
    case UInt8(ascii: "H"): return .home
    case UInt8(ascii: "F"): return .end
    case UInt8(ascii: "~"):
      switch number {
      case 1, 7: return .home
      case 3: return .delete
      case 4, 8: return .end
      default: return nil
      }
    default: return nil
    }
  }
}
