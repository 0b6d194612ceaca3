#if canImport(XenABI)
  import XenABI
#endif

/// The devices that a pvh domain sees in memory: its local APIC. What else it reaches for is not there: reads give all
/// ones, writes are lost.
enum DeviceMemory {
  /// What a read at an address gives, of as many bytes as the caller takes of it.
  static func read(_ vcpu: Handle<VCPU>, _ address: GuestPhysicalAddress) -> UInt64 {
    guard address.frame == vcpu.object.apic.mmioFrame else { return .max }
    let now = vcpu.object.domain.object.hypervisor.now
    let offset = UInt32(truncatingIfNeeded: address.offsetInFrame)
    // Registers are 32 bits wide; what is narrower gets its part of them.
    let word = vcpu.object.apic.readMemory(offset: offset & ~3, at: now)
    return UInt64(word) >> (UInt64(offset & 3) &* 8)
  }

  static func write(_ vcpu: Handle<VCPU>, _ address: GuestPhysicalAddress, _ value: UInt64, _ size: UInt8) {
    guard address.frame == vcpu.object.apic.mmioFrame, size >= 4 else { return }
    let now = vcpu.object.domain.object.hypervisor.now
    let effects = vcpu.object.apic.writeMemory(
      offset: UInt32(truncatingIfNeeded: address.offsetInFrame), UInt32(truncatingIfNeeded: value), at: now)
    vcpu.apply(effects)
  }
}
