/// The control registers that decide how a processor runs and translates, one option set a register.

/// CR0 (Intel SDM vol. 3 2.5; AMD APM vol. 2 3.1.1).
package struct ControlRegister0: OptionSet, BitwiseCopyable, Sendable {
  package var rawValue: UInt64
  @inline(__always) package init(rawValue: UInt64) { self.rawValue = rawValue }

  /// PE: protected mode.
  @inline(__always) package static var protectionEnable: Self { Self(rawValue: 1 << 0) }
  /// MP: WAIT obeys TS.
  @inline(__always) package static var monitorCoprocessor: Self { Self(rawValue: 1 << 1) }
  /// EM: x87 and SSE instructions trap, for emulation.
  @inline(__always) package static var emulation: Self { Self(rawValue: 1 << 2) }
  /// TS: the next x87, SSE or AVX instruction traps with #NM.
  @inline(__always) package static var taskSwitched: Self { Self(rawValue: 1 << 3) }
  /// ET: the coprocessor's type; always set.
  @inline(__always) package static var extensionType: Self { Self(rawValue: 1 << 4) }
  /// NE: x87 errors raise #MF and not an external interrupt.
  @inline(__always) package static var numericError: Self { Self(rawValue: 1 << 5) }
  /// WP: a supervisor's writes obey read-only pages too.
  @inline(__always) package static var writeProtect: Self { Self(rawValue: 1 << 16) }
  /// AM: RFLAGS.AC turns alignment checks on for ring 3.
  @inline(__always) package static var alignmentMask: Self { Self(rawValue: 1 << 18) }
  /// NW: not write-through; with CD only.
  @inline(__always) package static var notWriteThrough: Self { Self(rawValue: 1 << 29) }
  /// CD: cache disable.
  @inline(__always) package static var cacheDisable: Self { Self(rawValue: 1 << 30) }
  /// PG: paging.
  @inline(__always) package static var paging: Self { Self(rawValue: 1 << 31) }
}

