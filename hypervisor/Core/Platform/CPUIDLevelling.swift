#if canImport(XenABI)
  import XenABI
#endif

/// A leaf that a policy can't have: it is none of the table's (`isUnknown`), or asks for more than is offered.
struct CPUIDRefusal: Error, BitwiseCopyable {
  let isUnknown: Bool
}

/// How a register of a leaf may be changed by who makes a domain.
private enum LevellingRule: UInt8, BitwiseCopyable {
  /// Bits may be taken away: features.
  case subset
  /// The number may be made smaller.
  case atMost
  /// It stays.
  case same
  /// Anything: it describes, and asks for nothing.
  case free
  /// What is given is not looked at: it is worked out anew.
  case derived
}

/// A table as a list of leaves, for the control domain to read and to take from.
extension CPUIDTable {
  /// The most leaves of a table.
  static var mostLeaves: UInt32 { 32 + 8 + 2 + 8 + 34 + 8 + 2 }

  /// Calls for each leaf that is there, by ascending number. What depends on the vCPU is zero.
  func forEachLeaf(_ body: (CPUIDLeafEntry) throws(HypercallError) -> Void) throws(HypercallError) {
    var leaf: UInt32 = 0
    while leaf <= min(basic[0].eax, 0x1F) {
      try forEachSubleaf(leaf, body)
      leaf &+= 1
    }
    leaf = 0x8000_0000
    guard extended[0].eax >= leaf else { return }
    while leaf <= min(extended[0].eax, 0x8000_0021) {
      try forEachSubleaf(leaf, body)
      leaf &+= 1
    }
  }

  private func forEachSubleaf(
    _ leaf: UInt32, _ body: (CPUIDLeafEntry) throws(HypercallError) -> Void
  ) throws(HypercallError) {
    let count = Self.subleafCount(leaf)
    guard count > 0 else {
      try body(entry(leaf, CPUIDLeafEntry.noSubleaf))
      return
    }
    var subleaf: UInt32 = 0
    while subleaf < count {
      let entry = entry(leaf, subleaf)
      if subleaf == 0 || entry.eax | entry.ebx | entry.ecx | entry.edx != 0 { try body(entry) }
      subleaf &+= 1
    }
  }

  /// The subleaves that a leaf can have; 0 for a leaf without.
  private static func subleafCount(_ leaf: UInt32) -> UInt32 {
    switch leaf {
    case 4, 0xD, 0x8000_001D: 8
    case 7: 2
    default: 0
    }
  }

  private func entry(_ leaf: UInt32, _ subleaf: UInt32) -> CPUIDLeafEntry {
    let value = value(leaf, subleaf)
    return CPUIDLeafEntry(
      leaf: leaf, subleaf: subleaf, eax: value.eax, ebx: value.ebx, ecx: value.ecx, edx: value.edx)
  }

  private func value(_ leaf: UInt32, _ subleaf: UInt32) -> CPUIDResult {
    switch (leaf, subleaf) {
    case (4, 0..<8): return caches[Int(subleaf)]
    case (7, 1): return structured1
    case (0xD, _):
      var result = extendedState.leaf(subleaf, enabled: .x87)
      if subleaf < 2 {
        result.ebx = 0
        result.ecx = 0
      }
      return result
    case (0x8000_001D, 0..<8): return extendedCaches[Int(subleaf)]
    case (0..<32, _): return basic[Int(leaf)]
    default: return leaf &- 0x8000_0000 < 34 ? extended[Int(leaf &- 0x8000_0000)] : .zero
    }
  }

  /// Takes a leaf over that asks for no more than another table offers.
  mutating func level(_ entry: CPUIDLeafEntry, within offer: borrowing CPUIDTable) throws(CPUIDRefusal) {
    // The hypervisor's own leaves are not to be chosen.
    if entry.leaf == XenLeaf.signature || entry.leaf == ApusLeaf.signature { return }
    guard entry.leaf < 32 || entry.leaf &- 0x8000_0000 < 34 else { throw CPUIDRefusal(isUnknown: true) }
    let count = Self.subleafCount(entry.leaf)
    guard count == 0 ? entry.subleaf == CPUIDLeafEntry.noSubleaf : entry.subleaf < count else {
      throw CPUIDRefusal(isUnknown: true)
    }
    let offered = offer.value(entry.leaf, entry.subleaf)
    let own = value(entry.leaf, entry.subleaf)
    let rules = Self.rules(entry.leaf, entry.subleaf)
    var result = CPUIDResult()
    result.eax = try Self.level(entry.eax, rules.eax, own.eax, offered.eax)
    result.ebx = try Self.level(entry.ebx, rules.ebx, own.ebx, offered.ebx)
    result.ecx = try Self.level(entry.ecx, rules.ecx, own.ecx, offered.ecx)
    result.edx = try Self.level(entry.edx, rules.edx, own.edx, offered.edx)
    try set(entry.leaf, entry.subleaf, result, offer)
  }

