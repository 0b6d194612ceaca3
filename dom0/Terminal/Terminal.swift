/// Domain 0's terminal, on the hypervisor's console: at the bottom a prompt with the line that is being typed, or what a
/// longer work has come to, and above it the lines that come meanwhile.
///
/// What is to be shown is collected and goes out in one piece, so that the bottom line is not seen to vanish and come
/// back; of very much, a piece goes out each turn of the service's loop.
final class Terminal {
  private var editor = LineEditor(prompt: "dom0> ")
  private var decoder = KeyDecoder()
  private var output: [UInt8] = []
  /// What of it has gone out.
  private var sent = 0
  /// Lines that there was no memory for.
  private var linesLeftOut = 0
  private let gauge: MemoryGauge
  private var bottom = Bottom.empty
  /// Whether the terminal's cursor is at the start of an empty line, as far as what came from here goes.
  private var isAtLineStart = true

  private enum Bottom: Equatable {
    case empty
    case prompt
    case status(String)
  }

  /// What goes out at once.
  private static var piece: Int { 1024 }
  /// What may wait to go out before guests' lines are left out.
  private static var longestBacklog: Int { 64 << 10 }

  init(_ gauge: MemoryGauge) {
    self.gauge = gauge
    // Some firmware switches off that lines wrap, which long ones need.
    output.append(Control.wrapLines)
  }

  /// More than what stands before and behind a line.
  private static var longestBreak: Int { 16 }

  /// Whether there is more to go out.
  var hasOutput: Bool { sent < output.count }
  /// Whether the line is slower than what is to be shown.
  var isBehind: Bool { output.count - sent > Self.longestBacklog }

  /// Whether there is memory for so much more; else it counts as a line that is left out.
  private func hasRoom(_ count: Int) -> Bool {
    let wanted = output.count + count
    if wanted <= max(Self.longestBacklog, output.capacity) || gauge.pay(2 * wanted) { return true }
    linesLeftOut += 1
    return false
  }

  /// Shows a line.
  func print(_ line: String) {
    if !hasRoom(line.utf8.count + Self.longestBreak) { return }
    beginLine()
    output.append(text: line)
    output.append(Control.newLine)
  }

  /// Shows a line of bytes that a terminal may see, with something in front.
  func print(_ front: String, _ line: [UInt8]) {
    if !hasRoom(front.utf8.count + line.count + Self.longestBreak) { return }
    beginLine()
    output.append(text: front)
    output.append(contentsOf: line)
    output.append(Control.newLine)
  }

  /// Puts a byte out as it is.
  func put(_ byte: UInt8) {
    if bottom != .empty { beginLine() }
    output.append(byte)
    isAtLineStart = byte == Control.lineFeed
  }

  /// Shows the prompt, if it is not shown.
  func showPrompt() {
    if bottom == .prompt { return }
    beginLine()
    editor.draw(into: &output)
    bottom = .prompt
  }

  /// Shows how far something has come, in place of the prompt. Empty for nothing.
  func showStatus(_ text: String) {
    if bottom == .status(text) || (text.isEmpty && bottom == .empty) { return }
    beginLine()
    if text.isEmpty { return }
    output.append(text: text)
    bottom = .status(text)
  }

  /// Draws a whole screen of lines over what the terminal shows.
  func showScreen(_ lines: [String], isFirst: Bool) {
    beginLine()
    if isFirst { output.append(Control.openScreen) }
    output.append(Control.homeCursor)
    for line in lines {
      output.append(text: line)
      output.append(Control.eraseToEnd)
      output.append(Control.newLine)
    }
    output.append(Control.eraseBelow)
  }

  /// Lets lines come below the screen that was drawn.
  func closeScreen() { output.append(Control.wrapLines) }

  /// Shows neither prompt nor status. Where the hypervisor has written to the console, the next one is drawn below that;
  /// of a line that was not at its end the hypervisor repeats what there was.
  func hideBottom() { if bottom != .empty { beginLine() } }

  /// Some of what was typed at the prompt is missing here.
  func noteLoss() {
    showPrompt()
    editor.noteLoss()
  }

  /// Takes a byte that was typed at the prompt; returns the line that it completes.
  ///
  /// - Parameter words: what Tab may complete to.
  func accept(_ byte: UInt8, completingFrom words: Completion.Source) -> [UInt8]? {
    showPrompt()
    guard let key = decoder.decode(byte) else { return nil }
    if key == .complete {
      editor.complete(Completion(of: editor.leftOfCursor, from: words), echo: &output)
      return nil
    }
    let line = editor.accept(key, echo: &output)
    if line != nil { bottom = .empty }
    return line
  }

  /// Sends a piece of what was collected.
  func flush() { send(min(output.count - sent, Self.piece)) }

  /// Sends all that was collected.
  func flushAll() { send(output.count - sent) }

  private func send(_ count: Int) {
    if count == 0 { return }
    let place = UInt64(sent)
    // Nobody to tell of an error.
    _ = withAddress(of: &output) { address in
      hypercall(.console, ConsoleOperation.write.word, UInt64(count), address + place)
    }
    sent += count
    if sent < output.count { return }
    output.removeAll(keepingCapacity: output.capacity < 8192)
    sent = 0
    if linesLeftOut == 0 { return }
    let text = "\(linesLeftOut) lines are left out: \(MemoryGauge.refusal)"
    linesLeftOut = 0
    print(text)
  }

  private func beginLine() {
    if bottom != .empty {
      output.append(Control.clearLine)
    } else if !isAtLineStart {
      output.append(Control.newLine)
    }
    bottom = .empty
    isAtLineStart = true
  }

  /// What a look at the hypervisor's console found.
  enum Typed {
    /// These, or nothing.
    case bytes([UInt8])
    /// The line has lost some, before what is read next.
    case loss
  }

  /// What has been typed, a piece of it.
  static func read() -> Typed {
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = withAddress(of: &bytes) { address in
      hypercall(.console, ConsoleOperation.read.word, UInt64(64), address)
    }
    if count == HypercallError.ioError.result { return .loss }
    bytes.removeLast(64 - Int(min(max(count, 0), 64)))
    return .bytes(bytes)
  }
}
