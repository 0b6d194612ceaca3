/// The dialogue with the hypervisor itself, by its debug keys.
extension Machine {
  /// What changes the listener: Ctrl-A three times.
  private static var escape: String { "\u{1}\u{1}\u{1}" }
  private static var line: String { "(apus) " }

  /// Presses a debug key and returns the lines of its answer, without what is in front of each. Domain 0 has the input
  /// again afterwards.
  public func debugKey(_ key: Character) async throws -> [String] {
    let start = now
    send(Self.escape)
    try await expect("input goes to the hypervisor", since: start)
    let mark = now
    // The help comes after the answer, and so tells its end.
    send("\(key)h")
    let answer = try await expect(/(?s)(?<text>.*?)\(apus\) keys:  h/, since: mark, "an answer to the key \(key)")
    let end = now
    send(Self.escape)
    try await expect("input goes to domain 0", since: end)
    return answer.text.split(separator: "\n").compactMap { line in
      line.range(of: Self.line).map { String(line[$0.upperBound...]) }
    }
  }
}
