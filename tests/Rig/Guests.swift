/// Guests by domain 0's toolstack.
extension Machine {
  /// Builds the guest that a file defines and waits until it is there. Returns its number and the milliseconds that
  /// domain 0 took to build it.
  ///
  /// - Parameter settings: what goes before the settings of the file, such as `name=g2`.
  @discardableResult
  public func create(
    _ file: String, name: String, settings: String = "", within limit: Duration = .seconds(60)
  ) async throws -> (domain: Int, milliseconds: Int) {
    let mark = now
    try await command("create \(file)\(settings.isEmpty ? "" : " \(settings)")", within: limit)
    let line = try await expect(
      try Regex(
        "\\[dom0\\] \(name) is domain (?<domain>\\d+), built in (?<time>\\d+) ms",
        as: (Substring, domain: Substring, time: Substring).self), since: mark, within: .seconds(5),
      "domain 0 saying that \(name) is built")
    return (Int(line.domain) ?? 0, Int(line.time) ?? 0)
  }

  /// Ends a guest at once and waits until it is gone.
  public func destroy(_ name: String) async throws {
    let mark = now
    try await command("destroy \(name)")
    try await expect("[dom0] \(name) destroyed", since: mark, within: .seconds(5))
  }
}
