#if canImport(XenABI)
  import XenABI
#endif

/// vm_assist (public header `xen.h`, `VMASST_*`). A domain with nested page tables has the one assist.
extension Caller {
  /// VMASST_CMD_enable.
  ///
  /// - Throws: `invalidArgument` for an assist that is not offered.
  func vmAssistEnable(_ type: VMAssistType) throws(HypercallError) -> UInt64 { try assist(type, true) }

  /// VMASST_CMD_disable.
  ///
  /// - Throws: `invalidArgument` for an assist that is not offered.
  func vmAssistDisable(_ type: VMAssistType) throws(HypercallError) -> UInt64 { try assist(type, false) }

  private func assist(_ type: VMAssistType, _ isWanted: Bool) throws(HypercallError) -> UInt64 {
    guard type == .runstateUpdateFlag else { throw .invalidArgument }
    domain.object.marksRunstateUpdates = isWanted
    return 0
  }
}
