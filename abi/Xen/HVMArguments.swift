/// A parameter and its value (public header `hvm/hvm_op.h`, `xen_hvm_param`).
public struct HVMParameterValue: WireStructure, Equatable, Sendable {
  /// `domid`: whose; only the control domain may name another.
  public var domain: DomainID
  /// Which parameter.
  public var index: HVMParameter
  /// In for set, out for get.
  public var value: UInt64

  @inline(__always) public init(domain: DomainID = .current, index: HVMParameter = HVMParameter(0), value: UInt64 = 0) {
    self.domain = domain
    self.index = index
    self.value = value
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 16 }
  @inline(__always) public init(from reader: inout WireReader) {
    domain = DomainID(reader.u16())
    index = HVMParameter(reader.u32())
    value = reader.alignedU64()
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.u16(domain.rawValue)
    writer.u32(index.rawValue)
    writer.alignedU64(value)
  }
}

/// A vCPU's own upcall vector (public header `hvm/hvm_op.h`, `xen_hvm_evtchn_upcall_vector`).
public struct HVMUpcallVector: WireStructure, Equatable, Sendable {
  /// The vCPU.
  public var vcpu: VCPUID
  /// The vector, 16 to 255.
  public var vector: UInt8

  @inline(__always) public init(vcpu: VCPUID = .zero, vector: UInt8 = 0) {
    self.vcpu = vcpu
    self.vector = vector
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 8 }
  @inline(__always) public init(from reader: inout WireReader) {
    vcpu = VCPUID(reader.u32())
    vector = reader.u8()
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.u32(vcpu.rawValue)
    writer.u8(vector)
  }
}
