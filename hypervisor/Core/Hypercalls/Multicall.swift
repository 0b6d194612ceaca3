#if canImport(XenABI)
  import XenABI
#endif

/// Several hypercalls in one (public header `xen.h`, `multicall_entry`).
extension Caller {
  /// How long a piece is at work: entries can take from a tenth of a microsecond to as long as a piece of a call may.
  private static var pieceTime: Nanoseconds { .microseconds(50) }

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
    let hypervisor = hypervisor
    let end = hypervisor.object.clock.reading(at: hypervisor.now.adding(Self.pieceTime))
    var address = list
    var done: UInt32 = 0
    while done < count {
      guard try finishEntry(at: address) else { break }
      address = address.advanced(by: UInt64(MulticallEntry.size(width)))
      done &+= 1
      // Who blocked, yielded, or woke somebody who goes first does the rest when it is its turn again.
      if vcpu.object.cpu.object.mustReschedule || hypervisor.object.services.readTSC() >= end.rawValue { break }
    }
    return done == count ? .done(0) : .continues(.multicall(address, count: count &- done))
  }

  /// Does one call of the list, or a piece of it. Returns whether it is finished.
  private func finishEntry(at address: GuestVirtualAddress) throws(HypercallError) -> Bool {
    let (number, arguments) = try readEntry(at: address)
    vcpu.object.registers.setArguments(arguments, width)
    switch number == .multicall ? .refused(.notImplemented) : dispatch(number) {
    case .done(let result):
      try writeWord(result, index: 1, of: address)
      return true
    case .continues(let continuation):
      try writeWord(continuation.first, index: 2, of: address)
      try writeWord(continuation.second, index: 3, of: address)
      try writeWord(continuation.third, index: 4, of: address)
      return false
    case .repeats:
      return false
    }
  }

  /// An entry is eight words of the caller's width: the number, the result, six arguments of which five count.
  private func readEntry(
    at address: GuestVirtualAddress
  ) throws(HypercallError) -> (HypercallNumber, HypercallArguments) {
    var arguments = HypercallArguments()
    let size = UInt64(MulticallEntry.size(width))
    guard width == .bits64, address.offsetInPage &+ size <= pageSize else {
      let entry = try memory.read(MulticallEntry.self, at: address)
      arguments.first = entry.first
      arguments.second = entry.second
      arguments.third = entry.third
      arguments.fourth = entry.fourth
      arguments.fifth = entry.fifth
      return (HypercallNumber(UInt32(truncatingIfNeeded: entry.number)), arguments)
    }
    // All eight words lie in the page by the check above; each is read once.
    let place = unsafe try memory.readable(address)
    let number = unsafe place.loadUnaligned(as: UInt64.self)
    unsafe arguments.first = place.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
    unsafe arguments.second = place.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
    unsafe arguments.third = place.loadUnaligned(fromByteOffset: 32, as: UInt64.self)
    unsafe arguments.fourth = place.loadUnaligned(fromByteOffset: 40, as: UInt64.self)
    unsafe arguments.fifth = place.loadUnaligned(fromByteOffset: 48, as: UInt64.self)
    return (HypercallNumber(UInt32(truncatingIfNeeded: number)), arguments)
  }

  private func writeWord(
    _ value: UInt64, index: UInt64, of entry: GuestVirtualAddress
  ) throws(HypercallError) {
    let place = entry.advanced(by: index &* UInt64(width.wordSize))
    if width == .bits64 {
      try memory.write(value, at: place)
    } else {
      try memory.write(UInt32(truncatingIfNeeded: value), at: place)
    }
  }
}
