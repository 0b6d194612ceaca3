#if canImport(XenABI)
  import XenABI
#endif

/// Several hypercalls in one (public header `xen.h`, `multicall_entry`).
extension Caller {
  /// The entries that are done in one piece. What takes longer than a few microseconds continues by itself, so that
  /// this many together stay within what a piece may take.
  private static var entriesPerPiece: UInt32 { 64 }

  /// Does the calls of a list in order, each with its result into its entry.
  ///
  /// An entry's arguments take the place of the caller's own in its registers, where all calls look for them, until
  /// the multicall returns. An entry that is not finished keeps its progress in its arguments, in the guest's list, and
  /// the multicall goes on with it.
  ///
  /// - Throws: `badAddress` where an entry can't be read or written. What was done before stays done.
  func multicall(_ list: GuestVirtualAddress, count: UInt32) throws(HypercallError) -> HypercallOutcome {
    let own = vcpu.object.registers.arguments(width)
    defer { vcpu.object.registers.setArguments(own, width) }
    let piece = min(count, Self.entriesPerPiece)
    var address = list
    var done: UInt32 = 0
    while done < piece {
      guard try finishEntry(at: address) else { break }
      address = address.advanced(by: UInt64(MulticallEntry.size(width)))
      done &+= 1
      // Who blocked, yielded, or woke somebody who goes first does the rest when it is its turn again.
      if vcpu.object.cpu.object.mustReschedule { break }
    }
    return done == count ? .done(0) : .continues(.multicall(address, count: count &- done))
  }

  /// Does one call of the list, or a piece of it. Returns whether it is finished.
  private func finishEntry(at address: GuestVirtualAddress) throws(HypercallError) -> Bool {
    var entry = try memory.read(MulticallEntry.self, at: address)
    var arguments = HypercallArguments()
    arguments.first = entry.first
    arguments.second = entry.second
    arguments.third = entry.third
    arguments.fourth = entry.fourth
    arguments.fifth = entry.fifth
    vcpu.object.registers.setArguments(arguments, width)
    let number = HypercallNumber(UInt32(truncatingIfNeeded: entry.number))
    switch number == .multicall ? .refused(.notImplemented) : dispatch(number) {
    case .done(let result):
      entry.result = result
    case .continues(let continuation):
      entry.first = continuation.first
      entry.second = continuation.second
      entry.third = continuation.third
      try memory.write(entry, at: address)
      return false
    case .repeats:
      return false
    }
    try memory.write(entry, at: address)
    return true
  }
}
