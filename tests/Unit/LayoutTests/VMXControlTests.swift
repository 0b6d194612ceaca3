import Testing

@testable import Layouts

@Suite struct VMXControlTests {
  private let capability = ControlCapability(msr: 0x0000_007F_0000_0016)

  @Test func adjustTakesWhatIsOfferedAndInsistedOn() throws {
    let controls = try PinControls.adjust(
      required: .externalInterruptExiting, optional: .virtualNMIs.union(.postedInterrupts), refused: PinControls(),
      by: capability)
    #expect(controls.rawValue == 0x16 | 1 << 0 | 1 << 5)
    #expect(capability.accepts(controls.rawValue))
  }

  @Test func adjustNamesAMissingControl() {
    #expect(throws: UnsupportedControl(bit: 7, name: "process posted interrupts", isForced: false)) {
      try PinControls.adjust(
        required: .postedInterrupts, optional: PinControls(), refused: PinControls(), by: capability)
    }
    do throws(UnsupportedControl) {
      _ = try SecondaryControls.adjust(
        required: .ept.union(.unrestrictedGuest), optional: SecondaryControls(), refused: SecondaryControls(),
        by: ControlCapability(msr: 0x2 << 32))
      Issue.record("the unrestricted guest is not offered")
    } catch {
      #expect(error.name.description == "unrestricted guest")
    }
  }

  @Test func adjustNamesAForcedControl() {
    // A processor without TRUE controls exits at every MOV to CR3.
    #expect(throws: UnsupportedControl(bit: 15, name: "CR3-load exiting", isForced: true)) {
      try PrimaryControls.adjust(
        required: .hltExiting, optional: PrimaryControls(), refused: .cr3LoadExiting.union(.cr3StoreExiting),
        by: ControlCapability(msr: 0xFFF9_FFFE_0401_E172))
    }
  }

  @Test func adjustedControlsAreAlwaysAccepted() throws {
    var random = SplitMix64(state: 11)
    for _ in 0..<1000 {
      let required = UInt32(truncatingIfNeeded: random.next() & random.next())
      let allowed = UInt32(truncatingIfNeeded: random.next()) | required
      let capability = ControlCapability(msr: UInt64(allowed) << 32 | UInt64(required))
      let wanted = UInt32(truncatingIfNeeded: random.next()) & allowed
      let optional = UInt32(truncatingIfNeeded: random.next())
      let controls = try PrimaryControls.adjust(
        required: PrimaryControls(rawValue: wanted), optional: PrimaryControls(rawValue: optional),
        refused: PrimaryControls(), by: capability)
      #expect(capability.accepts(controls.rawValue))
      #expect(controls.rawValue & wanted == wanted)
      #expect(controls.rawValue & ~(wanted | optional | required) == 0)
    }
  }

  @Test func capabilitiesAreReadOnlyWhereAnnounced() {
    // A processor with neither TRUE controls nor secondary ones.
    let capabilities = VMXCapabilities(physicalAddressBits: 36, linearAddressBits: 48) { register in
      switch register {
      case .basic: 0x1000 << 32 | 0xD
      case .pin: 0x1F << 32 | 0x16
      case .primary: 0x77F9_FFFE << 32 | 0x0401_E172
      case .exit: 0x3_FFFF << 32 | 0x3_6DFF
      case .entry: 0x3FFF << 32 | 0x11FF
      case .miscellaneous, .cr0Fixed0, .cr0Fixed1, .cr4Fixed0, .cr4Fixed1: 0
      case .secondary, .eptAndVPID, .truePin, .truePrimary, .trueExit, .trueEntry, .vmFunctions:
        {
          Issue.record("\(register) raises #GP here")
          return 0
        }()
      }
    }
    #expect(capabilities.basic.revision == 13)
    #expect(capabilities.basic.regionByteCount == 4096)
    #expect(capabilities.secondary == ControlCapability(msr: 0))
    #expect(capabilities.translation.isEmpty)
  }

  @Test func addressesAreCanonicalByTheWidth() {
    var capabilities = VMXCapabilities.everything
    #expect(capabilities.isCanonical(0xFFFF_8000_0000_0000))
    #expect(capabilities.isCanonical(0x7FFF_FFFF_FFFF))
    #expect(!capabilities.isCanonical(0x8000_0000_0000))
    capabilities.linearAddressBits = 57
    #expect(capabilities.isCanonical(0x8000_0000_0000))
    #expect(!capabilities.isCanonical(1 << 56))
  }
}

@Suite struct VMXControlChoiceTests {
  @Test func choiceIsValidOnAProcessorWithEverything() throws {
    let capabilities = VMXCapabilities.everything
    let controls = try VMXControls(capabilities)
    var entry = VMEntryCase.valid
    entry.image.controls.pin = controls.pin
    entry.image.controls.primary = controls.primary
    entry.image.controls.secondary = controls.secondary
    entry.image.controls.exit = controls.exit
    entry.image.controls.entry = controls.entry.union(.ia32eModeGuest)
    #expect(describe(entry.violation()) == "no violation")
    #expect(controls.primary.isDisjoint(with: .interruptWindowExiting.union(.nmiWindowExiting)))
    #expect(controls.secondary.contains(.vpid))
    // XSAVES and user waits are not offered to guests: their exits would be nobody's.
    #expect(controls.secondary.isDisjoint(with: .xsaves.union(.userWaitAndPause).union(.vmFunctions)))
  }

