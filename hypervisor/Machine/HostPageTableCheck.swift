#if canImport(XenABI)
  import XenABI
#endif
#if canImport(CMachine)
  import CMachine
#endif

/// A look at finished page tables, as the processor will walk them: no page is both written and executed, at whatever
/// address its frame appears.
extension HostPageTables {
  /// The first address that breaks that, lowest first; nil where none does.
  ///
  /// - Parameters:
  ///   - code: the addresses that may be executed, and no others may.
  ///   - fixed: the machine memory of code and constants, which may be written by no address.
  package func firstWritable(executing code: Range<UInt64>, holding fixed: Range<UInt64>) -> UInt64? {
    check(HostPageTableRules(code: code, fixed: fixed), table: root.rawValue, base: 0, level: 3)
  }

  private func check(_ rules: HostPageTableRules, table: UInt64, base: UInt64, level: Int) -> UInt64? {
    let size: UInt64 = 1 << UInt64(12 &+ level &* 9)
    var index: UInt64 = 0
    while index < 512 {
      let entry = apus_load64(windowBase &+ UInt(table &+ index &* 8))
      var address = base | index &* size
      // Canonical: the topmost table's upper half lies at the end of the address space.
      if level == 3, index >= 256 { address |= 0xFFFF << 48 }
      if entry & 1 != 0 {
        let target = entry & 0x000F_FFFF_FFFF_F000 & ~(level > 0 && entry & 1 << 7 != 0 ? size &- 1 : 0)
        if level == 0 || entry & 1 << 7 != 0 {
          if rules.areBroken(by: HostMapping(rawValue: entry), address, target: target, size: size) { return address }
        } else if let found = check(rules, table: target, base: address, level: level &- 1) {
          return found
        }
      }
      index &+= 1
    }
    return nil
  }
}

private struct HostPageTableRules {
  let code: Range<UInt64>
  let fixed: Range<UInt64>

  /// Tables allow everything, so that the last entry alone decides.
  func areBroken(by rights: HostMapping, _ address: UInt64, target: UInt64, size: UInt64) -> Bool {
    let isExecutable = !rights.contains(.noExecute)
    if isExecutable, address < code.lowerBound || address &+ (size &- 1) >= code.upperBound { return true }
    guard rights.contains(.writable) else { return false }
    return isExecutable || (target < fixed.upperBound && fixed.lowerBound < target &+ size)
  }
}
