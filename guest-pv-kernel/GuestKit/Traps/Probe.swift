import CGuest

/// Accesses that may fault, made so that the fault is an answer and not the end.
enum Probe {
  /// The eight bytes at an address, or nil where reading them faults.
  static func read(_ address: GuestVirtualAddress) -> UInt64? {
    var value: UInt64 = 0
    return unsafe guestkit_probe_read(address.rawValue, &value) ? value : nil
  }

  /// Writes a byte; returns whether that was possible.
  static func write(_ value: UInt8, to address: GuestVirtualAddress) -> Bool {
    guestkit_probe_write(address.rawValue, value)
  }

  /// A model-specific register, or nil where reading it faults.
  static func readRegister(_ number: UInt32) -> UInt64? {
    var value: UInt64 = 0
    return unsafe guestkit_probe_rdmsr(number, &value) ? value : nil
  }

  /// Writes a model-specific register; returns whether that was possible.
  static func writeRegister(_ number: UInt32, _ value: UInt64) -> Bool {
    guestkit_probe_wrmsr(number, value)
  }

  /// Calls code at an address; returns false where fetching its first instruction faults.
  static func execute(_ address: GuestVirtualAddress) -> Bool {
    unsafe executing = address.rawValue
    defer { unsafe executing = nil }
    return guestkit_probe_execute(address.rawValue)
  }

  nonisolated(unsafe) private static var executing: UInt64?

  /// Sends a fault of one of these accesses to where it goes on; returns whether it was one.
  static func recover(_ frame: inout TrapFrame) -> Bool {
    if frame.vector != ExceptionVector.pageFault && frame.vector != ExceptionVector.generalProtection { return false }
    if unsafe frame.rip == executing {
      frame.rip = cguest_probe_execute_fault()
      return true
    }
    var entry = cguest_fixups_start()
    while entry < cguest_fixups_end() {
      if cguest_load64(entry) == frame.rip {
        frame.rip = cguest_load64(entry + 8)
        return true
      }
      entry += 16
    }
    return false
  }
}
