#if canImport(XenABI)
  import XenABI
#endif

/// A task switch that the guest is about to make, and that its processor leaves to the hypervisor.
package struct TaskSwitchRequest: Equatable, BitwiseCopyable, Sendable {
  /// What leads to the other task, by its number in VT-x's exit qualification (Intel SDM vol. 3 table 27-2).
  package enum Source: UInt8, BitwiseCopyable, Sendable {
    case call
    /// IRET with RFLAGS.NT set: back to the task that the current one names.
    case interruptReturn
    case jump
    /// A task gate in the interrupt table.
    case gate
  }

  package var source: Source
  /// The selector of the other task's segment.
  package var selector: UInt16
  /// How far behind the instruction pointer the old task goes on: the length of the instruction that switches, 0 where
  /// none does.
  package var instructionLength: UInt8 = 0
  /// The error code of the exception behind a gate, which the new task finds on its stack.
  package var errorCode: UInt32?
  /// Whether an event behind a gate comes from elsewhere than INT n, INT3 or INTO: faults on the way say so.
  package var isExternal = false

  package init(_ source: Source, to selector: UInt16) {
    self.source = source
    self.selector = selector
  }

  /// Whether the old task waits for the new one, which returns to it.
  var nests: Bool { source == .call || source == .gate }
}

/// An exception in the course of a task switch.
package enum TaskSwitchFault: Error, Equatable, Sendable {
  /// Vector and error code.
  case exception(UInt8, UInt32)
  case pageFault(PageFault)
  /// What the switch needs at this address is no memory of the domain.
  case noMemory(GuestVirtualAddress)

  /// The exceptions of a switch (Intel SDM vol. 3 7.3, table 7-1), each about a selector.
  static func invalidTask(_ code: UInt32) -> Self { .exception(10, code) }
  static func notPresent(_ code: UInt32) -> Self { .exception(11, code) }
  static func stack(_ code: UInt32) -> Self { .exception(12, code) }
  static func generalProtection(_ code: UInt32) -> Self { .exception(13, code) }

  init(_ error: LinearAccessError) {
    switch error {
    case .pageFault(let fault): self = .pageFault(fault)
    case .noMemory(let address): self = .noMemory(address)
    }
  }
}
