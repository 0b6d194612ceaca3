#if canImport(XenABI)
  import XenABI
#endif
#if canImport(CMachine)
  import CMachine
#endif

/// The vectors that the hypervisor gives out on its own CPUs.
package enum HostVector {
  /// The legacy controllers, masked; their spurious interrupts still come.
  package static var legacyBase: UInt8 { 0x20 }
  /// Global interrupt n of the I/O APICs comes as this plus n.
  package static var interruptBase: UInt8 { 0x30 }
  package static var interruptCount: UInt8 { 120 }
  /// Message-signalled interrupt n comes as this plus n.
  package static var messageBase: UInt8 { 0xB0 }
  package static var messageCount: UInt8 { 48 }
  package static var timer: UInt8 { 0xEF }
  package static var spurious: UInt8 { 0xFF }
}

/// The processor's own local APIC: the hypervisor's timer and the end of interrupts (Intel SDM vol. 3 10).
package struct HostAPIC: BitwiseCopyable {
  private let base: UInt
  private let isX2: Bool
  private let hasDeadline: Bool

  private static var idRegister: UInt32 { 0x02 }
  private static var taskPriority: UInt32 { 0x08 }
  private static var endOfInterrupt: UInt32 { 0x0B }
  private static var spuriousVector: UInt32 { 0x0F }
  private static var inServiceBase: UInt32 { 0x10 }
  private static var timerEntry: UInt32 { 0x32 }
  private static var lint0: UInt32 { 0x35 }
  private static var lint1: UInt32 { 0x36 }
  private static var errorEntry: UInt32 { 0x37 }
  private static var initialCount: UInt32 { 0x38 }
  private static var currentCount: UInt32 { 0x39 }
  private static var divide: UInt32 { 0x3E }
  private static var masked: UInt32 { 1 << 16 }
  private static var deadlineMode: UInt32 { 2 << 17 }

  /// Enables the APIC, in x2APIC form where the processor has it.
  ///
  /// - Parameters:
  ///   - registers: where the page of registers is mapped, uncached.
  ///   - features: what CPUID says of the APIC.
  package init(registers: UInt, features: CPUFeatures) {
    base = registers
    isX2 = features.hasX2APIC
    hasDeadline = features.hasTSCDeadline
    let enable: UInt64 = isX2 ? 1 << 11 | 1 << 10 : 1 << 11
    let msr = ModelSpecificRegister.apicBase
    if msr.value & enable != enable {
      msr.value |= 1 << 11
      msr.value |= enable
    }
    write(Self.taskPriority, 0)
    write(Self.lint0, Self.masked)
    write(Self.lint1, 4 << 8)  // NMI
    write(Self.errorEntry, Self.masked)
    write(Self.timerEntry, Self.masked)
    write(Self.divide, 0b1011)  // by 1
    write(Self.spuriousVector, 1 << 8 | UInt32(HostVector.spurious))
  }

  private func read(_ register: UInt32) -> UInt32 {
    isX2
      ? UInt32(truncatingIfNeeded: apus_rdmsr(ModelSpecificRegister.x2APICBase &+ register))
      : apus_load32(base &+ UInt(register) &* 16)
  }

  private func write(_ register: UInt32, _ value: UInt32) {
    if isX2 {
      apus_wrmsr(ModelSpecificRegister.x2APICBase &+ register, UInt64(value))
    } else {
      apus_store32(base &+ UInt(register) &* 16, value)
    }
  }

  /// Has the processor ask the 8259 controllers for the vector of an interrupt that they signal (virtual wire mode:
  /// MultiProcessor specification 3.6.2.2).
  package func admitLegacyController() { write(Self.lint0, 7 << 8) }

  /// The APIC's ID: the target of interrupts.
  package var id: UInt32 { isX2 ? read(Self.idRegister) : read(Self.idRegister) >> 24 }

  /// Whether deadlines are set in ticks of the time-stamp counter.
  package var usesDeadline: Bool { hasDeadline }

  /// Ends the interrupt in service with the highest priority.
  package func endInterrupt() { write(Self.endOfInterrupt, 0) }

  /// Whether a vector is in service: a spurious one is not.
  package func isInService(_ vector: UInt8) -> Bool {
    read(Self.inServiceBase &+ UInt32(vector) / 32) >> (UInt32(vector) % 32) & 1 != 0
  }

  /// Makes the timer ready: in deadline mode where there is one, else counting down once.
  package func startTimer() {
    write(Self.timerEntry, UInt32(HostVector.timer) | (hasDeadline ? Self.deadlineMode : 0))
  }

  /// Has the timer interrupt when the time-stamp counter reaches `deadline`.
  package func setDeadline(_ deadline: UInt64) { ModelSpecificRegister.tscDeadline.value = deadline }

  /// Has the timer interrupt after so many of its ticks; 0 stops it.
  package func setCount(_ ticks: UInt32) { write(Self.initialCount, ticks) }

  /// Counts down from the top without an interrupt, for calibration.
  package func startMeasurement() {
    write(Self.timerEntry, Self.masked)
    write(Self.initialCount, .max)
  }

  /// The ticks since `startMeasurement`.
  package var measured: UInt32 { .max &- read(Self.currentCount) }
}
