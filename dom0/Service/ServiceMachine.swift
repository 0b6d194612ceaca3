/// The commands about the machine.
extension Service {
  func showHypervisorLog(clears: Bool) {
    do {
      var assembler = LineAssembler()
      try Machine.readLog(clears: clears) { bytes in
        for byte in bytes {
          if let line = assembler.accept(byte) { terminal.print("", line) }
        }
      }
      if let line = assembler.flush() { terminal.print("", line) }
    } catch {
      terminal.print("dmesg: \(error.reason)")
    }
  }

  func audit() {
    do {
      let faults = try Machine.audit()
      terminal.print(faults == 0 ? "audit: no faults" : "audit: \(faults) faults; the hypervisor's log names them")
    } catch {
      terminal.print("audit: \(error.reason)")
    }
  }
}
