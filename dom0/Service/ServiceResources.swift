/// The commands about memory and processors.
extension Service {
  func setMemory(of name: String, _ bytes: UInt64) {
    onGuest("mem-set", name) { guest throws(ToolstackError) in
      try toolstack.setMemory(of: guest.id, frames: bytes / pageSize)
    }
  }

  func setMaximumMemory(of name: String, _ bytes: UInt64) {
    onGuest("mem-max", name) { guest throws(ToolstackError) in
      try toolstack.setMaximumMemory(of: guest.id, frames: bytes / pageSize)
    }
  }

  func listVCPUs(_ words: [String]) {
    let chosen = domains("vcpu-list", words)
    if chosen.isEmpty { return }
    terminal.print(VCPURow.heading)
    do {
      let processorCount = min(Int(try Machine.information().processorCount), 64)
      for information in chosen {
        for number in 0...min(information.maximumVCPUID, 127) {
          let vcpu = VCPUID(number)
          let row = try DomainControls.vcpuInformation(of: information.domain, vcpu: vcpu)
          let affinity = try DomainControls.affinity(of: information.domain, vcpu: vcpu)
          terminal.print(
            VCPURow(
              name: guests.name(of: information.domain), domain: information.domain, vcpu: number, cpu: row.cpu,
              isOnline: row.online != 0, isRunning: row.running != 0, isBlocked: row.blocked != 0,
              cpuTime: row.cpuTime,
              affinity: CPUSet.text((0..<processorCount).map { affinity >> UInt64($0) & 1 != 0 })
            ).text)
        }
      }
    } catch {
      terminal.print("vcpu-list: \(error.reason)")
    }
  }

  func schedule(_ word: String?, _ weight: UInt64?, _ cap: UInt64?) {
    let chosen = domains("sched", word.map { [$0] } ?? [])
    if chosen.isEmpty { return }
    do {
      if weight == nil && cap == nil {
        terminal.print(SchedulerRow.heading)
        for information in chosen {
          let share = try DomainControls.share(of: information.domain)
          terminal.print(
            SchedulerRow(
              name: guests.name(of: information.domain), domain: information.domain, weight: UInt64(share.weight),
              cap: UInt64(share.cap)
            ).text)
        }
        return
      }
      if let weight, weight == 0 || weight > UInt64(UInt16.max) {
        terminal.print("sched: the weight \(weight) is none: expected 1 to 65535")
      } else if let cap, cap >= UInt64(UInt16.max) {
        terminal.print("sched: the cap \(cap) is none: expected percent of a CPU, up to 65534, or 0 for no cap")
      } else {
        for information in chosen {
          try DomainControls.setShare(
            weight: weight.map { UInt16($0) }, cap: cap.map { UInt16($0) }, of: information.domain)
        }
      }
    } catch {
      terminal.print("sched: \(error.reason)")
    }
  }

  func showCounters(resets: Bool) {
    do {
      if resets { return try Machine.resetCounters() }
      for counter in try Machine.counters() {
        terminal.print(
          Column.leading(PlainText.of(counter.name.utf8), width: 40) + Column.trailing("\(counter.value)", width: 12))
      }
    } catch {
      terminal.print("perf: \(error.reason)")
    }
  }
}
