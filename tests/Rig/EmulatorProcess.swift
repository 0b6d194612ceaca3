import Foundation
import Glibc

/// An emulator as a child process, its serial port in our hands.
///
/// It runs under `timeout`, so that it ends even where this process cannot end it any more.
final class EmulatorProcess: Sendable {
  private let processIdentifier: pid_t
  private let input: Int32
  let transcript: Transcript

  /// Starts the machine.
  init(_ machine: MachineConfiguration, folder: URL, transcript: Transcript) throws {
    self.transcript = transcript
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/timeout")
    process.currentDirectoryURL = folder
    let limit = ["-k", "2", "\(machine.limit.components.seconds)"]
    let errorFile = try MachineFolder.log(MachineFolder.standardError, in: folder)

    let output: Int32
    let opened: [Int32]
    switch machine.emulator {
    case .qemu, .qemuCounting:
      let toEmulator = Pipe()
      let fromEmulator = Pipe()
      process.standardInput = toEmulator
      process.standardOutput = fromEmulator
      process.standardError = errorFile
      process.arguments = limit + (try Self.qemu(machine, folder: folder))
      input = dup(toEmulator.fileHandleForWriting.fileDescriptor)
      output = dup(fromEmulator.fileHandleForReading.fileDescriptor)
      opened = [output]
    case .bochs(let model):
      let terminal = try Pseudoterminal()
      process.standardInput = FileHandle.nullDevice
      process.standardOutput = errorFile
      process.standardError = errorFile
      process.arguments = limit + (try Self.bochs(machine, model: model, folder: folder, terminal: terminal))
      input = terminal.controller
      output = terminal.controller
      opened = [terminal.terminal]
    }
    let descriptors = opened + [input]

    process.terminationHandler = { transcript.end(status: $0.terminationStatus) }
    try Self.withSignalsUnblocked { try process.run() }
    processIdentifier = process.processIdentifier
    try errorFile.close()

    let log = try MachineFolder.log(MachineFolder.serialLog, in: folder)
    let thread = Thread {
      Self.read(output, into: transcript, log: log)
      for descriptor in descriptors { close(descriptor) }
    }
    thread.start()
  }

  /// Types `bytes` on the serial port.
  func write(_ bytes: [UInt8]) {
    // A machine that has ended no longer reads, which the next expectation reports.
    guard !transcript.isComplete else { return }
    unsafe bytes.withUnsafeBytes { buffer in
      var sent = 0
      while sent < buffer.count {
        // The range lies in the buffer, which lives until the closure returns.
        let count = unsafe Glibc.write(input, buffer.baseAddress.unsafelyUnwrapped + sent, buffer.count - sent)
        if count <= 0 { return }
        sent += count
      }
    }
  }

  /// Ends the emulator if it still runs. `timeout` passes the signal on.
  func stop() {
    if transcript.status == nil { kill(processIdentifier, SIGTERM) }
  }

  /// Runs `body` with no signal blocked: a child inherits the mask, and the runtime's worker threads block SIGTERM.
  private static func withSignalsUnblocked(_ body: () throws -> Void) rethrows {
    var none = sigset_t()
    var previous = sigset_t()
    unsafe sigemptyset(&none)
    unsafe pthread_sigmask(SIG_SETMASK, &none, &previous)
    defer { unsafe pthread_sigmask(SIG_SETMASK, &previous, nil) }
    try body()
  }

  /// Copies what comes from the serial port until the emulator has ended and nothing is left.
  private static func read(_ descriptor: Int32, into transcript: Transcript, log: FileHandle) {
    var buffer = [UInt8](repeating: 0, count: 64 * 1024)
    while true {
      // Asked before polling: what was written before the end is then seen by the poll.
      let hasEnded = transcript.status != nil
      var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let ready = unsafe poll(&request, 1, 20)
      if ready <= 0 {
        if hasEnded { break }
        continue
      }
      // At most the buffer's own size is read into it.
      let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
      if count <= 0 {
        if hasEnded { break }
        usleep(10_000)
        continue
      }
      transcript.append(buffer[..<count])
      try? log.write(contentsOf: buffer[..<count])
    }
    try? log.close()
    transcript.complete()
  }
}
