import Foundation
import Rig

/// `make bench`: what each operation of the hypervisor takes, in instructions, and how fast a boot is.
@main
struct Bench {
  static func main() async {
    do {
      try await run(withXen: CommandLine.arguments.dropFirst() == ["--peer", "xen"])
    } catch {
      FileHandle.standardError.write(Data("\(error)\n".utf8))
      exit(1)
    }
  }

  private static let benchGuest = BootModule(BuiltFiles.path("bench.elf"))
  private static let pongGuest = BootModule.domU("bench.elf", name: "pong", memory: 24, arguments: "pong")

  private static func run(withXen: Bool) async throws {
    // The figures are without mitigations, the peer's as well; what ours add is counted apart below.
    let options = "spec-ctrl=no"
    let transcript = try await measure(apus(options: options), label: "bench")
    let layout = transcript.firstMatch(of: /layout[: =]+(?<layout>\w+)/).map { String($0.layout) } ?? "svm"
    let own = Measurement.parse(transcript)
    var peer: [Measurement] = []
    if withXen {
      let machine = try XenPeer.machine(running: benchGuest, options: options)
      peer = Measurement.parse(try await measure(machine, label: "xen"))
    }

    let rows = own.map { row in
      Row(layout: layout, measurement: row, peer: peer.first { $0.name == row.name }?.instructions)
    }
    print(Row.table(rows))
    if withXen { print(XenPeer.note) }
    for note in transcript.matches(of: /bench note: (?<text>[^\n]+)/) { print(note.text) }
    // What the hypervisor says as it ends: how long its interrupts were held off.
    for note in transcript.matches(of: /(?m)^\(apus\) [^\n]*?(?<text>a timer's interrupt waited[^\n]+)/) {
      print(note.text)
    }
    let mitigated = Measurement.parse(try await measure(apus(options: "spec-ctrl=yes"), label: "mitigated"))
    for row in mitigated {
      guard let plain = own.first(where: { $0.name == row.name }) else { continue }
      let cost = row.instructions - plain.instructions
      if cost >= 0.5 || row.name == "event ping-pong" {
        print("mitigations of speculation add \(Int(cost.rounded())) instructions to \(row.name)")
      }
    }
    try Row.tsv(rows).write(toFile: BuiltFiles.path("bench.tsv"), atomically: true, encoding: .utf8)
    try await ServiceBench.run()
    print("boot to the guest's first line: \(try await medianBoot()) ms, the median of five")
  }

  private static func apus(options: String) -> MachineConfiguration {
    MachineConfiguration(
      .qemuCounting, memory: 512, options: "console=com1 exit=isa-debug \(options)", modules: [benchGuest, pongGuest],
      limit: .seconds(600))
  }

  /// Runs a machine until its guest has measured everything, and returns all it printed.
  private static func measure(_ machine: MachineConfiguration, label: String) async throws -> String {
    try await Machine.boot(machine, label: label) { machine in
      try await machine.expect("bench done", within: .seconds(600))
      try await machine.expect(/powering off|Domain-0\) ended|Dom0 halted/, "the machine's end")
      try? await Task.sleep(for: .milliseconds(300))
      return machine.output()
    }
  }

  /// Milliseconds from QEMU's start to the first line of a guest, as the median of five boots.
  private static func medianBoot() async throws -> Int {
    var delays: [Duration] = []
    let machine = MachineConfiguration(.qemu, memory: 256, modules: [.dom0(), .domU(name: "g1")])
    for _ in 0..<5 {
      let delay = try await Machine.boot(machine, label: "boot-time") { machine in
        let firstLine = /\(?g1\)?:? [^\n]+\n/
        try await machine.expect(firstLine)
        return machine.delay(of: firstLine) ?? .zero
      }
      delays.append(delay)
    }
    return Int(delays.sorted()[2] / .milliseconds(1))
  }
}
