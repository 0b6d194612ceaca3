/// The line that is being typed at the prompt.
///
/// It never grows past a terminal's width of 80 columns, so that it is one line on the screen and can be erased and
/// drawn anew at any time.
struct LineEditor {
  let prompt: StaticString
  private(set) var line: [UInt8] = []
  /// Where the next character goes: an index of `line`, or its count.
  private(set) var cursor = 0
  private var history: History

  init(prompt: StaticString) {
    self.prompt = prompt
    history = History(capacity: 32)
  }

  /// The most characters of a line.
  var capacity: Int { 79 - prompt.utf8CodeUnitCount }

  /// Does what a key asks for. What the terminal is to show is added to `echo`; a line that was entered is returned.
  mutating func accept(_ key: Key, echo: inout [UInt8]) -> [UInt8]? {
    switch key {
    case .character(let character): insert(character, &echo)
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
    }
    return nil
  }

  /// Draws prompt and line over whatever the terminal's line shows, with the cursor in its place.
  func draw(into output: inout [UInt8]) {
    output.append(Control.clearLine)
    output.append(prompt)
    output.append(contentsOf: line)
    stepBack(line.count - cursor, &output)
  }

  private mutating func insert(_ character: UInt8, _ echo: inout [UInt8]) {
    if line.count >= capacity {
      echo.append(Control.bell)
      return
    }
    line.insert(character, at: cursor)
    echo.append(contentsOf: line[cursor...])
    cursor += 1
    stepBack(line.count - cursor, &echo)
  }

  private mutating func enter(_ echo: inout [UInt8]) -> [UInt8] {
    move(to: line.count, &echo)
    echo.append(Control.newLine)
    let entered = line
    history.add(entered)
    line = []
    cursor = 0
    return entered
  }

  /// Removes a range, if there is one, and puts the cursor where it was.
  private mutating func remove(_ range: Range<Int>, _ echo: inout [UInt8]) {
    if range.lowerBound < 0 || range.upperBound > line.count {
      echo.append(Control.bell)
      return
    }
    move(to: range.lowerBound, &echo)
    line.removeSubrange(range)
    echo.append(contentsOf: line[cursor...])
    echo.append(Control.eraseToEnd)
    stepBack(line.count - cursor, &echo)
  }

  private mutating func move(to place: Int, _ echo: inout [UInt8]) {
    if place < 0 || place > line.count {
      echo.append(Control.bell)
    } else if place < cursor {
      stepBack(cursor - place, &echo)
      cursor = place
    } else if place > cursor {
      echo.append(contentsOf: line[cursor..<place])
      cursor = place
    }
  }

  private mutating func replace(by other: [UInt8], _ echo: inout [UInt8]) {
    line = other
    cursor = line.count
    draw(into: &echo)
  }

  private mutating func interrupt(_ echo: inout [UInt8]) {
    move(to: line.count, &echo)
    echo.append("^C\r\n")
    history.add([])
    line = []
    cursor = 0
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
