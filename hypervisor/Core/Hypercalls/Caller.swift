#if canImport(XenABI)
  import XenABI
#endif

/// Who makes a hypercall: the virtual CPU, its domain, and the width of its structures.
///
/// Every sub-operation is a method of it, in the file of its subject.
package struct Caller: BitwiseCopyable {
  package let vcpu: Handle<VCPU>
  package let domain: Handle<Domain>
  package let width: CallWidth

  @inline(__always)
  package init(_ vcpu: Handle<VCPU>, width: CallWidth) {
    self.vcpu = vcpu
    self.width = width
    domain = vcpu.object.domain
  }

  /// The caller's memory, by its own pointers.
  @inline(__always)
  package var memory: GuestMemory { GuestMemory(vcpu, width: width) }

  @inline(__always)
  package var hypervisor: Handle<Hypervisor> { domain.object.hypervisor }

  /// Whether the caller is the control domain.
  @inline(__always)
  package var isPrivileged: Bool { domain.object.isPrivileged }

  /// The domain that an argument names, for calls that work on any live domain without regard to privilege.
  ///
  /// - Throws: `noSuchDomain`.
  package func peer(_ id: DomainID) throws(HypercallError) -> Handle<Domain> {
    if id == .current || id == domain.object.id { return domain }
    guard let found = hypervisor.object.domains.find(id), found.object.life.state < .dying else {
      throw .noSuchDomain
    }
    return found
  }

  /// The domain that an argument names, where acting on another than oneself takes the control domain's privilege.
  ///
  /// - Throws: `notPermitted` for another domain, named by a domain that is not privileged, whether it exists or not;
  ///   `noSuchDomain`.
  package func subject(_ id: DomainID) throws(HypercallError) -> Handle<Domain> {
    if id == .current || id == domain.object.id { return domain }
    guard isPrivileged else { throw .notPermitted }
    return try peer(id)
  }
}
