import Foundation
import Rig
import Testing

/// Long operations of the hypervisor go in pieces: whoever waits for a timer meanwhile gets it in time.
@Suite struct LatencyTests {
  /// The memory that a test's machine takes of the host, with something to spare.
  private static let hostHasRoom: Bool = {
    guard let text = try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8),
      let match = text.firstMatch(of: /MemAvailable: +(\d+) kB/), let available = Int(match.1)
    else { return false }
    return available > 7 << 20
  }()

  /// A guest of 4 GiB gives its memory back and takes it again, in large pages and in small ones, and ends; domain 0 has
  /// the rest taken apart. In virtual time, in which an instruction takes a nanosecond, no timer of another guest's is a
  /// millisecond late: not while the memory goes and comes, and not while the domain goes.
  @Test(.enabled(if: hostHasRoom, "the machine needs 6 GiB of the host's memory"))
  func keepsTimersInTimeWhileLargeDomainsComeAndGo() async throws {
    var machine = MachineConfiguration(
      .qemuCounting, memory: 6144,
      modules: [
        .dom0(), .domU("latency.elf", name: "watch", arguments: "do=watch seconds=4"),
        .domU("latency.elf", name: "churn", memory: 4096, arguments: "do=churn"),
      ], limit: .seconds(600))
    machine.hardware = [
      "-object", "memory-backend-ram,id=ram,size=6144M,reserve=off", "-machine", "memory-backend=ram",
    ]
    try await Machine.boot(machine) { machine in
      try await machine.expect(
        try Lines.from("churn", "churn: all is there again"), within: .seconds(400), "the memory gone and come")
      try await machine.expect(/\[dom0\] churn ended: poweroff/, within: .seconds(60))
      let result = try await machine.expect(
        /watch: done, worst (?<worst>\d+) ns of (?<count>\d+) timers/, within: .seconds(400), "the watch's result")
      let worst = try #require(Int(result.worst))
      let count = try #require(Int(result.count))
      try machine.require(worst < 1_000_000, "a timer was \(worst) ns late")
      try machine.require(count >= 3900, "only \(count) timers came")
      let mark = machine.now
      machine.send("audit\r")
      try await machine.expect("audit: no faults", since: mark, within: .seconds(60))
      try await powerOff(machine)
    }
  }

  /// A multicall's piece is as long as what it does, not as its entries are many; what overlaps is copied a word at a
  /// time, and right.
  @Test func keepsTimersInTimeThroughLongCalls() async throws {
    let machine = MachineConfiguration(
      .qemuCounting,
      modules: [
        .dom0(), .domU("latency.elf", name: "watch", arguments: "do=watch seconds=2"),
        .domU("latency.elf", name: "copies", arguments: "do=copies"),
      ])
    try await Machine.boot(machine) { machine in
      try await machine.expect(try Lines.from("copies", "copies: what overlaps is right"), within: .seconds(60))
      try await machine.expect(try Lines.from("copies", "copies: 40 rounds done"), within: .seconds(60))
      let result = try await machine.expect(
        /watch: done, worst (?<worst>\d+) ns of (?<count>\d+) timers/, within: .seconds(60), "the watch's result")
      let worst = try #require(Int(result.worst))
      try machine.require(worst < 300_000, "a timer was \(worst) ns late")
      try await powerOff(machine)
    }
  }
}
