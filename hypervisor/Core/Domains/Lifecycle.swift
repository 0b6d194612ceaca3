#if canImport(XenABI)
  import XenABI
#endif

/// Where a domain is between its making and its end.
package struct Lifecycle: BitwiseCopyable {
  package enum State: UInt8, Comparable, BitwiseCopyable {
    /// Can run.
    case alive
    /// Asked to be ended, or crashed: none of its vCPUs runs again, its objects are still there for a look.
    case shutDown
    /// Is being taken apart, piece by piece.
    case dying
    /// Everything of its own is gone; others still refer to some of its frames.
    case dead

    package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
  }

  package var state = State.alive
  /// The reason the domain gave, or that was found for it (public header `sched.h`, `SHUTDOWN_*`).
  package var shutdownReason: UInt32 = 0
  /// The pauses that have not been undone.
  package var pauseCount: UInt32 = 0
  /// What ended the domain, in words, where the hypervisor ended it.
  package var crashReport: CrashReason = .none

  package init() {}

  /// Whether the domain's vCPUs may run.
  @inline(__always)
  package var canRun: Bool { state == .alive && pauseCount == 0 }
}

/// Why the hypervisor ended a domain.
package enum CrashReason: UInt8, BitwiseCopyable {
  case none, requested, tripleFault, haltedForGood, unknownExit, entryFailed, badNestedFault, undecodableAccess
  case undeliverableEvent, outOfMemory, machineCheck

  /// The reason in words, for the report.
  package var message: StaticString {
    switch self {
    case .none: "no reason given"
    case .requested: "by its own request"
    case .tripleFault: "triple fault"
    case .haltedForGood: "all its virtual CPUs halted with interrupts off"
    case .unknownExit: "an exit that nothing handles"
    case .entryFailed: "the processor refused its state"
    case .badNestedFault: "an access that its memory map can't answer"
    case .undecodableAccess: "an access to no memory by an instruction that can't be emulated"
    case .undeliverableEvent: "an event that can't be delivered"
    case .outOfMemory: "no memory left for its tables"
    case .machineCheck: "a machine check"
    }
  }
}
