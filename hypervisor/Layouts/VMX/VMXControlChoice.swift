/// The controls that every guest runs with, within what the processor offers.
///
/// The field of the primary controls also carries the windows and the debug registers' exits, which come and go.
struct VMXControls: BitwiseCopyable {
  let pin: PinControls
  let primary: PrimaryControls
  let secondary: SecondaryControls
  let exit: ExitControls
  let entry: EntryControls

  /// Chooses them.
  /// - Throws: the control that is missing, or that the processor insists on and the hypervisor can't live with.
  init(_ capabilities: VMXCapabilities) throws(UnsupportedControl) {
    pin = try PinControls.adjust(
      required: .externalInterruptExiting.union(.nmiExiting).union(.virtualNMIs), optional: .preemptionTimer,
      refused: .postedInterrupts, by: capabilities.pin)
    // The windows have to be on offer, and start closed.
    let windows = PrimaryControls.interruptWindowExiting.union(.nmiWindowExiting)
    primary = try PrimaryControls.adjust(
      required: Self.primaryRequired.union(windows), optional: PrimaryControls(), refused: Self.primaryRefused,
      by: capabilities.primary
    ).subtracting(windows)
    secondary = try SecondaryControls.adjust(
      required: .ept.union(.unrestrictedGuest), optional: Self.secondaryOptional(capabilities),
      refused: Self.secondaryRefused, by: capabilities.secondary)
    exit = try ExitControls.adjust(
      required: .saveDebugControls.union(.hostAddressSpaceSize).union(.savePAT).union(.loadPAT).union(.saveEFER)
        .union(.loadEFER),
      optional: ExitControls(), refused: .acknowledgeInterrupt.union(.loadPerformanceControl).union(.loadCETState),
      by: capabilities.exit)
    // That the guest may be in long mode has to be on offer, and it starts outside of it.
    entry = try EntryControls.adjust(
      required: .loadDebugControls.union(.loadPAT).union(.loadEFER).union(.ia32eModeGuest),
      optional: EntryControls(), refused: .entryToSMM.union(.deactivateDualMonitor).union(.loadCETState),
      by: capabilities.entry
    ).subtracting(.ia32eModeGuest)
  }

  private static var primaryRequired: PrimaryControls {
    .tscOffsetting.union(.hltExiting).union(.mwaitExiting).union(.monitorExiting).union(.rdpmcExiting)
      .union(.cr8LoadExiting).union(.cr8StoreExiting).union(.movDRExiting).union(.ioBitmaps).union(.msrBitmaps)
      .union(.secondaryControls)
  }

  /// What the guest does without an exit, or what nothing here handles.
  private static var primaryRefused: PrimaryControls {
    .cr3LoadExiting.union(.cr3StoreExiting).union(.invlpgExiting).union(.rdtscExiting)
      .union(.unconditionalIOExiting).union(.tprShadow).union(.monitorTrapFlag).union(.pauseExiting)
      .union(.tertiaryControls)
  }

  private static var secondaryRefused: SecondaryControls {
    .virtualizeAPICAccesses.union(.virtualizeX2APIC).union(.apicRegisterVirtualization)
      .union(.virtualInterruptDelivery).union(.descriptorTableExiting).union(.pageModificationLog)
      .union(.eptViolationException).union(.modeBasedExecute).union(.subPageWritePermissions).union(.tscScaling)
  }

  /// VPIDs only where they can be flushed too.
  private static func secondaryOptional(_ capabilities: VMXCapabilities) -> SecondaryControls {
    let wanted = SecondaryControls.rdtscp.union(.invpcid).union(.wbinvdExiting).union(.enclsExiting)
    let flushes = VMXTranslation.invvpid.union(.invvpidAll)
    return capabilities.translation.isSuperset(of: flushes) ? wanted.union(.vpid) : wanted
  }
}
