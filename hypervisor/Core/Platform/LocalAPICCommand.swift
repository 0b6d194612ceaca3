#if canImport(XenABI)
  import XenABI
#endif

/// The interrupt command register: messages to APICs, of which there is this one only (Intel SDM vol. 3 11.6.1 and
/// 11.12.9).
extension LocalAPIC {
  /// The logical destination of an APIC in x2APIC form: its cluster, and a bit within it (11.12.10.2).
  var x2apicLogicalID: UInt32 { (id >> 4) << 16 | 1 << (id & 15) }

  /// Sends a message.
  mutating func send(_ message: UInt64) -> LocalAPICEffects {
    command = message & ~(1 << 12)  // delivery is done at once: never pending
    guard reachesItself(message) else { return LocalAPICEffects(rawValue: 0) }
    switch message >> 8 & 7 {
    case 0, 1: return sendFixed(UInt8(truncatingIfNeeded: message))  // lowest priority among one is fixed
    case 4: return .nonMaskableInterrupt
    // SMI has no handler. INIT and start-up are for other processors: the only one does not reset itself.
    default: return LocalAPICEffects(rawValue: 0)
    }
  }

  /// Sends a fixed interrupt to the APIC itself.
  mutating func sendFixed(_ vector: UInt8) -> LocalAPICEffects {
    guard vector >= 16 else {
      detect(.sendIllegalVector)
      return pendingEffect
    }
    _ = accept(vector)
    return pendingEffect
  }

  /// Whether a message is for the APIC that sends it.
  @inline(__always)
  private func reachesItself(_ message: UInt64) -> Bool {
    switch message >> 18 & 3 {
    case 1, 2: true  // self; all including self
    case 3: false  // all excluding self
    default: matches(message >> 32, isLogical: message & 1 << 11 != 0)
    }
  }

  /// Whether a destination names this APIC.
  /// - Parameter field: the upper half of the command register.
  @inline(__always)
  private func matches(_ field: UInt64, isLogical: Bool) -> Bool {
    if mode == .x2apic {
      let destination = UInt32(truncatingIfNeeded: field)
      if destination == .max { return true }
      guard isLogical else { return destination == id }
      let own = x2apicLogicalID
      return destination >> 16 == own >> 16 && destination & own & 0xFFFF != 0
    }
    let destination = UInt8(truncatingIfNeeded: field >> 24)
    if destination == .max { return true }
    guard isLogical else { return destination == UInt8(truncatingIfNeeded: id) }
    let own = UInt8(truncatingIfNeeded: logicalDestination >> 24)
    // The flat model compares eight bits, the cluster model a cluster and four bits (11.6.2.2).
    if destinationFormat >> 28 == 0xF { return destination & own != 0 }
    return (destination >> 4 == own >> 4 || destination >> 4 == 0xF) && destination & own & 0xF != 0
  }
}
