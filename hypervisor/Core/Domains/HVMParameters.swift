#if canImport(XenABI)
  import XenABI
#endif

/// The parameters of a hardware-assisted domain that mean something here (public header `hvm/params.h`).
///
/// The others of the header are for device models, and for pieces of a PC that a pvh domain does not have.
package struct HVMParameters: BitwiseCopyable {
  private var callback: UInt64 = 0
  private var storeFrame: UInt64 = 0
  private var storePort: UInt64 = 0
  private var consoleFrame: UInt64 = 0
  private var consolePort: UInt64 = 0
  /// How a triple fault ends the domain (`SHUTDOWN_*`): as it does a machine, unless the domain chose something else.
  package private(set) var tripleFaultReason = UInt64(ShutdownReason.reboot.rawValue)
  /// The vector that the domain's callback calls, 0 for none. Kept apart, since each entry with an event pending
  /// asks for it.
  package private(set) var callbackVector: UInt8 = 0

  package init() {}

  /// A parameter's value, nil for one that is not offered. What was never set is 0.
  package subscript(parameter: HVMParameter) -> UInt64? {
    switch parameter {
    case .callbackIRQ: callback
    case .storeFrame: storeFrame
    case .storePort: storePort
    case .consoleFrame: consoleFrame
    case .consolePort: consolePort
    case .tripleFaultReason: tripleFaultReason
    default: nil
    }
  }

  /// Sets a parameter, without regard to who may.
  ///
  /// - Throws: `invalidArgument` for one that is not offered, a callback vector below 16, which are the processor's own,
  ///   and a reason that the ABI does not know.
  package mutating func set(_ parameter: HVMParameter, to value: UInt64) throws(HypercallError) {
    switch parameter {
    case .callbackIRQ:
      let vector = Self.vector(ofCallback: value)
      guard vector == 0 || vector >= 16 else { throw .invalidArgument }
      callback = value
      callbackVector = vector
    case .storeFrame: storeFrame = value
    case .storePort: storePort = value
    case .consoleFrame: consoleFrame = value
    case .consolePort: consolePort = value
    case .tripleFaultReason:
      guard value <= UInt64(UInt32.max), ShutdownReason(UInt32(truncatingIfNeeded: value)).isValid else {
        throw .invalidArgument
      }
      tripleFaultReason = value
    default: throw .invalidArgument
    }
  }

  /// The vector of a callback's value, 0 where it is another kind of callback: interrupt lines, of which a pvh domain
  /// has none. Guests set such a value all the same, to say that they take events.
  private static func vector(ofCallback value: UInt64) -> UInt8 {
    value >> 56 == 2 ? UInt8(truncatingIfNeeded: value) : 0
  }
}

extension HVMParameter {
  /// Whether a domain may set the parameter of its own; the control domain sets any of another domain's.
  var isOwnToSet: Bool { self == .callbackIRQ || self == .tripleFaultReason }

  /// Whether a domain may see the parameter of its own.
  var isOwnToSee: Bool {
    switch self {
    case .callbackIRQ, .storeFrame, .storePort, .consoleFrame, .consolePort, .tripleFaultReason: true
    default: false
    }
  }
}
