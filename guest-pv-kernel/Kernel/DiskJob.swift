/// What `disk=` asks to be done with the guest's first disk, before the mode begins: `write:SIZE:SEED` (and flush),
/// `verify:SIZE:SEED`, `refused` (a write that must be), or `churn:SIZE:SEED` (both without end). SIZE is in MiB.
enum DiskJob {
  case write(mebibytes: UInt64, seed: UInt64)
  case verify(mebibytes: UInt64, seed: UInt64)
  case churn(mebibytes: UInt64, seed: UInt64)
  case refused

  /// The job of a command line; nil where there is none.
  static func find(_ options: CommandLineOptions) -> DiskJob? {
    guard let text = options["disk"] else { return nil }
    let words = text.utf8.split(separator: UInt8(ascii: ":"))
    let numbers = words.dropFirst().compactMap { UInt64(decimal: $0) }
    let name = words.first.map { String(decoding: Array($0), as: UTF8.self) } ?? ""
    switch (name, numbers.count) {
    case ("refused", 0): return .refused
    case ("write", 2): return .write(mebibytes: numbers[0], seed: numbers[1])
    case ("verify", 2): return .verify(mebibytes: numbers[0], seed: numbers[1])
    case ("churn", 2): return .churn(mebibytes: numbers[0], seed: numbers[1])
    default: Panic.report("disk= is none of write:MIB:SEED, verify:MIB:SEED, churn:MIB:SEED, refused")
    }
  }

  func run(_ services: KernelServices, _ findings: inout Findings) {
    findings.section("disk")
    do throws(GuestError) {
      guard let device = BlockFrontend.devices().first else { throw .block(.noDisk) }
      // Four pages of ring, where the backend takes them: more than one request's worth of slots.
      let disk = try BlockFrontend.open(device, pageOrder: 2)
      let access: String = disk.isReadOnly ? "read-only" : "writable"
      console.print("disk \(device): \(disk.sectorCount) sectors, \(access), flush \(disk.hasFlush ? "yes" : "no")")
      let stream = DiskStream(disk)
      switch self {
      case .write(let size, let seed):
        try stream.write(mebibytes: size, DiskPattern(seed: seed))
        try disk.flush()
        findings.check("disk.written", true, "\(size) MiB, flushed", expected: "")
      case .verify(let size, let seed):
        let wrong = try stream.verify(mebibytes: size, DiskPattern(seed: seed))
        findings.check("disk.verified", wrong == 0, "\(wrong) wrong words in \(size) MiB", expected: "none")
      case .churn(let size, let seed): try churn(stream, size, seed, services)
      case .refused:
        findings.check("disk.write_refused", isRefused(disk), "a write", expected: "an error")
      }
      try disk.close()
    } catch {
      findings.check("disk", false, error.description, expected: "a disk that works")
    }
  }

  private func churn(
    _ stream: DiskStream, _ size: UInt64, _ seed: UInt64, _ services: KernelServices
  ) throws(GuestError) {
    var round: UInt64 = 0
    while true {
      round += 1
      let pattern = DiskPattern(seed: seed &+ round)
      try stream.write(mebibytes: size, pattern)
      let wrong = try stream.verify(mebibytes: size, pattern)
      console.print(wrong == 0 ? "disk round \(round)" : "FAIL disk round \(round): \(wrong) wrong words")
      services.run(until: Clock.now)
    }
  }

  private func isRefused(_ disk: BlockFrontend) -> Bool {
    do throws(GuestError) {
      try disk.write(0, [UInt8](repeating: 0x5A, count: 512))
      return false
    } catch {
      if case .block(.refused) = error { return true }
      return false
    }
  }
}
