#if canImport(XenABI)
  import XenABI
#endif

/// vcpu_op (public header `vcpu.h`). All of it throws `notFound` for a vCPU that the domain does not have.
extension Caller {
  private func target(_ id: VCPUID) throws(HypercallError) -> Handle<VCPU> {
    guard let vcpu = domain.vcpu(id) else { throw .notFound }
    return vcpu
  }

  /// The vCPU with a number, which has to be the caller itself.
  private func requireSelf(_ id: VCPUID) throws(HypercallError) {
    guard try target(id) == vcpu else { throw .invalidArgument }
  }

  /// VCPUOP_is_up: 1 where the vCPU runs or could, else 0.
  func vcpuIsUp(_ id: VCPUID) throws(HypercallError) -> UInt64 { try target(id).object.isOnline ? 1 : 0 }

  /// VCPUOP_get_runstate_info: where the vCPU's time went, up to now.
  func vcpuGetRunstate(_ id: VCPUID, _ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    try memory.write(try target(id).object.runstate.information(at: hypervisor.now), at: argument)
    return 0
  }

  /// VCPUOP_register_runstate_memory_area: keeps a copy of the runstate in the guest's memory; address 0 ends it.
  ///
  /// - Throws: `badAddress` where the area is not RAM of the domain's own.
  func vcpuRegisterRunstateArea(_ id: VCPUID, _ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    let target = try target(id)
    let request = try memory.read(RegisterRunstateArea.self, at: argument)
    target.object.runstate.area = try area(request.address, count: RunstateInformation.size(width))
    if target.object.runstate.area.isRegistered { target.writeRunstateArea() }
    return 0
  }

  /// VCPUOP_register_vcpu_time_memory_area: keeps a second copy of the vCPU's time record; address 0 ends it.
  ///
  /// - Throws: `badAddress` where the area is not RAM of the domain's own.
  func vcpuRegisterTimeArea(_ id: VCPUID, _ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    let target = try target(id)
    let request = try memory.read(RegisterTimeArea.self, at: argument)
    target.object.timeArea = try area(request.address, count: VCPUTimeInfo.size(width))
    target.refreshTime()
    return 0
  }

  private func area(_ address: GuestVirtualAddress, count: Int) throws(HypercallError) -> RegisteredArea {
    address.isNull ? RegisteredArea() : try RegisteredArea(address, count: count, in: memory)
  }

  /// VCPUOP_set_periodic_timer: VIRQ_TIMER again and again.
  ///
  /// - Throws: `invalidArgument` for a period below a millisecond, or above 2^62 ns.
  func vcpuSetPeriodicTimer(_ id: VCPUID, _ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    let target = try target(id)
    let period = try memory.read(SetPeriodicTimer.self, at: argument).period
    guard period >= .milliseconds(1), period.rawValue < 1 << 62 else { throw .invalidArgument }
    target.setPeriodicTimer(period, at: hypervisor.now)
    return 0
  }

  /// VCPUOP_stop_periodic_timer.
  func vcpuStopPeriodicTimer(_ id: VCPUID) throws(HypercallError) -> UInt64 {
    try target(id).setPeriodicTimer(.zero, at: .zero)
    return 0
  }

  /// VCPUOP_set_singleshot_timer: VIRQ_TIMER at a system time.
  ///
  /// - Throws: `invalidArgument` for another vCPU than the caller; `timePassed` for a time that has passed, where the
  ///   flag `future` asks for it; else such a time fires at once.
  func vcpuSetSingleshotTimer(_ id: VCPUID, _ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    try requireSelf(id)
    let request = try memory.read(SetSingleshotTimer.self, at: argument)
    let now = hypervisor.now
    guard !request.flags.contains(.future) || request.deadline >= now else { throw .timePassed }
    vcpu.setSingleshotTimer(request.deadline, at: now)
    return 0
  }

  /// VCPUOP_stop_singleshot_timer.
  ///
  /// - Throws: `invalidArgument` for another vCPU than the caller.
  func vcpuStopSingleshotTimer(_ id: VCPUID) throws(HypercallError) -> UInt64 {
    try requireSelf(id)
    vcpu.stopSingleshotTimer()
    return 0
  }

  /// VCPUOP_register_vcpu_info: moves the record out of shared info to a place of the guest's choice, once. What it
  /// held is copied, and the guest looks at all events again.
  ///
  /// - Throws: `invalidArgument` where 64 bytes would cross the frame's end, are not aligned to 8, the record was moved
  ///   before, or the frame is not RAM of the domain's own.
  func vcpuRegisterInfo(_ id: VCPUID, _ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    let target = try target(id)
    let request = try memory.read(RegisterVCPUInfo.self, at: argument)
    guard request.offset <= UInt32(pageSize) &- 64, request.offset & 7 == 0, target.object.info.heldFrame == nil else {
      throw .invalidArgument
    }
    let entry = domain.object.p2m.lookup(request.frame)
    guard entry.type.isOwn, entry.type.isWritable,
      let frame = hypervisor.entry(entry.frame), frame.object.takeReference()
    else { throw .invalidArgument }
    let place = VCPUInfoPlace(
      frame: entry.frame, guestFrame: request.frame, offset: UInt64(request.offset), map: hypervisor.object.map)
    place.copy(from: target.object.info)
    target.object.info = place
    hypervisor.object.allocator.noteChange()
    target.refreshTime()
    place.setEverythingPending(domain.object.width)
    target.sendUpcall()
    return 0
  }
}
