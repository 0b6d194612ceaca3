#if canImport(Core)
  import Core
#endif

/// A MOV to CR0, judged as the processor judges it (Intel SDM vol. 2, MOV to control registers; vol. 3 2.5, 4.4.1,
/// 9.8.5).
struct CR0Change: BitwiseCopyable {
  let old: ControlRegister0
  let operand: UInt64
  let cr4: ControlRegister4
  let efer: ExtendedFeatures
  /// The instruction runs in 64-bit mode.
  let isLongCode: Bool
  /// CS.L, which outside of long mode has no other meaning.
  let isCodeLong: Bool

  struct Outcome: Equatable, BitwiseCopyable {
    var cr0: ControlRegister0
    var efer: ExtendedFeatures
    /// PAE paging takes its four topmost entries anew.
    var loadsPointers: Bool
    /// Translations made before are of no use any more.
    var flushes: Bool
  }

  init(
    from old: ControlRegister0, to operand: UInt64, cr4: ControlRegister4, efer: ExtendedFeatures, isLongCode: Bool,
    isCodeLong: Bool
  ) {
    self.old = old
    self.operand = operand
    self.cr4 = cr4
    self.efer = efer
    self.isLongCode = isLongCode
    self.isCodeLong = isCodeLong
  }

  /// The bits that a MOV can set; it leaves out the reserved ones of the low half, and ET is always set.
  private static var writable: UInt64 { 0xE005_002F }

  /// What the registers become; nil where the instruction raises #GP.
  var outcome: Outcome? {
    guard operand >> 32 == 0 else { return nil }
    let new = ControlRegister0(rawValue: operand & Self.writable).union(.extensionType)
    let isPaged = new.contains(.paging)
    let wasPaged = old.contains(.paging)
    if isPaged, !new.contains(.protectionEnable) { return nil }
    if new.contains(.notWriteThrough), !new.contains(.cacheDisable) { return nil }
    if !new.contains(.writeProtect), cr4.contains(.controlFlowEnforcement) { return nil }
    guard let features = features(isPaged, wasPaged) else { return nil }
    let isPAE = isPaged && cr4.contains(.physicalAddressExtension) && !features.contains(.longModeActive)
    let changed = old.symmetricDifference(new)
    let reloading = ControlRegister0.paging.union(.cacheDisable).union(.notWriteThrough)
    let flushing = ControlRegister0.paging.union(.protectionEnable).union(.writeProtect)
    return Outcome(
      cr0: new, efer: features, loadsPointers: isPAE && !changed.isDisjoint(with: reloading),
      flushes: !changed.isDisjoint(with: flushing))
  }

  /// EFER after the change: LMA follows paging while LME is set.
  private func features(_ isPaged: Bool, _ wasPaged: Bool) -> ExtendedFeatures? {
    guard efer.contains(.longModeEnable), isPaged != wasPaged else { return efer }
    if isPaged {
      guard cr4.contains(.physicalAddressExtension), !isCodeLong else { return nil }
      return efer.union(.longModeActive)
    }
    // Long mode is left from compatibility mode only, and without PCIDs.
    guard !isLongCode, !cr4.contains(.processContextIdentifiers) else { return nil }
    return efer.subtracting(.longModeActive)
  }
}
