/// Checks on the guest's segment registers (Intel SDM vol. 3 26.3.1.2). A violation makes an entry end at once, with
/// exit reason 33.
extension VMEntryChecker {
  private typealias Rule = SegmentRule

  func checkSegments() throws(RuleViolation) {
    try checkSelectors()
    let guest = image.guest
    if guest.isVirtual8086 {
      try checkVirtual8086(guest.cs, .cs)
      try checkVirtual8086(guest.ss, .ss)
      try checkVirtual8086(guest.ds, .ds)
      try checkVirtual8086(guest.es, .es)
      try checkVirtual8086(guest.fs, .fs)
      try checkVirtual8086(guest.gs, .gs)
    } else {
      try checkCodeSegment()
      try checkStackSegment()
      try checkDataSegment(guest.ds, .ds)
      try checkDataSegment(guest.es, .es)
      try checkDataSegment(guest.fs, .fs)
      try checkDataSegment(guest.gs, .gs)
    }
    try checkTaskRegister()
    try checkLocalTable()
  }

  private func checkSelectors() throws(RuleViolation) {
    let guest = image.guest
    try Rule.require(!guest.tr.isLocal, .global, .tr, guest.tr)
    try Rule.require(!guest.ldtr.isUsable || !guest.ldtr.isLocal, .global, .ldtr, guest.ldtr)
    if !guest.isVirtual8086, !isUnrestricted {
      try Rule.require(guest.ss.requestedLevel == guest.cs.requestedLevel, .stackLevel, .ss, guest.ss)
    }
  }

  private func checkVirtual8086(_ segment: VMCSImage.Segment, _ name: SegmentName) throws(RuleViolation) {
    try Rule.require(segment.base == UInt64(segment.selector) << 4, .virtual8086Base, name, segment)
    try Rule.require(segment.limit == 0xFFFF, .virtual8086Limit, name, segment)
    try Rule.require(segment.rights.rawValue == 0xF3, .virtual8086Rights, name, segment)
    // With these bases and FS and GS below 2^20, nothing is left of the rules for bases.
  }

  private func checkCodeSegment() throws(RuleViolation) {
    let segment = image.guest.cs
    let rights = segment.rights
    let stackLevel = image.guest.ss.rights.privilegeLevel
    try Rule.require(segment.base >> 32 == 0, .base32, .cs, segment)
    let isData = isUnrestricted && rights.type == 3
    try Rule.require(rights.type & 9 == 9 || isData, .codeType, .cs, segment)
    try Rule.require(rights.isCodeOrData, .codeOrData, .cs, segment)
    let isLevelValid =
      switch rights.type {
      case 3: rights.privilegeLevel == 0
      case 9, 11: rights.privilegeLevel == stackLevel
      default: rights.privilegeLevel <= stackLevel
      }
    try Rule.require(isLevelValid, .codeLevel, .cs, segment)
    try checkFormat(segment, .cs)
    try Rule.require(!isLongMode || !rights.isLong || !rights.isBig, .longCode, .cs, segment)
  }

  private func checkStackSegment() throws(RuleViolation) {
    let segment = image.guest.ss
    let rights = segment.rights
    // The level counts even where the register holds no segment.
    if !isUnrestricted {
      try Rule.require(rights.privilegeLevel == segment.requestedLevel, .stackLevelOfSelector, .ss, segment)
    }
    let isKernel = image.guest.cs.rights.type == 3 || image.guest.cr0 & 1 == 0
    try Rule.require(!isKernel || rights.privilegeLevel == 0, .stackLevelZero, .ss, segment)
    guard segment.isUsable else { return }
    try Rule.require(segment.base >> 32 == 0, .base32, .ss, segment)
    try Rule.require(rights.type == 3 || rights.type == 7, .stackType, .ss, segment)
    try Rule.require(rights.isCodeOrData, .codeOrData, .ss, segment)
    try checkFormat(segment, .ss)
  }

  private func checkDataSegment(_ segment: VMCSImage.Segment, _ name: SegmentName) throws(RuleViolation) {
    let rights = segment.rights
    if name == .fs || name == .gs {
      // Outside of long mode too, and where the register holds no segment.
      try Rule.require(capabilities.isCanonical(segment.base), .canonicalBase, name, segment)
    }
    guard segment.isUsable else { return }
    if name == .ds || name == .es { try Rule.require(segment.base >> 32 == 0, .base32, name, segment) }
    try Rule.require(
      rights.type & 1 != 0 && (rights.type & 8 == 0 || rights.type & 2 != 0), .dataType, name, segment)
    try Rule.require(rights.isCodeOrData, .codeOrData, name, segment)
    if !isUnrestricted, rights.type < 12 {
      try Rule.require(rights.privilegeLevel >= segment.requestedLevel, .dataLevel, name, segment)
    }
    try checkFormat(segment, name)
  }

  private func checkTaskRegister() throws(RuleViolation) {
    let segment = image.guest.tr
    let rights = segment.rights
    try Rule.require(capabilities.isCanonical(segment.base), .canonicalBase, .tr, segment)
    try Rule.require(rights.type == 11 || (!isLongMode && rights.type == 3), .taskType, .tr, segment)
    try Rule.require(!rights.isCodeOrData, .system, .tr, segment)
    try checkFormat(segment, .tr)
    try Rule.require(segment.isUsable, .usable, .tr, segment)
  }

  private func checkLocalTable() throws(RuleViolation) {
    let segment = image.guest.ldtr
    guard segment.isUsable else { return }
    try Rule.require(capabilities.isCanonical(segment.base), .canonicalBase, .ldtr, segment)
    try Rule.require(segment.rights.type == 2, .localTableType, .ldtr, segment)
    try Rule.require(!segment.rights.isCodeOrData, .system, .ldtr, segment)
    try checkFormat(segment, .ldtr)
  }

  /// What all usable segments have in common: present, reserved bits, granularity.
  private func checkFormat(_ segment: VMCSImage.Segment, _ name: SegmentName) throws(RuleViolation) {
    try Rule.require(segment.rights.isPresent, .present, name, segment)
    try Rule.require(segment.rights.rawValue & 0xFFFE_0F00 == 0, .reserved, name, segment)
    try Rule.require(segment.isGranularityConsistent, .granularity, name, segment)
  }
}
