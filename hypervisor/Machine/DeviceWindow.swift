#if canImport(XenABI)
  import XenABI
#endif
#if canImport(CMachine)
  import CMachine
#endif

/// Maps pages of devices' memory where the direct map would have them, uncached, as they are needed: the tables of
/// MSI-X are anywhere in a machine's address space.
package struct DeviceWindow {
  private let windowBase: UInt

  private static var present: UInt64 { 1 }
  private static var large: UInt64 { 1 << 7 }
  private static var uncached: UInt64 { HostMapping.uncached.rawValue }
  private static var addressMask: UInt64 { 0x000F_FFFF_FFFF_F000 }

  /// - Parameter windowBase: where machine address 0 is mapped in the address space in use.
  package init(windowBase: UInt) { self.windowBase = windowBase }

  /// Where an address is mapped; nil where it is RAM, out of reach, or a table is needed and not to be had.
  ///
  /// - Parameters:
  ///   - address: of a device's register.
  ///   - limit: the first address that the direct map does not reach.
  ///   - newTable: gives a cleared frame, for good.
  package func map(
    _ address: UInt64, limit: UInt64, newTable: () -> MachineAddress?
  ) -> UInt? {
    guard address < limit else { return nil }
    let linear = UInt64(windowBase) &+ address
    var table = apus_read_cr3() & Self.addressMask
    var level = 3
    while level > 0 {
      let slot = place(table, linear, level)
      var entry = apus_load64(slot)
      if entry & Self.present == 0 {
        guard let new = newTable() else { return nil }
        entry = new.rawValue | 3
        apus_store64(slot, entry)
      } else if entry & Self.large != 0 {
        return entry & Self.uncached == Self.uncached ? UInt(linear) : nil
      }
      table = entry & Self.addressMask
      level &-= 1
    }
    let slot = place(table, linear, 0)
    let entry = apus_load64(slot)
    if entry & Self.present == 0 {
      apus_store64(slot, address & Self.addressMask | HostMapping.device.rawValue)
      return UInt(linear)
    }
    return entry & Self.uncached == Self.uncached ? UInt(linear) : nil
  }

  private func place(_ table: UInt64, _ linear: UInt64, _ level: Int) -> UInt {
    windowBase &+ UInt(table &+ (linear >> UInt64(12 &+ level &* 9) & 511) &* 8)
  }
}