/// CR4 (Intel SDM vol. 3 2.5; AMD APM vol. 2 3.1.3).
package struct ControlRegister4: OptionSet, BitwiseCopyable, Sendable {
  package var rawValue: UInt64
  @inline(__always) package init(rawValue: UInt64) { self.rawValue = rawValue }

  /// VME: virtual-8086 extensions.
  @inline(__always) package static var virtual8086Extensions: Self { Self(rawValue: 1 << 0) }
  /// PVI: a virtual interrupt flag in protected mode.
  @inline(__always) package static var protectedModeVirtualInterrupts: Self { Self(rawValue: 1 << 1) }
  /// TSD: RDTSC only in ring 0.
  @inline(__always) package static var timeStampDisable: Self { Self(rawValue: 1 << 2) }
  /// DE: DR4 and DR5 are not aliases.
  @inline(__always) package static var debuggingExtensions: Self { Self(rawValue: 1 << 3) }
  /// PSE: 4 MiB pages in 32-bit paging.
  @inline(__always) package static var pageSizeExtensions: Self { Self(rawValue: 1 << 4) }
  /// PAE: page-table entries of eight bytes.
  @inline(__always) package static var physicalAddressExtension: Self { Self(rawValue: 1 << 5) }
  /// MCE: machine-check exceptions.
  @inline(__always) package static var machineCheckEnable: Self { Self(rawValue: 1 << 6) }
  /// PGE: global pages.
  @inline(__always) package static var globalPages: Self { Self(rawValue: 1 << 7) }
  /// PCE: RDPMC in every ring.
  @inline(__always) package static var performanceCounters: Self { Self(rawValue: 1 << 8) }
  /// OSFXSR: FXSAVE and SSE.
  @inline(__always) package static var fxsave: Self { Self(rawValue: 1 << 9) }
  /// OSXMMEXCPT: unmasked SSE exceptions raise #XM.
  @inline(__always) package static var simdExceptions: Self { Self(rawValue: 1 << 10) }
  /// UMIP: SGDT, SIDT, SLDT, SMSW and STR only in ring 0.
  @inline(__always) package static var userModeInstructionPrevention: Self { Self(rawValue: 1 << 11) }
  /// LA57: 5-level paging.
  @inline(__always) package static var linearAddress57: Self { Self(rawValue: 1 << 12) }
  /// VMXE: VMX (Intel).
  @inline(__always) package static var vmx: Self { Self(rawValue: 1 << 13) }
  /// SMXE: SMX (Intel).
  @inline(__always) package static var smx: Self { Self(rawValue: 1 << 14) }
  /// FSGSBASE: RDFSBASE and its siblings in every ring.
  @inline(__always) package static var fsgsbase: Self { Self(rawValue: 1 << 16) }
  /// PCIDE: process-context identifiers.
  @inline(__always) package static var processContextIdentifiers: Self { Self(rawValue: 1 << 17) }
  /// OSXSAVE: XSAVE and extended states.
  @inline(__always) package static var xsave: Self { Self(rawValue: 1 << 18) }
  /// KL: AES key locker (Intel).
  @inline(__always) package static var keyLocker: Self { Self(rawValue: 1 << 19) }
  /// SMEP: a supervisor does not execute from user pages.
  @inline(__always) package static var supervisorExecutionPrevention: Self { Self(rawValue: 1 << 20) }
  /// SMAP: a supervisor reaches user pages only while RFLAGS.AC is set.
  @inline(__always) package static var supervisorAccessPrevention: Self { Self(rawValue: 1 << 21) }
  /// PKE: protection keys of user pages.
  @inline(__always) package static var protectionKeys: Self { Self(rawValue: 1 << 22) }
  /// CET: control-flow enforcement.
  @inline(__always) package static var controlFlowEnforcement: Self { Self(rawValue: 1 << 23) }
  /// PKS: protection keys of supervisor pages (Intel).
  @inline(__always) package static var supervisorProtectionKeys: Self { Self(rawValue: 1 << 24) }
  /// UINTR: user interrupts (Intel).
  @inline(__always) package static var userInterrupts: Self { Self(rawValue: 1 << 25) }

  /// A change of one of these makes earlier translations useless (AMD APM vol. 2 5.5.2; Intel SDM vol. 3 4.10.4.1).
  @inline(__always)
  package static var translating: Self {
    Self.pageSizeExtensions.union(.physicalAddressExtension).union(.globalPages).union(.processContextIdentifiers)
      .union(.supervisorExecutionPrevention).union(.supervisorAccessPrevention)
  }
}

/// The EFER MSR, 0xC0000080 (Intel SDM vol. 3 2.2.1; AMD APM vol. 2 3.1.7).
package struct ExtendedFeatures: OptionSet, BitwiseCopyable, Sendable {
  package var rawValue: UInt64
  @inline(__always) package init(rawValue: UInt64) { self.rawValue = rawValue }

  /// SCE: SYSCALL and SYSRET.
  @inline(__always) package static var systemCall: Self { Self(rawValue: 1 << 0) }
  /// LME: long mode once paging is on.
  @inline(__always) package static var longModeEnable: Self { Self(rawValue: 1 << 8) }
  /// LMA: long mode is active.
  @inline(__always) package static var longModeActive: Self { Self(rawValue: 1 << 10) }
  /// NXE: bit 63 of a page-table entry forbids execution.
  @inline(__always) package static var noExecuteEnable: Self { Self(rawValue: 1 << 11) }
  /// SVME: SVM (AMD).
  @inline(__always) package static var svm: Self { Self(rawValue: 1 << 12) }
  /// LMSLE: segment limits in 64-bit mode (AMD).
  @inline(__always) package static var longModeSegmentLimit: Self { Self(rawValue: 1 << 13) }
  /// FFXSR: FXSAVE leaves the XMM registers out in ring 0 (AMD).
  @inline(__always) package static var fastFXSave: Self { Self(rawValue: 1 << 14) }
  /// TCE: INVLPG leaves upper-level translations of other addresses cached (AMD).
  @inline(__always) package static var translationCacheExtension: Self { Self(rawValue: 1 << 15) }
  /// AIBRSE: automatic indirect-branch restriction (AMD).
  @inline(__always) package static var automaticIBRS: Self { Self(rawValue: 1 << 21) }
}
