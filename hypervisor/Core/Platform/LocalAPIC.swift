#if canImport(XenABI)
  import XenABI
#endif

/// What a change to a local APIC asks of whoever runs the vCPU.
package struct LocalAPICEffects: OptionSet, BitwiseCopyable, Sendable {
  package let rawValue: UInt8
  @inline(__always) package init(rawValue: UInt8) { self.rawValue = rawValue }
  /// `nextDeadline` may be another now.
  package static var timerChanged: Self { Self(rawValue: 1 << 0) }
  /// `highestPending` is not nil.
  package static var interruptPending: Self { Self(rawValue: 1 << 1) }
  /// The vCPU sent itself an NMI.
  package static var nonMaskableInterrupt: Self { Self(rawValue: 1 << 2) }
  /// The form or the place of the registers has changed.
  package static var relocated: Self { Self(rawValue: 1 << 3) }
  /// Software has enabled the APIC, which took nothing before.
  package static var enabled: Self { Self(rawValue: 1 << 4) }
}

/// A vCPU's local APIC (Intel SDM vol. 3 chapter 11): the state, and how interrupts pass through it.
///
/// It is the only APIC of its domain, and there is no I/O APIC: all interrupts are edge-triggered, messages reach
/// nobody but the sender, INIT and start-up messages are without effect. Time is a parameter; the timer counts
/// nanoseconds of system time.
package struct LocalAPIC: BitwiseCopyable {
  /// How the registers are reached (Intel SDM vol. 3 11.12.1).
  package enum Mode: UInt8, BitwiseCopyable {
    /// Not at all: switched off in the APIC_BASE MSR.
    case disabled
    /// By memory accesses to a page.
    case xapic
    /// By MSRs 0x800-0x83F.
    case x2apic
  }

  /// The APIC's number.
  package let id: UInt32
  let supportsTSCDeadline: Bool
  let physicalAddressBits: UInt8
  package internal(set) var mode: Mode
  var base = LocalAPIC.defaultBase
  var requested = VectorBitmap()
  var inService = VectorBitmap()
  var taskPriority: UInt8 = 0
  var logicalDestination: UInt32 = 0
  var destinationFormat: UInt32 = .max
  var spuriousVector: UInt32 = 0xFF
  /// What the error status register shows, and what it will show after the next write to it.
  var errorStatus = LocalAPICErrors(rawValue: 0)
  var detectedErrors = LocalAPICErrors(rawValue: 0)
  var command: UInt64 = 0
  var localVectors = InlineArray<6, UInt32>(repeating: LocalVectorEntry.masked)
  var timer = LocalAPICTimer()

  /// A local APIC as it is after a reset, but in the given mode.
  /// - Parameters:
  ///   - id: its number; in xAPIC form only the low 8 bits show.
  ///   - mode: xAPIC, or x2APIC for a guest that is to find it set already.
  ///   - supportsTSCDeadline: whether CPUID offers the TSC-deadline mode of the timer.
  ///   - physicalAddressBits: as CPUID tells the guest, for the check of APIC_BASE.
  package init(
    id: UInt32, mode: Mode = .xapic, supportsTSCDeadline: Bool = true, physicalAddressBits: UInt8 = 52
  ) {
    self.id = id
    self.mode = mode
    self.supportsTSCDeadline = supportsTSCDeadline
    self.physicalAddressBits = physicalAddressBits
  }

  /// Where the registers lie after a reset (Intel SDM vol. 3 11.4.1).
  package static var defaultBase: GuestPhysicalAddress { GuestPhysicalAddress(0xFEE0_0000) }

  /// The page that answers accesses to the registers; nil where they are not in memory.
  @inline(__always)
  package var mmioFrame: GuestFrame? { mode == .xapic ? base.frame : nil }

  /// Whether software has enabled it. Until then it takes no interrupts but NMIs.
  @inline(__always)
  package var isSoftwareEnabled: Bool { spuriousVector & SpuriousVectorBits.enabled != 0 && mode != .disabled }

  /// The priority below which requests wait: the task priority, or that of the interrupt in service
  /// (Intel SDM vol. 3 11.8.3.1).
  @inline(__always)
  package var processorPriority: UInt8 {
    guard let serving = inService.highest, serving >> 4 > taskPriority >> 4 else { return taskPriority }
    return serving & 0xF0
  }

  /// The vector to interrupt the vCPU with, as soon as it takes interrupts; nil where none is above its priority.
  @inline(__always)
  package func highestPending() -> UInt8? {
    guard let vector = requested.highest, vector >> 4 > processorPriority >> 4 else { return nil }
    return vector
  }

  /// Requests an interrupt. A vector that is requested already stays so: the two become one.
  /// - Returns: whether it was taken. One below 16 is an error, and one to a disabled APIC is lost.
  @inline(__always)
  package mutating func accept(_ vector: UInt8) -> Bool {
    guard isSoftwareEnabled else { return false }
    guard vector >= 16 else {
      detect(.receiveIllegalVector)
      return false
    }
    requested[vector] = true
    return true
  }

  /// The vCPU takes the interrupt that `highestPending` gives: from requested to in service.
  @inline(__always) @discardableResult
  package mutating func acknowledge() -> UInt8? {
    guard let vector = highestPending() else { return nil }
    requested[vector] = false
    inService[vector] = true
    return vector
  }

  /// CR8, which is the upper half of the task priority (Intel SDM vol. 3 11.8.6).
  package var controlRegister8: UInt64 { UInt64(taskPriority >> 4) }

  /// MOV to CR8.
  package mutating func writeControlRegister8(_ value: UInt64) throws(GeneralProtection) -> LocalAPICEffects {
    guard value < 16 else { throw GeneralProtection() }
    taskPriority = UInt8(truncatingIfNeeded: value) << 4
    return pendingEffect
  }

  /// `interruptPending` where there is one.
  @inline(__always)
  var pendingEffect: LocalAPICEffects { highestPending() == nil ? LocalAPICEffects(rawValue: 0) : .interruptPending }

  /// Ends the interrupt in service with the highest priority (Intel SDM vol. 3 11.8.5).
  @inline(__always)
  mutating func endInterrupt() -> LocalAPICEffects {
    if let vector = inService.highest { inService[vector] = false }
    return pendingEffect
  }

  /// Notes an error, and interrupts with it if it is the first since the error status register was written.
  mutating func detect(_ error: LocalAPICErrors) {
    let isFirst = detectedErrors.rawValue == 0
    detectedErrors = detectedErrors.union(error)
    let entry = self[.error]
    let vector = UInt8(truncatingIfNeeded: entry)
    guard isFirst, isSoftwareEnabled, entry & LocalVectorEntry.masked == 0 else { return }
    if vector >= 16 {
      requested[vector] = true
    } else {
      detectedErrors = detectedErrors.union(.receiveIllegalVector)
    }
  }

  subscript(entry: LocalVector) -> UInt32 {
    get { localVectors[Int(entry.rawValue)] }
    set { localVectors[Int(entry.rawValue)] = newValue }
  }

  /// The state after a reset (Intel SDM vol. 3 11.4.7.1), but for mode and base.
  mutating func reset() {
    let fresh = LocalAPIC(
      id: id, mode: mode, supportsTSCDeadline: supportsTSCDeadline, physicalAddressBits: physicalAddressBits)
    let base = self.base
    self = fresh
    self.base = base
  }
}
