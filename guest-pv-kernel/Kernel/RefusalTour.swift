/// What is refused: to everybody, and to all but the control domain.
struct RefusalTour {
  /// An address that no table maps.
  private static var nowhere: GuestVirtualAddress { GuestVirtualAddress(0xFFFF_A000_0000_0000) }

  static func run(_ findings: inout Findings) {
    findings.section("refused calls")
    findings.refused("refused.unknown_call", .notImplemented) { () throws(GuestError) in
      _ = try checked(hypercall(HypercallNumber(63)))
    }
    findings.refused("refused.unknown_operation", .notImplemented) { () throws(GuestError) in
      _ = try checked(hypercall(.scheduler, 63))
    }
    findings.refused("refused.bad_pointer", .badAddress) { () throws(GuestError) in
      _ = try checked(hypercall(.eventChannel, UInt64(EventChannelOperation.send.rawValue), nowhere.rawValue))
    }
    findings.refused("refused.no_such_domain", .noSuchDomain) { () throws(GuestError) in
      _ = try XenEvents.bindInterdomain(EventPort(1), of: DomainID(0x7E00))
    }
    if Hypervisor.isControlDomain {
      findings.fact("refused.privileged", "this is the control domain")
    } else {
      privileged(&findings)
    }
  }

  /// What only the control domain may.
  private static func privileged(_ findings: inout Findings) {
    findings.refused("refused.set_param_of_dom0", .notPermitted) { () throws(GuestError) in
      try XenParameters.set(.callbackIRQ, to: 0, of: .zero)
    }
    findings.refused("refused.get_param_of_dom0", .notPermitted) { () throws(GuestError) in
      _ = try XenParameters.get(.consoleFrame, of: .zero)
    }
    findings.refused("refused.port_status_of_dom0", .notPermitted) { () throws(GuestError) in
      _ = try XenEvents.status(of: EventPort(1), in: .zero)
    }
    findings.refused("refused.port_in_dom0", .notPermitted) { () throws(GuestError) in
      _ = try XenEvents.allocateUnbound(for: .current, in: .zero)
    }
    findings.refused("refused.memory_of_dom0", .notPermitted) { () throws(GuestError) in
      _ = try XenMemory.decreaseReservation([GuestFrame(1)], of: .zero)
    }
    findings.refused("refused.map_pirq", .notImplemented) { () throws(GuestError) in
      var argument = MapPhysicalIRQ()
      argument.domain = .zero
      try Hypercall.physicalDeviceMapIRQ(&argument)
    }
    findings.refused("refused.domctl", .notPermitted) { () throws(GuestError) in
      var argument = DomainControlGetInformation()
      try Hypercall.domainControlGetInformation(&argument)
    }
    findings.refused("refused.sysctl", .notPermitted) { () throws(GuestError) in
      var argument = SystemControlListDomains()
      try Hypercall.systemControlListDomains(&argument)
    }
    findings.refused("refused.shutdown_of_dom0", .notPermitted) { () throws(GuestError) in
      try XenScheduler.shutdown(.zero, .powerOff)
    }
  }
}
