import Foundation

/// A program of the host's that is run to its end, in the package's folder and with nothing to read.
public enum Command {
  public struct Outcome: Sendable {
    public let status: Int32
    public let output: String
  }

  /// Runs it, for ten minutes at most.
  ///
  /// - Parameters:
  ///   - program: its path, or its name where PATH leads to it.
  ///   - environment: that of this process where it is nil.
  ///   - joinsErrors: whether its errors are a part of the output; else they appear where those of this process do.
  public static func run(
    _ program: String, _ arguments: [String], environment: [String: String]? = nil, joinsErrors: Bool = true
  ) throws -> Outcome {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/timeout")
    process.arguments = ["--kill-after=5", "600", program] + arguments
    process.currentDirectoryURL = PackageFolder.url
    if let environment { process.environment = environment }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    if joinsErrors { process.standardError = output }
    try process.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return Outcome(status: process.terminationStatus, output: String(decoding: data, as: UTF8.self))
  }

  /// Runs it, and returns what it printed on standard output; its errors appear where those of this process do.
  ///
  /// - Throws: `CommandFailure` where it ends with another status than 0.
  @discardableResult
  public static func output(_ program: String, _ arguments: [String]) throws -> String {
    let outcome = try run(program, arguments, joinsErrors: false)
    guard outcome.status == 0 else {
      throw CommandFailure(command: ([program] + arguments).joined(separator: " "), status: outcome.status)
    }
    return outcome.output
  }
}

/// A command that failed; its message is on standard error.
public struct CommandFailure: Error, CustomStringConvertible {
  public let command: String
  public let status: Int32

  public var description: String { "\(command) ended with status \(status)" }
}
