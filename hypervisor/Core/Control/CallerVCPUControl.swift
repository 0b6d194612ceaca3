#if canImport(XenABI)
  import XenABI
#endif

/// domctl: a domain's vCPUs, where and how much they run (public header `domctl.h`).
extension Caller {
  /// A vCPU that an argument names.
  ///
  /// - Throws: `invalidArgument` for one that the domain can't have, `noSuchDomain` for one that was not made yet.
  private func vcpu(_ id: VCPUID, of subject: Handle<Domain>) throws(HypercallError) -> Handle<VCPU> {
    guard id.rawValue < subject.object.limits.vcpus else { throw .invalidArgument }
    guard let vcpu = subject.vcpu(id) else { throw .noSuchDomain }
    return vcpu
  }

  /// XEN_DOMCTL_getvcpuinfo: what a vCPU is doing.
  ///
  /// - Throws: `noSuchDomain`, `invalidArgument` as `vcpu(_:of:)`.
  func domainControlGetVCPUInformation(
    _ argument: GuestVirtualAddress, _ id: DomainID
  ) throws(HypercallError) -> UInt64 {
    var request = try memory.read(DomainControlVCPUInformation.self, at: argument)
    let target = try vcpu(request.vcpu, of: try peer(id))
    let runstate = target.object.runstate.information(at: hypervisor.now)
    request.online = target.object.isOnline ? 1 : 0
    request.blocked = target.object.isBlocked && target.object.isOnline ? 1 : 0
    request.running = runstate.state == .running ? 1 : 0
    request.cpuTime = runstate.running
    request.cpu = target.object.cpu.object.number
    try memory.write(request, at: argument)
    return 0
  }

  /// XEN_DOMCTL_setvcpuaffinity: where a vCPU may run. There is one processor, so that a hard affinity has to have it.
  /// What comes back is what has an effect.
  ///
  /// - Throws: `noSuchDomain`; `invalidArgument` as `vcpu(_:of:)`, for unknown flags or none, or where no processor is
  ///   left; `badAddress`.
  func domainControlSetAffinity(_ argument: GuestVirtualAddress, _ id: DomainID) throws(HypercallError) -> UInt64 {
    let request = try memory.read(DomainControlAffinity.self, at: argument)
    let target = try affinityTarget(request, of: id)
    var hard = target.object.hardAffinity
    var soft = target.object.softAffinity
    if request.flags.contains(.hard) {
      hard = try read(request.hard)
      guard hard & Self.processors != 0 else { throw .invalidArgument }
    }
    if request.flags.contains(.soft) { soft = try read(request.soft) }
    target.object.hardAffinity = hard
    target.object.softAffinity = soft
    if request.flags.contains(.hard) { try write(hard & Self.processors, to: request.hard) }
    if request.flags.contains(.soft) { try write(soft & hard & Self.processors, to: request.soft) }
    return 0
  }

  /// XEN_DOMCTL_getvcpuaffinity: the sets as they were given; all processors where they were not.
  ///
  /// - Throws: as `domainControlSetAffinity`.
  func domainControlGetAffinity(_ argument: GuestVirtualAddress, _ id: DomainID) throws(HypercallError) -> UInt64 {
    let request = try memory.read(DomainControlAffinity.self, at: argument)
    let target = try affinityTarget(request, of: id)
    if request.flags.contains(.hard) { try write(target.object.hardAffinity, to: request.hard) }
    if request.flags.contains(.soft) { try write(target.object.softAffinity, to: request.soft) }
    return 0
  }

  /// The processors that there are, a bit each.
  private static var processors: UInt64 { 1 }

  private func affinityTarget(
    _ request: DomainControlAffinity, of id: DomainID
  ) throws(HypercallError) -> Handle<VCPU> {
    let target = try vcpu(request.vcpu, of: try peer(id))
    let sets = AffinityFlags.hard.union(.soft)
    guard !request.flags.isDisjoint(with: sets), request.flags.isSubset(of: sets.union(.force)) else {
      throw .invalidArgument
    }
    return target
  }

  /// Reads the first 64 processors of a set; there are no others.
  private func read(_ set: ProcessorSet) throws(HypercallError) -> UInt64 {
    var bits: UInt64 = 0
    var index: UInt32 = 0
    while index < min(set.bitCount, 64) {
      let byte = try memory.read(UInt8.self, at: set.buffer.advanced(by: UInt64(index >> 3)))
      bits |= UInt64(byte) << UInt64(index)
      index &+= 8
    }
    return set.bitCount < 64 ? bits & (1 << UInt64(set.bitCount) &- 1) : bits
  }

  /// Writes a set, at most its first 1024 processors; of those past 64 none is in it.
  private func write(_ bits: UInt64, to set: ProcessorSet) throws(HypercallError) {
    var index: UInt32 = 0
    while index < min(set.bitCount, 1024) {
      let left = min(set.bitCount &- index, 8)
      let byte = index < 64 ? UInt8(truncatingIfNeeded: bits >> UInt64(index)) : 0
      let mask = UInt8(truncatingIfNeeded: UInt32(1) << left &- 1)
      try memory.write(byte & mask, at: set.buffer.advanced(by: UInt64(index >> 3)))
      index &+= 8
    }
  }

  /// XEN_DOMCTL_scheduler_op: the weight and the cap of a domain's vCPUs. They are a domain's alone: there are none for a
  /// single vCPU, as for the public ABI's credit2.
  ///
  /// - Throws: `noSuchDomain`; `invalidArgument` for another scheduler or command.
  func domainControlScheduling(_ argument: GuestVirtualAddress, _ id: DomainID) throws(HypercallError) -> UInt64 {
    var request = try memory.read(DomainControlScheduling.self, at: argument)
    let subject = try peer(id)
    guard request.scheduler == DomainControlScheduling.credit2 else { throw .invalidArgument }
    switch request.command {
    case .set:
      var share = subject.object.share
      if request.weight != 0 { share.weight = request.weight }
      if request.cap != .max { share.cap = request.cap }
      subject.setShare(share)
    case .get:
      request.weight = subject.object.share.weight
      request.cap = subject.object.share.cap
      try memory.write(request, at: argument)
    default: throw .invalidArgument
    }
    return 0
  }
}
