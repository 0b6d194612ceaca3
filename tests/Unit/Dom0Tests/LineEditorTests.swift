import Testing

@testable import Dom0Logic

/// The line that is typed at the prompt, as a terminal would show it.
@Suite struct LineEditorTests {
  /// A terminal of one line: what the editor's echo makes it show.
  struct Screen {
    var cells: [UInt8] = []
    var cursor = 0

    mutating func show(_ output: [UInt8]) {
      var index = 0
      while index < output.count {
        switch output[index] {
        case 0x0D: cursor = 0
        case 0x08: cursor = max(cursor - 1, 0)
        case 0x0A, 0x07: break
        case 0x1B:
          // The only sequence that the editor uses: erase to the end.
          #expect(Array(output[index...].prefix(3)) == [0x1B, 0x5B, 0x4B])
          cells.removeSubrange(min(cursor, cells.count)...)
          index += 2
        default:
          while cells.count <= cursor { cells.append(0x20) }
          cells[cursor] = output[index]
          cursor += 1
        }
        index += 1
      }
    }

    var text: String { String(decoding: cells, as: UTF8.self) }
  }

  /// An editor with its terminal.
  struct Session {
    var editor = LineEditor(prompt: "> ")
    var decoder = KeyDecoder()
    var screen = Screen()
    var entered: [String] = []
    /// The lines that went up the screen.
    var shown: [String] = []

    mutating func complete(_ completion: Completion) {
      var echo: [UInt8] = []
      editor.complete(completion, echo: &echo)
      for piece in echo.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
        if piece.offset > 0 {
          shown.append(screen.text)
          screen = Screen()
        }
        screen.show(Array(piece.element))
      }
    }

    init() {
      var drawn: [UInt8] = []
      editor.draw(into: &drawn)
      screen.show(drawn)
    }

    mutating func type(_ text: String) {
      for byte in text.utf8 {
        guard let key = decoder.decode(byte) else { continue }
        var echo: [UInt8] = []
        let line = editor.accept(key, echo: &echo)
        screen.show(echo)
        if let line {
          entered.append(String(decoding: line, as: UTF8.self))
          screen = Screen()
          var drawn: [UInt8] = []
          editor.draw(into: &drawn)
          screen.show(drawn)
        }
      }
    }

    var line: String { String(decoding: editor.line, as: UTF8.self) }
  }

  /// What is typed; its description shows controls as escapes, so that they don't reach the tester's terminal.
  struct Typed: ExpressibleByStringLiteral, CustomTestStringConvertible, Sendable {
    let text: String
    init(stringLiteral text: String) { self.text = text }
    var testDescription: String { text.unicodeScalars.map { $0.escaped(asASCII: true) }.joined() }
  }

  @Test(
    arguments: [
      ("list\r", "list"), ("list\r\n", "list"), ("lisx\u{7F}t\r", "list"), ("\u{7F}list\r", "list"),
      ("garbage\u{15}list\r", "list"), ("one two\u{17}three\r", "one three"), ("ist\u{1}l\r", "list"),
      ("lst\u{1B}[D\u{1B}[Di\r", "list"), ("list\u{1B}[D\u{1B}[3~\r", "lis"), ("garbage\u{3}list\r", "list"),
      ("lis\u{1B}OH\u{1B}[Ft\r", "list"), ("listing\u{1B}[D\u{1B}[D\u{1B}[D\u{B}\r", "list"),
      ("\u{1B}[1;5Clist\r", "list"), ("\u{1B}xlist\r", "list"),
    ] as [(Typed, String)])
  func edits(_ typed: Typed, _ entered: String) {
    var session = Session()
    session.type(typed.text)
    #expect(session.entered == [entered])
  }

  @Test func goesThroughItsHistory() {
    var session = Session()
    session.type("one\rtwo\rtwo\rdraft")
    session.type("\u{1B}[A")
    #expect(session.line == "two")
    session.type("\u{1B}[A\u{1B}[A\u{1B}[A")
    #expect(session.line == "one")
    session.type("\u{1B}[B\u{1B}[B\u{1B}[B")
    #expect(session.line == "draft")
    #expect(session.screen.text == "> draft")
  }

  /// A line of which some is missing is not run; the next one is.
  @Test func runsNoLineThatLostSomething() {
    var session = Session()
    session.type("xenstore-w")
    session.editor.noteLoss()
    session.type("e33 value33\rlist\r")
    #expect(session.entered == ["list"])
    #expect(session.screen.text == "> ")
    // Who erases it all and types it again has a whole line.
    session.type("cre")
    session.editor.noteLoss()
    session.type("e\u{15}create\r")
    #expect(session.entered == ["list", "create"])
  }

  @Test func runsNoLineThatIsTooLong() {
    var session = Session()
    session.type(String(repeating: "x", count: LineEditor.capacity + 1) + "\r")
    #expect(session.entered == [])
    session.type(String(repeating: "x", count: LineEditor.capacity) + "\r")
    #expect(session.entered == [String(repeating: "x", count: LineEditor.capacity)])
  }

  @Test func staysOnOneLine() {
    var session = Session()
    session.type(String(repeating: "x", count: LineEditor.capacity + 20))
    #expect(session.editor.line.count == LineEditor.capacity)
    #expect(session.screen.text.count <= 79)
    session.type("\u{1}")
    #expect(session.screen.text == "> " + String(repeating: "x", count: 77))
    #expect(session.screen.cursor == 2)
  }

  @Test func putsInWhatCompletionIsCertainOf() {
    var session = Session()
    session.type("create ")
    session.complete(Completion(insertion: Array("guest.cfg ".utf8)))
    #expect(session.line == "create guest.cfg ")
    #expect(session.screen.text == "> create guest.cfg ")
    session.complete(Completion(candidates: ["memory=", "name="]))
    #expect(session.line == "create guest.cfg ")
    #expect(session.screen.text == "> create guest.cfg ")
    #expect(session.shown == ["> create guest.cfg ", "memory=  name="])
  }

  /// Characters at the end are echoed as they are, so that what was typed is one piece in a log.
  @Test func echoesPlainTyping() {
    var editor = LineEditor(prompt: "> ")
    var echo: [UInt8] = []
    for byte in Array("list".utf8) { _ = editor.accept(.character(byte), echo: &echo) }
    #expect(echo == Array("list".utf8))
  }

  /// Whatever is typed, the screen shows prompt and line with the cursor in its place.
  @Test(arguments: 0..<200 as Range<UInt64>) func drawsWhatItHolds(_ seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let keys = [
      "a", "b", " ", "\u{7F}", "\u{15}", "\u{17}", "\u{B}", "\u{1}", "\u{5}", "\u{1B}[A", "\u{1B}[B", "\u{1B}[C",
      "\u{1B}[D", "\u{1B}[3~", "\r", "\u{3}", "\u{C}", "\u{4}", "\u{1B}", "\u{1B}[9", "\u{1B}[1;2H", "\t",
      "a long word that goes on and on, so that the line is longer than the terminal is wide",
    ]
    var session = Session()
    for _ in 0..<300 {
      session.type(keys[Int(random.next() % UInt64(keys.count))])
      let shown = session.editor.line.dropFirst(session.editor.shownFrom).prefix(session.editor.width)
      #expect(session.screen.text == "> \(String(decoding: shown, as: UTF8.self))")
      #expect(session.screen.cursor == 2 + session.editor.cursor - session.editor.shownFrom)
    }
  }
}
