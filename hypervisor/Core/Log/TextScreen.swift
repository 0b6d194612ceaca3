#if canImport(XenABI)
  import XenABI
#endif

/// A PC's text screen, 25 rows of 80 columns: where the next character goes, and what controls do.
///
/// Its memory is 32 KiB at 0xB8000, two bytes a cell, the character and then its colours; the adapter shows 2000 cells of
/// it from the origin on. So a screen scrolls by moving the origin, which costs the writing of one row; only where the
/// memory is at its end, 180 rows later, are the visible rows copied to its start.
///
/// Of the sequences by which a terminal is told more than text, those are carried out that domain 0's prompt uses (ECMA-48
/// 8.3: CUP to the first cell, ED, EL), the others left out. So are bytes past ASCII, but for a question mark for each
/// character of UTF-8.
package struct TextScreen: Equatable, BitwiseCopyable {
  package static var columns: Int { 80 }
  package static var rows: Int { 25 }
  /// The whole rows that the memory has room for.
  static var memoryRows: Int { 204 }
  /// Where the memory lies.
  package static var memory: MachineAddress { MachineAddress(0xB8000) }

  /// The first visible row, by its number in the memory.
  private var top: Int
  /// Where the next character goes, from the visible top and left on. Column 80 is behind a full row: the next row begins
  /// when a character comes that needs it.
  private var row: Int
  private var column: Int
  private var state = State.text

  private enum State: UInt8, BitwiseCopyable { case text, escape, sequence }
  /// The first number of a sequence, 255 for one with a private mark.
  private var number: UInt8 = 0

  /// A screen as the adapter has it, by two numbers of cells in the memory: the first that is shown, and the cursor's.
  /// Where those make no sense, it begins with the memory's start.
  package init(origin: Int, cursor: Int) {
    let isSane =
      origin >= 0 && origin % Self.columns == 0 && origin / Self.columns &+ Self.rows <= Self.memoryRows
      && cursor >= origin && cursor < origin &+ Self.rows &* Self.columns
    top = isSane ? origin / Self.columns : 0
    let place = isSane ? cursor &- origin : 0
    row = place / Self.columns
    column = place % Self.columns
  }

  /// The first cell that is to be shown.
  package var origin: Int { top &* Self.columns }
  /// The cell of the cursor.
  package var cursor: Int { (top &+ row) &* Self.columns &+ min(column, Self.columns &- 1) }

  /// Shows a byte of text.
  package mutating func put(_ byte: UInt8, in map: DirectMap) {
    switch state {
    case .text: putText(byte, map)
    case .escape:
      state = byte == 0x5B ? .sequence : .text  // [
      number = 0
    case .sequence: takeSequence(byte, map)
    }
  }

  private mutating func putText(_ byte: UInt8, _ map: DirectMap) {
    switch byte {
    case 0x08: column = max(column &- 1, 0)
    case 0x09: column = min(column & ~7 &+ 8, Self.columns &- 1)
    case 0x0A: beginRow(map)
    case 0x0D: column = 0
    case 0x1B: state = .escape
    case 0x20..<0x7F: putVisible(byte, map)
    case 0xC0...0xFF: putVisible(0x3F, map)
    default: break
    }
  }

  private mutating func putVisible(_ byte: UInt8, _ map: DirectMap) {
    if column == Self.columns { beginRow(map) }
    Self.store(byte, at: (top &+ row) &* Self.columns &+ column, map)
    column &+= 1
  }

  /// Goes to the next row's start: a bare line feed is meant as a line's end too.
  private mutating func beginRow(_ map: DirectMap) {
    column = 0
    row &+= 1
    guard row == Self.rows else { return }
    row &-= 1
    if top &+ Self.rows < Self.memoryRows {
      top &+= 1
    } else {
      Self.copyRows(from: top &+ 1, map)
      top = 0
    }
    clear((top &+ row) &* Self.columns, Self.columns, map)
  }

  private mutating func takeSequence(_ byte: UInt8, _ map: DirectMap) {
    switch byte {
    case 0x30...0x39: if number != .max { number = min(number, 24) &* 10 &+ (byte &- 0x30) }
    case 0x3C...0x3F: number = .max
    case 0x20...0x3B: break
    default:
      state = .text
      if byte == 0x1B { state = .escape }
      carryOut(byte, map)
    }
  }

  /// Carries a sequence out, by the byte that ends it.
  private mutating func carryOut(_ byte: UInt8, _ map: DirectMap) {
    let whole = Self.rows &* Self.columns
    switch (byte, number) {
    case (0x48, 0...1):  // H
      row = 0
      column = 0
    case (0x4A, 0): clear(cursor, origin &+ whole &- cursor, map)  // J
    case (0x4A, 2): clear(origin, whole, map)
    case (0x4B, 0): clear(cursor, Self.columns &- min(column, Self.columns &- 1), map)  // K
    default: break
    }
  }

  /// Makes cells blank.
  private func clear(_ first: Int, _ count: Int, _ map: DirectMap) {
    var index = 0
    while index < count {
      Self.store(0x20, at: first &+ index, map)
      index &+= 1
    }
  }

  /// Light grey on black.
  private static var colours: UInt16 { 0x0700 }

  private static func store(_ byte: UInt8, at cell: Int, _ map: DirectMap) {
    let address = memory.advanced(by: UInt64(truncatingIfNeeded: cell &* 2))
    // A row is below `memoryRows` and a column below 80, so the cell lies in the memory.
    unsafe map.pointer(address).storeBytes(of: colours | UInt16(byte), as: UInt16.self)
  }

  /// Copies all visible rows but the last to the memory's start, from a row that is as many rows away at least.
  private static func copyRows(from row: Int, _ map: DirectMap) {
    let source = memory.advanced(by: UInt64(truncatingIfNeeded: row &* columns &* 2))
    var offset: UInt64 = 0
    while offset < UInt64((rows &- 1) &* columns &* 2) {
      // Both lie in the memory, as in `store`; a row is twenty words.
      unsafe map.pointer(memory.advanced(by: offset)).storeBytes(
        of: map.pointer(source.advanced(by: offset)).load(as: UInt64.self), as: UInt64.self)
      offset &+= 8
    }
  }
}
