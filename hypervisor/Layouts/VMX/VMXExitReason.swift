/// Why a guest's processor came back to VMX root operation: the basic exit reason (Intel SDM vol. 3 appendix C).
enum VMXExitReason: Equatable {
  case exceptionOrNMI
  case externalInterrupt
  case tripleFault
  case initSignal
  case startupIPI
  case ioSMI
  case otherSMI
  case interruptWindow
  case nmiWindow
  case taskSwitch
  case cpuid
  case getsec
  case hlt
  case invd
  case invlpg
  case rdpmc
  case rdtsc
  case rsm
  case vmcall
  case vmclear
  case vmlaunch
  case vmptrld
  case vmptrst
  case vmread
  case vmresume
  case vmwrite
  case vmxoff
  case vmxon
  case controlRegisterAccess
  case debugRegisterAccess
  case ioInstruction
  case rdmsr
  case wrmsr
  case entryFailureGuestState
  case entryFailureMSRLoading
  case mwait
  case monitorTrapFlag
  case monitor
  case pause
  case entryFailureMachineCheck
  case tprBelowThreshold
  case apicAccess
  case virtualizedEOI
  case gdtrOrIDTRAccess
  case ldtrOrTRAccess
  case eptViolation
  case eptMisconfiguration
  case invept
  case rdtscp
  case preemptionTimer
  case invvpid
  case wbinvd
  case xsetbv
  case apicWrite
  case rdrand
  case invpcid
  case vmfunc
  case encls
  case rdseed
  case pageModificationLogFull
  case xsaves
  case xrstors
  case pconfig
  case subPagePermission
  case umwait
  case tpause
  case loadiwkey
  case enclv
  case enqcmd
  case enqcmds
  case busLock
  case instructionTimeout
  case seamcall
  case tdcall
  case rdmsrlist
  case wrmsrlist
  /// A number that the manual does not give.
  case unknown(UInt32)

  /// Decodes bits 15:0 of the exit-reason field.
  init(basic number: UInt32) {
    self =
      switch number {
      case 0: .exceptionOrNMI
      case 1: .externalInterrupt
      case 2: .tripleFault
      case 3: .initSignal
      case 4: .startupIPI
      case 5: .ioSMI
      case 6: .otherSMI
      case 7: .interruptWindow
      case 8: .nmiWindow
      case 9: .taskSwitch
      case 10: .cpuid
      case 11: .getsec
      case 12: .hlt
      case 13: .invd
      case 14: .invlpg
      case 15: .rdpmc
      case 16: .rdtsc
      case 17: .rsm
      case 18: .vmcall
      case 19: .vmclear
      case 20: .vmlaunch
      case 21: .vmptrld
      case 22: .vmptrst
      case 23: .vmread
      case 24: .vmresume
      case 25: .vmwrite
      case 26: .vmxoff
      case 27: .vmxon
      case 28: .controlRegisterAccess
      case 29: .debugRegisterAccess
      case 30: .ioInstruction
      case 31: .rdmsr
      case 32: .wrmsr
      case 33: .entryFailureGuestState
      case 34: .entryFailureMSRLoading
      case 36: .mwait
      case 37: .monitorTrapFlag
      case 39: .monitor
      case 40: .pause
      case 41: .entryFailureMachineCheck
      case 43: .tprBelowThreshold
      case 44: .apicAccess
      case 45: .virtualizedEOI
      case 46: .gdtrOrIDTRAccess
      case 47: .ldtrOrTRAccess
      case 48: .eptViolation
      case 49: .eptMisconfiguration
      case 50: .invept
      case 51: .rdtscp
      case 52: .preemptionTimer
      case 53: .invvpid
      case 54: .wbinvd
      case 55: .xsetbv
      case 56: .apicWrite
      case 57: .rdrand
      case 58: .invpcid
      case 59: .vmfunc
      case 60: .encls
      case 61: .rdseed
      case 62: .pageModificationLogFull
      case 63: .xsaves
      case 64: .xrstors
      case 65: .pconfig
      case 66: .subPagePermission
      case 67: .umwait
      case 68: .tpause
      case 69: .loadiwkey
      case 70: .enclv
      case 72: .enqcmd
      case 73: .enqcmds
      case 74: .busLock
      case 75: .instructionTimeout
      case 76: .seamcall
      case 77: .tdcall
      case 78: .rdmsrlist
      case 79: .wrmsrlist
      default: .unknown(number)
      }
  }
}

/// The exit-reason field as a whole (Intel SDM vol. 3 24.9.1).
struct VMXExitInformation: RawRepresentable, BitwiseCopyable {
  var rawValue: UInt32
  @inline(__always) init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Bits 15:0.
  @inline(__always) var reason: VMXExitReason { VMXExitReason(basic: rawValue & 0xFFFF) }
  /// Bit 31: the guest was not entered.
  @inline(__always) var isEntryFailure: Bool { rawValue & 1 << 31 != 0 }
}

/// Why a VMX instruction failed, the number in the VM-instruction error field (Intel SDM vol. 3 30.4).
struct VMXInstructionError: RawRepresentable, Equatable, Error, BitwiseCopyable {
  var rawValue: UInt32
  @inline(__always) init(rawValue: UInt32) { self.rawValue = rawValue }

  /// An entry with invalid control fields: `VMEntryChecker.checkControls` says which.
  static var invalidControls: Self { Self(rawValue: 7) }
  /// An entry with invalid host state: `VMEntryChecker.checkHostState` says what.
  static var invalidHostState: Self { Self(rawValue: 8) }
  /// VMfailInvalid: there was no current VMCS to hold a number.
  static var noCurrentVMCS: Self { Self(rawValue: .max) }

  /// The failure in the manual's words, shortened.
  var explanation: StaticString {
    switch rawValue {
    case 1: "VMCALL in VMX root operation"
    case 2: "VMCLEAR of an invalid address"
    case 3: "VMCLEAR of the VMXON region"
    case 4: "VMLAUNCH of a VMCS that is not clear"
    case 5: "VMRESUME of a VMCS that was not launched"
    case 6: "VMRESUME after VMXOFF"
    case 7: "entry with invalid control fields"
    case 8: "entry with invalid host-state fields"
    case 9: "VMPTRLD of an invalid address"
    case 10: "VMPTRLD of the VMXON region"
    case 11: "VMPTRLD of a VMCS with another revision"
    case 12: "VMREAD or VMWRITE of a field that does not exist"
    case 13: "VMWRITE to a read-only field"
    case 15: "VMXON in VMX root operation"
    case 26: "entry while MOV SS blocks events"
    case 28: "invalid operand of INVEPT or INVVPID"
    case UInt32.max: "no current VMCS"
    default: "a VMX instruction failed"
    }
  }
}
