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

  func listVCPUs(_ words: [String]) { terminal.print("vcpu-list: \(HypercallError.notImplemented.reason)") }

  func schedule(_ domain: String?, _ weight: UInt64?, _ cap: UInt64?) {
    terminal.print("sched: \(HypercallError.notImplemented.reason)")
  }

  func showCounters(resets: Bool) { terminal.print("perf: \(HypercallError.notImplemented.reason)") }
}
