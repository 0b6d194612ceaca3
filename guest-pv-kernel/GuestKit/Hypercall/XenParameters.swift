/// Parameters of hardware-assisted domains, hypercall 34 (public header `hvm/hvm_op.h`).
enum XenParameters {
  /// Reads a parameter. Another domain's takes privilege.
  static func get(_ parameter: HVMParameter, of domain: DomainID = .current) throws(GuestError) -> UInt64 {
    var argument = HVMParameterValue(domain: domain, index: parameter)
    try Hypercall.hvmGetParameter(&argument)
    return argument.value
  }

  /// Sets a parameter. Another domain's takes privilege.
  static func set(
    _ parameter: HVMParameter, to value: UInt64, of domain: DomainID = .current
  ) throws(GuestError) {
    try Hypercall.hvmSetParameter(HVMParameterValue(domain: domain, index: parameter, value: value))
  }

  /// Has the events of a vCPU interrupt it through its local APIC, with an end of interrupt each.
  static func setUpcallVector(_ vector: UInt8, of vcpu: VCPUID) throws(GuestError) {
    try Hypercall.hvmSetUpcallVector(HVMUpcallVector(vcpu: vcpu, vector: vector))
  }
}
