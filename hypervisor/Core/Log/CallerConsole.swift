#if canImport(XenABI)
  import XenABI
#endif

/// console_io (public header `xen.h`, `CONSOLEIO_*`): the hypervisor's own console.
extension Caller {
  /// The bytes that are written in one piece at most, those after which the clock is looked at, and the time of a piece:
  /// each byte may be an access to a device.
  private static var bytesPerPiece: Int { 256 }
  private static var bytesPerLook: Int { 16 }
  private static var pieceTime: Nanoseconds { .microseconds(50) }

  /// CONSOLEIO_write: puts characters out, a piece at a time; where too many wait for the line already, the call goes on
  /// when others have run. The control domain's appear as they are. Another domain
  /// has its own console, and is refused as on a release build of Xen; where the command line asks for all that
  /// guests do (`guest_loglvl=debug`), its lines appear with its name.
  ///
  /// - Throws: `notPermitted` for another domain, `badAddress`.
  func consoleWrite(_ buffer: GuestVirtualAddress, count: UInt32) throws(HypercallError) -> HypercallOutcome {
    guard isPrivileged || hypervisor.object.log.guestLevel == .debug else { throw .notPermitted }
    let piece = min(Int(count), Self.bytesPerPiece)
    var bytes = WireBytes()
    try memory.read(buffer, count: piece, into: &bytes)
    let end = hypervisor.now.adding(Self.pieceTime)
    var index = 0
    while index < piece, hypervisor.object.services.consoleHasRoom() {
      if isPrivileged { hypervisor.putControlDomain(bytes[index]) } else { domain.putConsole(bytes[index]) }
      index &+= 1
      if index % Self.bytesPerLook == 0 && hypervisor.now >= end { break }
    }
    let rest = count &- UInt32(truncatingIfNeeded: index)
    if rest == 0 { return .done(0) }
    return .continues(.console(.write, count: rest, buffer.advanced(by: UInt64(index))))
  }

  /// CONSOLEIO_read: takes characters that were typed; returns how many. The dispatch lets only the control domain in.
  ///
  /// - Throws: `badAddress`; what was typed then stays. `ioError` once, where the line has lost characters between those
  ///   that were read and those that are read next.
  func consoleRead(_ buffer: GuestVirtualAddress, count: UInt32) throws(HypercallError) -> UInt64 {
    let piece = min(min(Int(count), wireCapacity), hypervisor.object.consoleInput.count)
    // Domain 0 asks at each of its turns, mostly for nothing.
    guard piece > 0 else {
      if hypervisor.object.consoleInput.takeLoss() { throw .ioError }
      return 0
    }
    var bytes = WireBytes()
    var index = 0
    while index < piece {
      bytes[index] = hypervisor.object.consoleInput[index]
      index &+= 1
    }
    try memory.write(bytes, count: piece, at: buffer)
    hypervisor.object.consoleInput.drop(piece)
    hypervisor.object.services.consoleTaken()
    return UInt64(piece)
  }
}
