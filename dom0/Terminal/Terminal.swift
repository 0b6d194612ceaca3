/// Domain 0's terminal, on the hypervisor's console: a prompt with the line that is being typed, and above it the lines
/// that come meanwhile.
///
/// What is to be shown is collected and goes out in one piece, so that the prompt is not seen to vanish and come back.
final class Terminal {
  private var editor = LineEditor(prompt: "dom0> ")
  private var decoder = KeyDecoder()
  private var output: [UInt8] = []
  private var isPromptShown = false
  /// Whether the terminal's cursor is at the start of an empty line, as far as what came from here goes.
  private var isAtLineStart = true

  /// Shows a line.
  func print(_ line: String) {
    beginLine()
    output.append(text: line)
    output.append(Control.newLine)
  }

  /// Shows a line of bytes that a terminal may see, with something in front.
  func print(_ front: String, _ line: [UInt8]) {
    beginLine()
    output.append(text: front)
    output.append(contentsOf: line)
    output.append(Control.newLine)
  }

  /// Puts a byte out as it is.
  func put(_ byte: UInt8) {
    if isPromptShown { beginLine() }
    output.append(byte)
    isAtLineStart = byte == Control.lineFeed
  }

  /// Shows the prompt, if it is not shown.
  func showPrompt() {
    if isPromptShown { return }
    beginLine()
    editor.draw(into: &output)
    isPromptShown = true
  }

  /// Others have written to the console: the prompt is not where it was.
  func promptIsLost() {
    isPromptShown = false
    isAtLineStart = true
  }

  /// Takes a byte that was typed at the prompt; returns the line that it completes.
  func accept(_ byte: UInt8) -> [UInt8]? {
    showPrompt()
    guard let key = decoder.decode(byte) else { return nil }
    let line = editor.accept(key, echo: &output)
    if line != nil {
      isPromptShown = false
      isAtLineStart = true
    }
    return line
  }

  /// Sends what was collected.
  func flush() {
    if output.isEmpty { return }
    let count = UInt64(output.count)
    // Nobody to tell of an error.
    _ = withAddress(of: &output) { address in
      hypercall(.console, ConsoleOperation.write.word, count, address)
    }
    output.removeAll(keepingCapacity: output.count < 8192)
  }

  private func beginLine() {
    if isPromptShown {
      output.append(Control.clearLine)
    } else if !isAtLineStart {
      output.append(Control.newLine)
    }
    isPromptShown = false
    isAtLineStart = true
  }

  /// What has been typed, at most 64 bytes of it.
  static func read() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = withAddress(of: &bytes) { address in
      hypercall(.console, ConsoleOperation.read.word, UInt64(64), address)
    }
    bytes.removeLast(64 - Int(min(max(count, 0), 64)))
    return bytes
  }
}
