/// DEBUGCTL, MSR 0x1D9: the bits of it that a guest may be given (Intel SDM vol. 3 17.4.1; AMD APM vol. 2 13.1.1.6).
package struct DebugControl: OptionSet, BitwiseCopyable, Sendable {
  package let rawValue: UInt64
  @inline(__always) package init(rawValue: UInt64) { self.rawValue = rawValue }
  /// LBR: the last branch and the last exception are recorded.
  package static var lastBranchRecord: Self { Self(rawValue: 1 << 0) }
  /// BTF: RFLAGS.TF traps on branches instead of instructions.
  package static var branchTrap: Self { Self(rawValue: 1 << 1) }
}
