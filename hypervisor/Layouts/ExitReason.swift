#if canImport(XenABI)
  import XenABI
#endif
#if canImport(Core)
  import Core
#endif

/// Why a guest was left, in terms that no one ring layout owns.
package enum ExitReason: BitwiseCopyable {
  /// VMCALL, VMMCALL or the pv layout's SYSCALL.
  case hypercall
  case cpuid
  case halt
  case readMSR
  case writeMSR
  case xsetbv
  /// IN, OUT, INS or OUTS.
  case port(PortAccess)
  /// A guest-physical address that the nested tables do not allow the access to.
  case nestedFault(NestedFault)
  /// The guest moves to or from a control register that the hypervisor has a say in.
  case controlRegister(ControlRegisterAccess)
  /// The guest touches debug registers that another vCPU's values are in.
  case debugRegister
  /// The guest switches tasks, which the processor does not do for it.
  case taskSwitch(TaskSwitchRequest)
  /// A physical interrupt waits for the hypervisor.
  case hostInterrupt
  case nmi
  case machineCheck
  /// The deadline that the layout's own timer keeps.
  case deadline
  /// The guest can take an interrupt now.
  case interruptWindow
  /// An exception of the guest's that is looked at and given back to it.
  case exception(GuestException)
  /// An instruction that the guest does not have: #UD.
  case undefined
  /// An instruction that the guest may not use: #GP.
  case forbidden
  /// An instruction without an effect here (WBINVD, INVD, PAUSE).
  case nothing
  case tripleFault
  /// The processor refused the guest's state.
  case entryFailed
  /// A reason that nothing handles, as the processor gave it.
  case unknown(UInt32)
}

/// An access to an I/O port.
package struct PortAccess: BitwiseCopyable {
  package var port: UInt16
  /// Bytes: 1, 2 or 4.
  package var size: UInt8
  package var isInput: Bool
  package var isString: Bool
  package var isRepeated: Bool

  package init(port: UInt16, size: UInt8, isInput: Bool, isString: Bool, isRepeated: Bool) {
    self.port = port
    self.size = size
    self.isInput = isInput
    self.isString = isString
    self.isRepeated = isRepeated
  }
}

/// An access that the nested tables refused.
package struct NestedFault: BitwiseCopyable {
  package var address: GuestPhysicalAddress
  package var isWrite: Bool
  package var isFetch: Bool
  /// The fault came while the processor walked the guest's own tables.
  package var isTableWalk: Bool

  package init(address: GuestPhysicalAddress, isWrite: Bool, isFetch: Bool, isTableWalk: Bool) {
    self.address = address
    self.isWrite = isWrite
    self.isFetch = isFetch
    self.isTableWalk = isTableWalk
  }
}

/// MOV between a general and a control register.
package struct ControlRegisterAccess: BitwiseCopyable {
  package var number: UInt8
  package var isRead: Bool
  /// The general register's encoding.
  package var register: UInt8

  package init(number: UInt8, isRead: Bool, register: UInt8) {
    self.number = number
    self.isRead = isRead
    self.register = register
  }
}

/// An exception that the guest raised.
package struct GuestException: BitwiseCopyable {
  package var vector: UInt8
  package var hasErrorCode: Bool
  package var errorCode: UInt32
  /// The bytes of INT1, which raised it and has not been moved past; else 0.
  package var instructionLength: UInt8

  package init(vector: UInt8, hasErrorCode: Bool, errorCode: UInt32, instructionLength: UInt8 = 0) {
    self.vector = vector
    self.hasErrorCode = hasErrorCode
    self.errorCode = errorCode
    self.instructionLength = instructionLength
  }
}
