/// The dialogue with domain 0's shell.
extension Machine {
  /// What domain 0 shows when it is ready for a command.
  public static var prompt: String { "dom0> " }

  /// Types a command at domain 0's prompt, waits for the next prompt, and returns the lines between.
  ///
  /// What others say in between, guests and domain 0 itself (`[NAME] ...`) and the hypervisor (`(apus) ...`), is left
  /// out.
  ///
  /// - Parameter limit: how long the answer may take.
  @discardableResult
  public func command(_ text: String, within limit: Duration = .seconds(30)) async throws -> [String] {
    let mark = now
    send("\(text)\r")
    // The prompt comes back below each line of a guest, so it counts only behind the command.
    let answer = try Regex(
      "(?s)\(Self.quoted(text))\\n(?<text>.*?)\(Self.quoted(Self.prompt))", as: (Substring, text: Substring).self)
    let found = try await expect(answer, since: mark, within: limit, "the prompt after '\(text)'")
    return found.text.split(separator: "\n").map(Self.visible).filter { !$0.isEmpty && !Self.isAside($0) }
  }

  /// Does a command whose answer must have `pattern` in one of its lines, and returns that answer.
  @discardableResult
  public func command(
    _ text: String, expecting pattern: some RegexComponent, within limit: Duration = .seconds(30)
  ) async throws -> [String] {
    let lines = try await command(text, within: limit)
    try require(
      lines.contains { $0.firstMatch(of: pattern) != nil }, "'\(text)' answered\n\(lines.joined(separator: "\n"))")
    return lines
  }

  /// What a terminal shows of a line in the end: what was written to it last, since every time it is erased.
  private static func visible(_ line: Substring) -> String {
    String(line.split(separator: eraseLine).last ?? "")
  }

  /// The control sequence that erases a line; the carriage return before it is not in the transcript.
  private static var eraseLine: String { "\u{1B}[K" }

  /// Whether a line is somebody else's than the command's: a guest's, domain 0's own, the hypervisor's.
  private static func isAside(_ line: String) -> Bool {
    line.hasPrefix("[") || line.hasPrefix("(apus) ")
  }

  /// A pattern that matches the text itself.
  private static func quoted(_ text: String) -> String {
    text.map { $0.isLetter || $0.isNumber || $0 == " " ? String($0) : "\\\($0)" }.joined()
  }
}
