/// The bytes of an access to an I/O port.
package enum PortWidth: UInt8, BitwiseCopyable, Sendable {
  case byte = 1
  case word = 2
  case doubleword = 4

  /// All ones.
  @inline(__always)
  package var mask: UInt32 {
    switch self {
    case .byte: 0xFF
    case .word: 0xFFFF
    case .doubleword: 0xFFFF_FFFF
    }
  }
}

/// What a guest's IN calls for.
package enum PortRead: Equatable, BitwiseCopyable {
  /// No device is there: this value, of the access's width.
  case value(UInt32)
  /// The machine's port is read.
  case machine
}

/// What a guest's OUT calls for.
package enum PortWrite: Equatable, BitwiseCopyable {
  /// No device is there.
  case ignored
  /// A byte for the domain's log on the hypervisor's console.
  case log(UInt8)
  /// The machine's port is written.
  case machine
}

/// Which I/O ports a domain reaches. A domU reaches none; domain 0 all but those that ring -1 keeps for itself.
package enum PortPolicy {
  /// Bytes written here go to the hypervisor's console (Xen's debug port for guests without a console).
  package static var logPort: UInt16 { 0xE9 }
  /// Channel 2 of the interval timer. A kernel that calibrates itself by it waits 100,000 reads for ones to turn
  /// to zero.
  private static var timerChannel2: UInt16 { 0x42 }

  /// Whether domain 0's accesses to a port go to the machine, without an exit: for the permission maps of VMX and SVM.
  /// An access of several bytes needs it of each of them.
  package static func controlDomainOwns(_ port: UInt16) -> Bool {
    switch port {
    case 0x20, 0x21, 0xA0, 0xA1: false  // 8259 interrupt controllers
    case 0x40...0x43, 0x61: false  // 8254 interval timer and its gate
    case 0x4D0, 0x4D1: false  // trigger modes of the interrupt controllers
    case 0x3F8...0x3FF: false  // COM1, the hypervisor's console
    case logPort: false
    default: true
    }
  }

  /// What a guest reads.
  /// - Parameters:
  ///   - port: the first port of the access.
  ///   - width: its bytes.
  ///   - isControlDomain: whether the guest is domain 0.
  package static func read(_ port: UInt16, _ width: PortWidth, isControlDomain: Bool) -> PortRead {
    if isControlDomain, reachesMachine(port, width) { return .machine }
    // Of the bytes that the access covers, the one of the timer channel reads zero.
    let offset = timerChannel2 &- port
    let zero: UInt32 = offset < UInt16(width.rawValue) ? 0xFF &<< (UInt32(offset) &* 8) : 0
    return .value(width.mask & ~zero)
  }

  /// What becomes of a guest's write.
  package static func write(_ port: UInt16, _ width: PortWidth, _ value: UInt32, isControlDomain: Bool) -> PortWrite {
    if port == logPort, width == .byte { return .log(UInt8(truncatingIfNeeded: value)) }
    return isControlDomain && reachesMachine(port, width) ? .machine : .ignored
  }

  /// Whether no byte of an access is kept. One that leaves the space of 65536 ports at its end starts anew, as on the
  /// bus.
  private static func reachesMachine(_ port: UInt16, _ width: PortWidth) -> Bool {
    var index: UInt16 = 0
    while index < UInt16(width.rawValue) {
      if !controlDomainOwns(port &+ index) { return false }
      index &+= 1
    }
    return true
  }
}
