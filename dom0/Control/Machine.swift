import CGuest

/// The machine and the hypervisor as a whole, hypercall 35 (public header `sysctl.h`) and Apus's own calls.
enum Machine {
  /// Processors and memory.
  static func information() throws(GuestError) -> SystemControlPhysicalInformation {
    var argument = SystemControlPhysicalInformation()
    try Hypercall.systemControlPhysicalInformation(&argument)
    return argument
  }

  /// The bytes of the hypervisor's log that are read at most: what is written meanwhile must not keep the reader busy
  /// for ever.
  private static var longestLog: Int { 1 << 20 }

  /// Calls `body` for each piece of the hypervisor's log, the oldest first.
  ///
  /// - Parameter clears: whether it is forgotten afterwards.
  static func readLog(clears: Bool = false, _ body: (ArraySlice<UInt8>) -> Void) throws(GuestError) {
    var done = 0
    let size = 4096
    var piece = [UInt8](repeating: 0, count: size)
    var index: UInt32 = 0
    while done < longestLog {
      var count = 0
      let result = withAddress(of: &piece) { address in
        var argument = SystemControlReadConsole(
          buffer: GuestVirtualAddress(address), count: UInt32(size), index: index)
        let result = Result { () throws(GuestError) in try Hypercall.systemControlReadConsole(&argument) }
        count = min(Int(argument.count), size)
        index = argument.index
        return result
      }
      _ = try result.get()
      if count == 0 { break }
      body(piece[..<count])
      done += count
    }
    if clears {
      var argument = SystemControlReadConsole()
      argument.clear = 1
      try Hypercall.systemControlReadConsole(&argument)
    }
  }

  /// Has the hypervisor count everything anew; returns the number of faults. Apus only.
  static func audit() throws(GuestError) -> UInt64 { try Hypercall.apusAudit() }

  /// The version in Apus's own leaf; nil on another hypervisor.
  static var apusVersion: ApusVersion? {
    Hypervisor.isApus ? ApusVersion(rawValue: cguest_cpuid(ApusLeaf.domain, 0).ebx) : nil
  }
}
