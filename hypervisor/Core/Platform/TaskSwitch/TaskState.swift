#if canImport(XenABI)
  import XenABI
#endif

/// The registers of a vCPU that a task switch changes, or looks at.
package struct TaskState: BitwiseCopyable, Sendable {
  package var registers: GeneralRegisters
  package var segments: HVMSegmentRegisters
  package var cr0: ControlRegister0
  package var cr3: UInt64
  package var dr7: UInt64

  package init(
    registers: GeneralRegisters, segments: HVMSegmentRegisters, cr0: ControlRegister0, cr3: UInt64, dr7: UInt64
  ) {
    self.registers = registers
    self.segments = segments
    self.cr0 = cr0
    self.cr3 = cr3
    self.dr7 = dr7
  }

  /// A segment register by its encoding.
  static func segment(encoding index: Int) -> HVMSegment {
    switch index {
    case 0: .es
    case 1: .cs
    case 2: .ss
    case 3: .ds
    case 4: .fs
    default: .gs
    }
  }
}

extension HVMSegmentValue {
  /// A register that holds no segment.
  static func none(_ selector: UInt16) -> Self { Self(selector: UInt32(selector)) }

  /// A segment of virtual-8086 mode (Intel SDM vol. 3 20.2.1).
  static func virtual8086(_ selector: UInt16) -> Self {
    Self(selector: UInt32(selector), base: UInt64(selector) << 4, limit: 0xFFFF, attributes: 0xF3)
  }
}
