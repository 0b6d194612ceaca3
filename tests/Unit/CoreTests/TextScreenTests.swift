import Testing
import XenABI

@testable import Core

@Suite struct TextScreenTests {
  let machine = TestMachine()

  /// A blank screen at the memory's start.
  private func blank() -> TextScreen {
    var screen = TextScreen(origin: 0, cursor: 0)
    show("\u{1B}[2J", on: &screen)
    return screen
  }

  private func show(_ text: String, on screen: inout TextScreen) {
    for byte in text.utf8 { screen.put(byte, in: machine.map) }
  }

  private func cell(_ index: Int) -> UInt16 {
    machine.map.pointer(TextScreen.memory.advanced(by: UInt64(index * 2))).load(as: UInt16.self)
  }

  /// The visible rows, without blanks at their ends.
  private func rows(_ screen: TextScreen) -> [String] {
    (0..<25).map { row in
      let cells = (0..<80).map { cell(screen.origin + row * 80 + $0) }
      let text = String(decoding: cells.map { UInt8(truncatingIfNeeded: $0) }, as: UTF8.self)
      return String(text.reversed().drop { $0 == " " }.reversed())
    }
  }

  @Test func showsCharactersInLightGrey() {
    var screen = blank()
    show("Hi~", on: &screen)
    #expect(cell(0) == 0x0748 && cell(1) == 0x0769 && cell(2) == 0x077E && cell(3) == 0x0720)
    #expect(screen.cursor == 3)
  }

  @Test func goesOnWhereTheCursorWas() {
    var screen = TextScreen(origin: 160, cursor: 160 + 85)
    show("x", on: &screen)
    #expect(cell(245) == 0x0778)
    #expect(screen.origin == 160 && screen.cursor == 246)
  }

  /// What a mode of another size, or a memory that is shown from elsewhere, leaves in the registers.
  @Test(arguments: [(0, 2000), (0, 0xFFFF), (160, 159), (7, 10), (0x3FC0 + 80, 0x3FC0 + 80), (-80, 0)])
  func beginsAtTheStartWhereTheRegistersMakeNoSense(origin: Int, cursor: Int) {
    let screen = TextScreen(origin: origin, cursor: cursor)
    #expect(screen.origin == 0 && screen.cursor == 0)
  }

  @Test func breaksLinesWhereTheyAreFull() {
    var screen = blank()
    show(String(repeating: "a", count: 80), on: &screen)
    // The row is full, and the next has not begun: a line's end now leaves no empty row.
    #expect(screen.cursor == 79)
    show("\r\nb", on: &screen)
    show(String(repeating: "c", count: 81), on: &screen)
    #expect(
      Array(rows(screen)[..<4]) == [
        String(repeating: "a", count: 80), "b" + String(repeating: "c", count: 79), "cc", "",
      ])
  }

  @Test func carriesControlsOut() {
    var screen = blank()
    show("one\ntwo\r\nthree\rT\u{8}t\tx\u{7}\u{0}\u{7F}y\u{8}\u{8}\u{8}z", on: &screen)
    #expect(Array(rows(screen)[..<4]) == ["one", "two", "three  zxy", ""])
  }

  @Test func leavesOutWhatIsNoASCII() {
    var screen = blank()
    show("Grüße €!", on: &screen)
    #expect(rows(screen)[0] == "Gr??e ?!")
  }

  @Test func carriesOutTheSequencesOfThePrompt() {
    var screen = blank()
    show("dom0> list\r\u{1B}[Kdom0> \u{1B}[?7l\u{1B}[1;31mred\u{1B}[0m\u{1B}c\u{1B}[99999999999Z.", on: &screen)
    #expect(rows(screen)[0] == "dom0> red.")
    show("\nabc\ndef\u{1B}[H", on: &screen)
    #expect(screen.cursor == 0)
    show("\nab\u{1B}[J", on: &screen)
    #expect(Array(rows(screen)[..<3]) == ["dom0> red.", "ab", ""])
    show("\u{1B}[2J", on: &screen)
    #expect(rows(screen) == Array(repeating: "", count: 25))
    // A sequence that another breaks off.
    show("\u{1B}[H\u{1B}[1\u{1B}[Kq", on: &screen)
    #expect(rows(screen)[0] == "q")
  }

  @Test func erasesTheLastCellOfAFullRow() {
    var screen = blank()
    show(String(repeating: "a", count: 80) + "\u{1B}[K", on: &screen)
    #expect(rows(screen)[0] == String(repeating: "a", count: 79))
    #expect(cell(80) == 0x0720)
  }

  /// Many more lines than the memory holds: at each the last 25 are visible, and nothing outside the memory is touched.
  @Test func scrollsForGood() {
    var screen = blank()
    let last = TextScreen.memory.advanced(by: 32768)
    let before = machine.map.pointer(TextScreen.memory.advanced(by: UInt64(bitPattern: -8))).load(as: UInt64.self)
    let behind = machine.map.pointer(last).load(as: UInt64.self)
    var origins: Set<Int> = []
    for number in 0..<700 {
      show("\r\nline \(number)", on: &screen)
      origins.insert(screen.origin)
      #expect(screen.origin >= 0 && screen.origin + 2000 <= 16384)
      #expect(screen.cursor >= screen.origin && screen.cursor < screen.origin + 2000)
      let visible = rows(screen)
      if number >= 24 { #expect(visible == (number - 24...number).map { "line \($0)" }) }
    }
    // It moves a row at a time through the whole memory.
    #expect(origins.count == 180)
    #expect(machine.map.pointer(TextScreen.memory.advanced(by: UInt64(bitPattern: -8))).load(as: UInt64.self) == before)
    #expect(machine.map.pointer(last).load(as: UInt64.self) == behind)
  }

  /// Any bytes at all stay within the memory.
  @Test func bearsAnything() {
    var random = SplitMix64(seed: 7)
    var screen = TextScreen(origin: 0, cursor: 1999)
    let behind = machine.map.pointer(TextScreen.memory.advanced(by: 32768)).load(as: UInt64.self)
    for _ in 0..<200_000 {
      let value = random.next()
      // Controls and sequences more often than chance has them.
      let usual: [UInt8] = [0x1B, 0x5B, 0x4A, 0x4B, 0x48, 0x0A, 0x08, 0x09, 0x32]
      screen.put(
        value & 1 == 0 ? UInt8(truncatingIfNeeded: value >> 8) : usual[Int(value >> 8) % 9], in: machine.map)
      #expect(screen.cursor >= screen.origin && screen.cursor < screen.origin + 2000)
    }
    #expect(machine.map.pointer(TextScreen.memory.advanced(by: 32768)).load(as: UInt64.self) == behind)
  }
}
