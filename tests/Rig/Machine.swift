import Foundation
@_exported import RegexBuilder  // makes String a pattern

/// An emulated machine under test: boots, listens, types, and ends with its test.
///
/// ```swift
/// try await Machine.boot(MachineConfiguration(.qemu, modules: [.dom0()])) { machine in
///   try await machine.expect("apus> ")
///   machine.send("poweroff\r")
///   try await machine.expectEnd(status: 1)
/// }
/// ```
///
/// Every expectation throws a `MachineFailure` with the end of the serial log, so that a test says all it knows in one
/// place. Whatever the hypervisor reports as its own panic ends every wait at once.
public final class Machine: Sendable {
  /// A place in the serial output. Expectations look at what came after it.
  public struct Mark: Sendable {
    let offset: Int
    /// Before the first byte.
    public static let start = Mark(offset: 0)
  }

  private let configuration: MachineConfiguration
  private let label: String
  private let folder: URL
  private let transcript: Transcript
  private let process: EmulatorProcess
  private let started = ContinuousClock.now

  private init(_ configuration: MachineConfiguration, label: String, folder: URL) throws {
    self.configuration = configuration
    self.label = label
    self.folder = folder
    transcript = Transcript()
    let configuration = try configuration.withFiles(in: folder)
    process = try EmulatorProcess(configuration, folder: folder, transcript: transcript)
  }

  /// Boots a machine for the time of `body`, as soon as a processor is free for it.
  public static func boot<Result>(
    _ configuration: MachineConfiguration, label: String = #function,
    _ body: (Machine) async throws -> Result
  ) async throws -> Result {
    try await EmulatorSlots.shared.withSlot {
      let folder = try MachineFolder.create(label: label)
      let machine = try Machine(configuration, label: label, folder: folder)
      do {
        let result = try await body(machine)
        await machine.stop()
        try? FileManager.default.removeItem(at: folder)
        return result
      } catch {
        await machine.stop()
        throw error
      }
    }
  }

  // MARK: What comes out

  /// The place after all that has come out by now.
  public var now: Mark { Mark(offset: transcript.count) }

  /// What has come out since `mark`, with bare line feeds.
  public func output(since mark: Mark = .start) -> String {
    transcript.text(from: mark.offset)
  }

  /// Waits until `pattern` is found in what came out since `mark`, and returns the match.
  @discardableResult
  public func expect<Pattern: RegexComponent>(
    _ pattern: Pattern, since mark: Mark = .start, within limit: Duration = .seconds(30), _ meaning: String = ""
  ) async throws -> Pattern.RegexOutput {
    let deadline = ContinuousClock.now + limit
    var seen = -1
    var pause = Self.pause
    while true {
      // Read before the text: if it is set, the text is all there will be.
      let isComplete = transcript.isComplete
      if transcript.count != seen {
        let begun = ContinuousClock.now
        let text = output(since: mark)
        seen = mark.offset + text.utf8.count
        if let match = text.firstMatch(of: pattern) { return match.output }
        if let panic = transcript.panic(from: mark.offset) {
          // The whole report first: it is what the reader needs.
          try await Task.sleep(for: .milliseconds(500))
          throw failure("expected \(Self.text(pattern, meaning)), but the hypervisor panicked: \(panic)")
        }
        // The emulators need the processors more than the search through a long text does.
        pause = max(Self.pause, (ContinuousClock.now - begun) * 3)
      }
      if isComplete { throw failure("expected \(Self.text(pattern, meaning)), but the machine ended") }
      if ContinuousClock.now >= deadline {
        throw failure("expected \(Self.text(pattern, meaning)) within \(limit)")
      }
      try await Task.sleep(for: pause)
    }
  }

  /// Fails if `pattern` has come out since `mark`.
  public func reject(_ pattern: some RegexComponent, since mark: Mark = .start, _ meaning: String = "") throws {
    if output(since: mark).firstMatch(of: pattern) != nil {
      throw failure("did not expect \(Self.text(pattern, meaning))")
    }
  }

  /// Fails with the machine's logs unless `condition` holds.
  public func require(_ condition: Bool, _ meaning: String) throws {
    if !condition { throw failure(meaning) }
  }

  /// How long after the emulator's start the first match of `pattern` had come out, if it has.
  public func delay(of pattern: some RegexComponent) -> Duration? {
    let text = output()
    guard let end = text.firstMatch(of: pattern)?.range.upperBound else { return nil }
    return transcript.arrival(of: text.utf8.distance(from: text.startIndex, to: end)).map { $0 - started }
  }

  // MARK: What goes in

  /// Types on the serial port.
  public func send(_ text: String) {
    process.write(Array(text.utf8))
  }

  // MARK: Its monitor

  /// QEMU's monitor, of a machine with one: asked for once.
  public func monitor() throws -> QEMUMonitor { try QEMUMonitor(folder: folder) }

  // MARK: Its disks

  /// What a disk's image holds now; the first disk is 0. Settled once the machine has ended or flushed.
  public func diskContents(_ index: Int) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: folder.appendingPathComponent(Disk.fileName(index))))
  }

  // MARK: The end

  /// Waits for the machine to end by itself and returns the emulator's exit status.
  @discardableResult
  public func expectEnd(status expected: Int32? = nil, within limit: Duration = .seconds(30)) async throws -> Int32 {
    let deadline = ContinuousClock.now + limit
    while !transcript.isComplete {
      if ContinuousClock.now >= deadline { throw failure("expected the machine to end within \(limit)") }
      try await Task.sleep(for: .milliseconds(10))
    }
    let status = transcript.status ?? -1
    if let expected, status != expected {
      throw failure("expected the emulator to end with status \(expected), not \(status)")
    }
    return status
  }

  private func stop() async {
    process.stop()
    while !transcript.isComplete {
      // Not cancellable: the emulator must be gone before the slot is given back.
      await Task.detached { try? await Task.sleep(for: .milliseconds(10)) }.value
    }
  }

  /// How long a wait pauses between two looks at what came out.
  private static var pause: Duration { .milliseconds(10) }

  // MARK: Failing

  private static func text(_ pattern: some RegexComponent, _ meaning: String) -> String {
    if !meaning.isEmpty { return meaning }
    if let literal = pattern as? String { return "\"\(literal)\"" }
    return "a match of the pattern"
  }

  private func failure(_ reason: String) -> MachineFailure {
    MachineFailure(reason, machine: configuration, label: label, folder: folder, transcript: transcript)
  }
}
