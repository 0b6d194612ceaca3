import Rig

/// Domain 0, a guest that ticks, `g1`, and one that misbehaves, `bad`.
func badNeighbour(_ image: String, on emulator: Emulator = .qemu) -> MachineConfiguration {
  MachineConfiguration(
    emulator,
    modules: [
      .dom0(), .domU(name: "g1", arguments: "tour=off ticks=1000"), .domU(image, name: "bad", memory: 4),
    ])
}

/// Three more seconds of a guest's clock, from now on.
func expectTicks(_ machine: Machine) async throws {
  for _ in 0..<3 {
    try await machine.expect(/\bg1\b.*tick \d+/, since: machine.now, within: .seconds(60), "another tick of g1")
  }
}

/// The prompt answers, and the hypervisor's books are right: each frame, port and grant is counted as often as it is
/// used.
func expectNoHarm(_ machine: Machine) async throws {
  let mark = machine.now
  machine.send("audit\r")
  try await machine.expect(#/(?m)^audit: no faults/#, since: mark, "an audit without faults")
  let list = machine.now
  machine.send("list\r")
  try await machine.expect(#/(?m)^g1\s/#, since: list, "g1 in the list")
  try await machine.expect("dom0> ", since: list)
}
