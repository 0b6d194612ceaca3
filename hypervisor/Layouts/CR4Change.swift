#if canImport(Core)
  import Core
#endif

/// A MOV to CR4, judged as the processor judges it (Intel SDM vol. 2, MOV to control registers; AMD APM vol. 2 3.1.3,
/// 5.5.1).
struct CR4Change: BitwiseCopyable {
  let old: ControlRegister4
  let operand: UInt64
  /// The bits that this guest's processor has.
  let offered: ControlRegister4
  let cr3: UInt64
  let isLongMode: Bool

  struct Outcome: Equatable, BitwiseCopyable {
    var cr4: ControlRegister4
    /// Translations made before are of no use any more.
    var flushes: Bool
  }

  init(from old: ControlRegister4, to operand: UInt64, offered: ControlRegister4, cr3: UInt64, isLongMode: Bool) {
    self.old = old
    self.operand = operand
    self.offered = offered
    self.cr3 = cr3
    self.isLongMode = isLongMode
  }

  /// What the register becomes; nil where the instruction raises #GP.
  var outcome: Outcome? {
    let new = ControlRegister4(rawValue: operand)
    guard new.isSubset(of: offered), !isLongMode || new.contains(.physicalAddressExtension) else { return nil }
    if new.contains(.processContextIdentifiers), !old.contains(.processContextIdentifiers) {
      guard isLongMode, cr3 & 0xFFF == 0 else { return nil }
    }
    return Outcome(cr4: new, flushes: !old.symmetricDifference(new).isDisjoint(with: .translating))
  }
}