  @Test func identifiersAreUsedOnlyWhereTheyCanBeFlushed() throws {
    var capabilities = VMXCapabilities.everything
    capabilities.translation.subtract(.invvpidAll)
    #expect(try !VMXControls(capabilities).secondary.contains(.vpid))
  }

  @Test func whatIsMissingIsNamed() {
    var capabilities = VMXCapabilities.everything
    capabilities.exit.allowed &= ~ExitControls.saveEFER.rawValue
    #expect(throws: UnsupportedControl(bit: 20, name: "save IA32_EFER", isForced: false)) {
      try VMXControls(capabilities)
    }
    capabilities = .everything
    capabilities.primary.required |= PrimaryControls.cr3LoadExiting.rawValue
    #expect(throws: UnsupportedControl(bit: 15, name: "CR3-load exiting", isForced: true)) {
      try VMXControls(capabilities)
    }
  }
}

@Suite struct VMCSFieldTests {
  @Test func encodingsSayWidthAndGroup() {
    #expect(VMCSField<UInt16>.guestTRSelector.width == .word)
    #expect(VMCSField<UInt16>.guestTRSelector.group == .guestState)
    #expect(VMCSField<UInt64>.eptPointer.width == .quadword)
    #expect(VMCSField<UInt64>.eptPointer.group == .control)
    #expect(VMCSField<UInt32>.exitReason.width == .doubleword)
    #expect(VMCSField<UInt32>.exitReason.group == .exitInformation)
    #expect(VMCSField<UInt64>.hostRIP.width == .natural)
    #expect(VMCSField<UInt64>.hostRIP.group == .hostState)
  }
}

@Suite struct VMXExitTests {
  @Test func reasonsAreTheManualsNumbers() {
    #expect(VMXExitReason(basic: 0) == .exceptionOrNMI)
    #expect(VMXExitReason(basic: 18) == .vmcall)
    #expect(VMXExitReason(basic: 33) == .entryFailureGuestState)
    #expect(VMXExitReason(basic: 48) == .eptViolation)
    #expect(VMXExitReason(basic: 52) == .preemptionTimer)
    #expect(VMXExitReason(basic: 55) == .xsetbv)
    #expect(VMXExitReason(basic: 74) == .busLock)
    for hole: UInt32 in [35, 38, 42, 71, 80, 0xFFFF] {
      #expect(VMXExitReason(basic: hole) == .unknown(hole))
    }
    let failed = VMXExitInformation(rawValue: 0x8000_0021)
    #expect(failed.isEntryFailure)
    #expect(failed.reason == .entryFailureGuestState)
  }

  @Test func ioQualification() {
    // REP OUTSW to port 0x1F0.
    let output = IOQualification(rawValue: 0x01F0_0031)
    #expect(output.port == 0x1F0)
    #expect(output.byteCount == 2)
    #expect(!output.isInput)
    #expect(output.isString)
    #expect(output.isRepeated)
    let input = IOQualification(rawValue: 0xCFC_000B)
    #expect(input.port == 0xCFC)
    #expect(input.byteCount == 4)
    #expect(input.isInput)
    #expect(!input.isString)
  }

  @Test func controlRegisterQualification() {
    let move = ControlRegisterQualification(rawValue: 0x804)
    #expect(move.register == 4)
    #expect(move.access == .write)
    #expect(move.generalRegister == 8)
    #expect(ControlRegisterQualification(rawValue: 0x18).access == .read)
    #expect(ControlRegisterQualification(rawValue: 0x20).access == .clts)
    let word = ControlRegisterQualification(rawValue: 0x8001_0030)
    #expect(word.access == .lmsw)
    #expect(word.machineStatusWord == 0x8001)
  }

  @Test func eptViolationQualification() {
    let qualification = EPTViolationQualification(rawValue: 0x1AA)
    #expect(qualification.contains(.write))
    #expect(!qualification.contains(.read))
    #expect(qualification.contains(.isReadable))
    #expect(!qualification.contains(.isWritable))
    #expect(qualification.contains(.finalTranslation))
  }

  @Test func interruptionInformation() {
    let fault = InterruptionInformation(.hardwareException, vector: 14, hasErrorCode: true)
    #expect(fault.rawValue == 0x8000_0B0E)
    #expect(fault.kind == .hardwareException)
    #expect(fault.vector == 14)
    #expect(fault.isValid)
    #expect(InterruptionInformation(rawValue: 0x8000_0100).kind == nil)
    #expect(!InterruptionInformation.none.isValid)
  }
}
