/// The line that is being typed at the prompt.
///
/// On the screen it is one line of a terminal of 80 columns, so that it can be erased and drawn anew at any time. Of a
/// longer one the part around the cursor is shown.
struct LineEditor {
  let prompt: StaticString
  private(set) var line: [UInt8] = []
  /// Where the next character goes: an index of `line`, or its count.
  private(set) var cursor = 0
  /// The first character that is shown.
  private(set) var shownFrom = 0
  private var history: History
  /// What is wrong with the line: it is not to be run as it is.
  private(set) var fault: Fault?

  /// Why a line is not what was typed.
  enum Fault {
    /// Some of it was lost on the way here.
    case lost
    /// It is longer than a line may be.
    case tooLong

    var message: String {
      switch self {
      case .lost: "some of what was typed was lost: this line is not run"
      case .tooLong: "a line has at most \(LineEditor.capacity) characters: this one is not run"
      }
    }
  }

  init(prompt: StaticString) {
    self.prompt = prompt
    history = History(capacity: 32)
  }

  /// The most characters of a line.
  static var capacity: Int { 4096 }
  /// The characters that are shown at once. The terminal's last column stays free: what comes there may wrap.
  var width: Int { 79 - prompt.utf8CodeUnitCount }

  /// Some of what was typed at this place is missing.
  mutating func noteLoss() { fault = .lost }

  /// Does what a key asks for. What the terminal is to show is added to `echo`; a line that was entered is returned, but
  /// for one with a fault, of which that is shown.
  mutating func accept(_ key: Key, echo: inout [UInt8]) -> [UInt8]? {
    switch key {
    case .character(let character): insert([character], &echo)
    case .enter: return enter(&echo)
    case .backspace: remove(cursor - 1..<cursor, &echo)
    case .delete: remove(cursor..<cursor + 1, &echo)
    case .left: move(to: cursor - 1, &echo)
    case .right: move(to: cursor + 1, &echo)
    case .home: move(to: 0, &echo)
    case .end: move(to: line.count, &echo)
    case .up: if let older = history.previous(from: line) { replace(by: older, &echo) }
    case .down: if let newer = history.next() { replace(by: newer, &echo) }
    case .eraseLine: if cursor > 0 { remove(0..<cursor, &echo) }
    case .eraseWord: if cursor > 0 { remove(startOfWord..<cursor, &echo) }
    case .eraseRest: if cursor < line.count { remove(cursor..<line.count, &echo) }
    case .interrupt: interrupt(&echo)
    case .redraw: draw(into: &echo)
    case .complete: echo.append(Control.bell)  // nobody here knows the words: see `complete`
    }
    return nil
  }

  /// What is left of the cursor, for completion.
  var leftOfCursor: [UInt8] { Array(line[..<cursor]) }

  /// Puts in what completion is certain of, or shows the candidates where it is certain of nothing.
  mutating func complete(_ completion: Completion, echo: inout [UInt8]) {
    if !completion.insertion.isEmpty {
      insert(completion.insertion, &echo)
    } else if completion.candidates.isEmpty {
      echo.append(Control.bell)
    } else {
      for shown in Completion.lines(completion.candidates, width: 79) {
        echo.append(Control.newLine)
        echo.append(text: shown)
      }
      echo.append(Control.newLine)
      draw(into: &echo)
    }
  }

  /// Draws prompt and line over whatever the terminal's line shows, with the cursor in its place.
  func draw(into output: inout [UInt8]) {
    output.append(Control.clearLine)
    output.append(prompt)
    output.append(contentsOf: line[shownFrom..<shownEnd])
    stepBack(shownEnd - cursor, &output)
  }

  /// The end of what is shown.
  private var shownEnd: Int { min(line.count, shownFrom + width) }

  private mutating func insert(_ characters: [UInt8], _ echo: inout [UInt8]) {
    if line.count + characters.count > Self.capacity {
      if fault == nil { fault = .tooLong }
      echo.append(Control.bell)
      return
    }
    line.insert(contentsOf: characters, at: cursor)
    let place = cursor
    cursor += characters.count
    if scroll(&echo) { return }
    echo.append(contentsOf: line[place..<shownEnd])
    stepBack(shownEnd - cursor, &echo)
  }

  private mutating func enter(_ echo: inout [UInt8]) -> [UInt8]? {
    move(to: line.count, &echo)
    echo.append(Control.newLine)
    if let fault {
      echo.append(text: fault.message)
      echo.append(Control.newLine)
      clear()
      draw(into: &echo)
      return nil
    }
    let entered = line
    history.add(entered)
    clear()
    return entered
  }

  private mutating func clear() {
    line = []
    cursor = 0
    shownFrom = 0
    fault = nil
  }

  /// Removes a range, if there is one, and puts the cursor where it was.
  private mutating func remove(_ range: Range<Int>, _ echo: inout [UInt8]) {
    if range.lowerBound < 0 || range.upperBound > line.count {
      echo.append(Control.bell)
      return
    }
    move(to: range.lowerBound, &echo)
    line.removeSubrange(range)
    if line.isEmpty { fault = nil }
    if scroll(&echo) { return }
    echo.append(contentsOf: line[cursor..<shownEnd])
    echo.append(Control.eraseToEnd)
    stepBack(shownEnd - cursor, &echo)
  }

  private mutating func move(to target: Int, _ echo: inout [UInt8]) {
    if target < 0 || target > line.count {
      echo.append(Control.bell)
      return
    }
    let before = cursor
    cursor = target
    if scroll(&echo) { return }
    if target < before {
      stepBack(before - target, &echo)
    } else {
      echo.append(contentsOf: line[before..<target])
    }
  }

  /// Has the part shown that the cursor is in; returns whether another part than before is shown, and drawn.
  private mutating func scroll(_ echo: inout [UInt8]) -> Bool {
    let before = shownFrom
    if cursor < shownFrom || cursor > shownFrom + width {
      // With room on both sides, so that the next keys do not scroll again.
      shownFrom = max(min(cursor - width / 2, line.count - width / 2), 0)
    } else if line.count <= width {
      shownFrom = 0
    }
    if shownFrom == before { return false }
    draw(into: &echo)
    return true
  }

  private mutating func replace(by other: [UInt8], _ echo: inout [UInt8]) {
    line = other
    fault = nil
    cursor = line.count
    if !scroll(&echo) { draw(into: &echo) }
  }

  private mutating func interrupt(_ echo: inout [UInt8]) {
    move(to: line.count, &echo)
    echo.append("^C\r\n")
    history.add([])
    clear()
    draw(into: &echo)
  }

  /// The start of the word left of the cursor, behind the spaces before it.
  private var startOfWord: Int {
    var place = cursor
    while place > 0 && line[place - 1] == UInt8(ascii: " ") { place -= 1 }
    while place > 0 && line[place - 1] != UInt8(ascii: " ") { place -= 1 }
    return place
  }

  private func stepBack(_ count: Int, _ output: inout [UInt8]) {
    for _ in 0..<max(count, 0) { output.append(Control.backspace) }
  }
}
