#if canImport(XenABI)
  import XenABI
#endif

/// hvm_op (public header `hvm/hvm_op.h`).
extension Caller {
  /// HVMOP_set_param: sets a parameter. Setting the callback also tells the width of the caller's shared info, and has
  /// events delivered that are pending already.
  ///
  /// - Throws: `invalidArgument` for no such parameter or value; `noSuchDomain`; `notPermitted` for another domain's, or
  ///   one that is not the caller's to set.
  func hvmSetParameter(_ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    let request = try memory.read(HVMParameterValue.self, at: argument)
    guard request.index.rawValue < HVMParameter.count else { throw .invalidArgument }
    let subject = try subject(request.domain)
    guard subject != domain || request.index.isOwnToSet else { throw .notPermitted }
    try subject.object.parameters.set(request.index, to: request.value)
    if request.index == .callbackIRQ {
      if subject == domain { domain.latchWidth(width) }
      subject.kickPending()
    }
    return 0
  }

  /// HVMOP_get_param: gets a parameter.
  ///
  /// - Throws: `invalidArgument` for no such parameter; `noSuchDomain`; `notPermitted` for another domain's, or one that
  ///   is not the caller's to see.
  func hvmGetParameter(_ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    var request = try memory.read(HVMParameterValue.self, at: argument)
    guard request.index.rawValue < HVMParameter.count else { throw .invalidArgument }
    let subject = try subject(request.domain)
    guard subject != domain || request.index.isOwnToSee else { throw .notPermitted }
    guard let value = subject.object.parameters[request.index] else { throw .invalidArgument }
    request.value = value
    try memory.write(request, at: argument)
    return 0
  }

  /// HVMOP_set_evtchn_upcall_vector: the vector by which a vCPU is told of events, through its local APIC.
  ///
  /// - Throws: `notFound` for no such vCPU, `invalidArgument` for a vector below 16.
  func hvmSetUpcallVector(_ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    let request = try memory.read(HVMUpcallVector.self, at: argument)
    guard request.vector >= 16 else { throw .invalidArgument }
    guard let target = domain.vcpu(request.vcpu) else { throw .notFound }
    target.object.upcallVector = request.vector
    if target.object.info.isUpcallPending { target.sendUpcall() }
    return 0
  }
}

extension Handle where Object == Domain {
  /// Has the vCPUs look at events that were pending before there was a way to tell of them.
  fileprivate func kickPending() {
    var number: UInt32 = 0
    while number < object.vcpuCount {
      if let vcpu = vcpu(VCPUID(number)), vcpu.object.info.isUpcallPending { vcpu.kick() }
      number &+= 1
    }
  }
}