  private static func level(
    _ wanted: UInt32, _ rule: LevellingRule, _ own: UInt32, _ offered: UInt32
  ) throws(CPUIDRefusal) -> UInt32 {
    switch rule {
    case .subset: if wanted & ~offered != 0 { throw CPUIDRefusal(isUnknown: false) }
    case .atMost: if wanted > offered { throw CPUIDRefusal(isUnknown: false) }
    case .same: if wanted != offered { throw CPUIDRefusal(isUnknown: false) }
    case .free: break
    case .derived: return own
    }
    return wanted
  }

  private mutating func set(
    _ leaf: UInt32, _ subleaf: UInt32, _ value: CPUIDResult, _ offer: borrowing CPUIDTable
  ) throws(CPUIDRefusal) {
    switch (leaf, subleaf) {
    case (4, 0..<8): caches[Int(subleaf)] = value
    case (7, 1): structured1 = value
    case (0xD, 0):
      let states = ExtendedStates(rawValue: UInt64(value.edx) << 32 | UInt64(value.eax))
      let offered = offer.supportedStates
      guard states.rawValue == 0 || states.isValid(within: offered) else {
        throw CPUIDRefusal(isUnknown: false)
      }
      extendedState.supported = states
    case (0xD, 1): extendedState.instructions = value.eax
    case (0xD, _): break
    case (0x8000_001D, 0..<8): extendedCaches[Int(subleaf)] = value
    case (0..<32, _): basic[Int(leaf)] = value
    default: extended[Int(leaf &- 0x8000_0000)] = value
    }
  }

  /// Makes what depends on other leaves agree with them, once all are set: leaves past the highest are empty, and there
  /// is no extended state without XSAVE, nor a bit of CR4 or EFER without its feature.
  mutating func settle() {
    var leaf = basic[0].eax &+ 1
    while leaf < 32, leaf > 0 {
      basic[Int(leaf)] = .zero
      leaf &+= 1
    }
    leaf = extended[0].eax &+ 1
    while leaf > 0x8000_0000, leaf < 0x8000_0022 {
      extended[Int(leaf &- 0x8000_0000)] = .zero
      leaf &+= 1
    }
    if basic[0].eax < 4 { caches = InlineArray(repeating: .zero) }
    if basic[0].eax < 7 || basic[7].eax < 1 { structured1 = .zero }
    if basic[0].eax < 0xD || basic[1].ecx & CPUIDLeaf1ECX.xsave.rawValue == 0 {
      extendedState.supported = ExtendedStates(rawValue: 0)
    }
    settleControls()
  }

  private static func rules(
    _ leaf: UInt32, _ subleaf: UInt32
  ) -> (eax: LevellingRule, ebx: LevellingRule, ecx: LevellingRule, edx: LevellingRule) {
    switch leaf {
    // The highest leaf, and the vendor: it decides between VMCALL and VMMCALL.
    case 0, 0x8000_0000: (.atMost, .same, .same, .same)
    // Family and features; EBX has the vCPU's number.
    case 1: (.free, .derived, .subset, .subset)
    case 7: (subleaf == 0 ? .atMost : .subset, .subset, .subset, .subset)
    // Sizes go by what is enabled.
    case 0xD: subleaf < 2 ? (.subset, .derived, .derived, .subset) : (.derived, .derived, .derived, .derived)
    // The counter's rate, and the widths of addresses.
    case 0x15, 0x8000_0008: (.same, .subset, .same, .same)
    // Caches, TLBs, frequencies, the brand.
    case 2, 4, 0x16, 0x8000_0002...0x8000_0006, 0x8000_0019, 0x8000_001A, 0x8000_001D: (.free, .free, .free, .free)
    // Topology is the vCPU's.
    case 0xB, 0x1F, 0x8000_001E: (.derived, .derived, .derived, .derived)
    case 0x8000_0001: (.free, .free, .subset, .subset)
    default: (.subset, .subset, .subset, .subset)
    }
  }
}
