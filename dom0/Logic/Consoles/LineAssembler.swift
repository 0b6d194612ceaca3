/// Makes lines, fit to be shown, of the bytes that a guest writes.
struct LineAssembler {
  private var line: [UInt8] = []
  private var filter = TextFilter()
  /// Whether the last byte was CR: with an LF it ends the line, without one the line is written anew, as progress
  /// displays do.
  private var followsReturn = false

  /// A longer line is broken: a guest can't keep the others waiting for its end, nor fill dom0's memory.
  static var longestLine: Int { 500 }

  /// Takes a byte; returns the line that it completes.
  mutating func accept(_ byte: UInt8) -> [UInt8]? {
    if followsReturn {
      followsReturn = false
      if byte != Control.lineFeed && byte != Control.carriageReturn { line.removeAll(keepingCapacity: true) }
    }
    switch byte {
    case Control.lineFeed: return end()
    case Control.carriageReturn:
      filter.endLine(into: &line)
      followsReturn = true
    case Control.tab: repeat { line.append(UInt8(ascii: " ")) } while line.count % 8 != 0
    case Control.backspace: removeLast()
    default: filter.filter(byte, into: &line)
    }
    return line.count >= Self.longestLine ? end() : nil
  }

  /// What there is of an unfinished line, when no more will come; nil where there is nothing.
  mutating func flush() -> [UInt8]? {
    filter.endLine(into: &line)
    return line.isEmpty ? nil : end()
  }

  private mutating func end() -> [UInt8] {
    filter.endLine(into: &line)
    followsReturn = false
    let complete = line
    line.removeAll(keepingCapacity: true)
    return complete
  }

  /// Takes the last character away, with all its bytes.
  private mutating func removeLast() {
    while let last = line.popLast(), last & 0xC0 == 0x80 {}
  }
}
