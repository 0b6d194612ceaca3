/// The 32-bit fields of the VMCS (Intel SDM vol. 3 B.3).
///
/// Control fields.
extension VMCSField where Value == UInt32 {
  /// `PinControls`.
  static var pinControls: Self { Self(0x4000) }
  /// `PrimaryControls`.
  static var primaryControls: Self { Self(0x4002) }
  /// The exceptions that exit, one bit a vector.
  static var exceptionBitmap: Self { Self(0x4004) }
  /// Which bits of a page fault's error code decide.
  static var pageFaultErrorMask: Self { Self(0x4006) }
  /// What they have to be for the exception bitmap to apply.
  static var pageFaultErrorMatch: Self { Self(0x4008) }
  /// How many CR3-target values are in use.
  static var cr3TargetCount: Self { Self(0x400A) }
  /// `ExitControls`.
  static var exitControls: Self { Self(0x400C) }
  static var exitMSRStoreCount: Self { Self(0x400E) }
  static var exitMSRLoadCount: Self { Self(0x4010) }
  /// `EntryControls`.
  static var entryControls: Self { Self(0x4012) }
  static var entryMSRLoadCount: Self { Self(0x4014) }
  /// `InterruptionInformation` of the event to inject.
  static var entryInterruption: Self { Self(0x4016) }
  /// Its error code.
  static var entryErrorCode: Self { Self(0x4018) }
  /// The length in bytes of the instruction that raises it.
  static var entryInstructionLength: Self { Self(0x401A) }
  /// The task priority below which an exit comes.
  static var tprThreshold: Self { Self(0x401C) }
  /// `SecondaryControls`.
  static var secondaryControls: Self { Self(0x401E) }
  /// TSC ticks between two PAUSEs of one loop.
  static var pauseLoopGap: Self { Self(0x4020) }
  /// TSC ticks that a loop may spin.
  static var pauseLoopWindow: Self { Self(0x4022) }
}

/// Exit information fields.
extension VMCSField where Value == UInt32 {
  /// `VMXInstructionError` of the last VMX instruction that failed.
  static var instructionError: Self { Self(0x4400) }
  /// `VMXExitReason` and flags.
  static var exitReason: Self { Self(0x4402) }
  /// `InterruptionInformation` of the event that exited.
  static var exitInterruption: Self { Self(0x4404) }
  /// Its error code.
  static var exitErrorCode: Self { Self(0x4406) }
  /// `InterruptionInformation` of the event whose delivery exited.
  static var vectoringInformation: Self { Self(0x4408) }
  /// Its error code.
  static var vectoringErrorCode: Self { Self(0x440A) }
  /// The length in bytes of the instruction that exited.
  static var exitInstructionLength: Self { Self(0x440C) }
  /// More about some instructions.
  static var exitInstructionInformation: Self { Self(0x440E) }
}

/// Guest state fields.
extension VMCSField where Value == UInt32 {
  static var guestESLimit: Self { Self(0x4800) }
  static var guestCSLimit: Self { Self(0x4802) }
  static var guestSSLimit: Self { Self(0x4804) }
  static var guestDSLimit: Self { Self(0x4806) }
  static var guestFSLimit: Self { Self(0x4808) }
  static var guestGSLimit: Self { Self(0x480A) }
  static var guestLDTRLimit: Self { Self(0x480C) }
  static var guestTRLimit: Self { Self(0x480E) }
  static var guestGDTRLimit: Self { Self(0x4810) }
  static var guestIDTRLimit: Self { Self(0x4812) }
  /// `SegmentAccessRights`, as the seven that follow.
  static var guestESAccessRights: Self { Self(0x4814) }
  static var guestCSAccessRights: Self { Self(0x4816) }
  static var guestSSAccessRights: Self { Self(0x4818) }
  static var guestDSAccessRights: Self { Self(0x481A) }
  static var guestFSAccessRights: Self { Self(0x481C) }
  static var guestGSAccessRights: Self { Self(0x481E) }
  static var guestLDTRAccessRights: Self { Self(0x4820) }
  static var guestTRAccessRights: Self { Self(0x4822) }
  /// `Interruptibility`.
  static var guestInterruptibility: Self { Self(0x4824) }
  /// `ActivityState`.
  static var guestActivity: Self { Self(0x4826) }
  static var guestSMBASE: Self { Self(0x4828) }
  /// IA32_SYSENTER_CS.
  static var guestSysenterCS: Self { Self(0x482A) }
  /// The VMX-preemption timer, in ticks of TSC >> `VMXMiscellaneous.preemptionTimerShift`.
  static var preemptionTimer: Self { Self(0x482E) }
}

/// Host state fields.
extension VMCSField where Value == UInt32 {
  /// IA32_SYSENTER_CS.
  static var hostSysenterCS: Self { Self(0x4C00) }
}
