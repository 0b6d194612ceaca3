#if canImport(XenABI)
  import XenABI
#endif

/// domctl: making a domain (public header `domctl.h`). It has neither memory nor vCPUs at first, and is paused.
extension Caller {
  /// XEN_DOMCTL_createdomain: makes a domain, of the number that is asked for or, with 0 or one that no domain can have,
  /// of one that has not been in use for the longest time.
  ///
  /// - Throws: `alreadyExists`; `invalidArgument` for what is not offered, which the log names, `notSupported` for
  ///   pieces of a PC; `outOfMemory` also where no number is left.
  func domainControlCreate(_ argument: GuestVirtualAddress, _ id: DomainID) throws(HypercallError) -> UInt64 {
    var request = try memory.read(DomainControlCreate.self, at: argument)
    let limits = try limits(of: request)
    let number = try hypervisor.chooseID(id)
    let created = try hypervisor.createDomain(
      id: number, layout: hypervisor.object.guestLayout, isPrivileged: false, format: hypervisor.object.tableFormat,
      maximumFrames: 0, limits: limits)
    created.object.handle = request.handle
    // Its maker lets it run.
    created.object.life.pauseCount = 1
    request.header.domain = number
    do throws(HypercallError) {
      try memory.write(request, at: argument)
    } catch {
      // Nobody would know of it.
      while !created.relinquish() {}
      hypervisor.reap(created)
      throw error
    }
    return 0
  }

  /// Checks what is asked for.
  private func limits(of request: DomainControlCreate) throws(HypercallError) -> DomainLimits {
    let required = DomainCreationFlags.hardwareAssisted.union(.nestedPaging)
    guard request.flags.isSuperset(of: required), request.flags.isSubset(of: required.union(.noOutOfSync)) else {
      throw refuse("flags", request.flags.rawValue, "hardware-assisted with nested paging, and no more")
    }
    guard request.emulationFlags.isSubset(of: .known) else {
      throw refuse("emulation flags", request.emulationFlags.rawValue, "no unknown ones")
    }
    guard request.emulationFlags == .localAPIC else { throw .notSupported }
    guard request.maximumVCPUs == 1 else { throw refuse("max_vcpus", request.maximumVCPUs, "one vCPU") }
    guard request.grantOptions == 1 else { throw refuse("grant_opts", request.grantOptions, "version 1") }
    guard request.miscellaneousFlags == 0, request.iommuOptions == 0, request.traceSize == 0, request.cpuPool == 0
    else {
      throw refuse(
        "misc_flags, iommu_opts, vmtrace_size or cpupool_id",
        request.miscellaneousFlags | request.iommuOptions | request.traceSize | request.cpuPool, "none")
    }
    var limits = DomainLimits()
    limits.vcpus = request.maximumVCPUs
    limits.highestPort = request.maximumPort
    if request.maximumGrantFrames >= 0 {
      limits.grantFrames = UInt32(request.maximumGrantFrames)
      guard limits.grantFrames >= 1, limits.grantFrames <= 64 else {
        throw refuse("max_grant_frames", limits.grantFrames, "1 to 64")
      }
    }
    if request.maximumMaptrackFrames >= 0 {
      limits.grantMappings = min(UInt32(request.maximumMaptrackFrames), 64) &* 256
    }
    return limits
  }

  private func refuse(_ field: StaticString, _ value: UInt32, _ expected: StaticString) -> HypercallError {
    hypervisor.log(.warning, "createdomain: \(field) \(hex: value): expected \(expected)")
    return .invalidArgument
  }

  /// XEN_DOMCTL_max_vcpus: makes the vCPUs that createdomain announced. They stay offline until they get registers.
  ///
  /// - Throws: `noSuchDomain`; `invalidArgument` for the caller itself, or another number than was announced;
  ///   `outOfMemory`.
  func domainControlSetVCPUCount(_ argument: GuestVirtualAddress, _ id: DomainID) throws(HypercallError) -> UInt64 {
    let request = try memory.read(DomainControlVCPUCount.self, at: argument)
    let subject = try liveOther(id)
    guard request.count == subject.object.limits.vcpus else {
      hypervisor.log(
        .warning,
        "max_vcpus of d\(subject.object.id): \(request.count), expected the \(subject.object.limits.vcpus) of its making"
      )
      throw .invalidArgument
    }
    while subject.object.vcpuCount < request.count {
      _ = try hypervisor.createVCPU(in: subject, on: vcpu.object.cpu)
    }
    subject.refreshTime()
    return 0
  }
}

extension Handle where Object == Hypervisor {
  /// The number of a new domain.
  ///
  /// - Throws: `alreadyExists` where the wanted one is in use; `outOfMemory` where none is left, as on Xen.
  fileprivate func chooseID(_ wanted: DomainID) throws(HypercallError) -> DomainID {
    if wanted > .zero, wanted < .firstReserved {
      guard object.domains.find(wanted) == nil else { throw .alreadyExists }
      return wanted
    }
    let start = DomainID(object.lastChosenID.rawValue &+ 1)
    guard let chosen = object.domains.freeID(from: start) ?? object.domains.freeID(from: DomainID(1)) else {
      throw .outOfMemory
    }
    object.lastChosenID = chosen
    return chosen
  }
}
