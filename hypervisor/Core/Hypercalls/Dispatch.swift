// Made from the table in tools/hypercall-table by `make hypercalls`: change it there.

#if canImport(XenABI)
  import XenABI
#endif

extension Caller {
  /// Does the hypercall whose arguments are in the calling vCPU's registers, or refuses it: a refusal is the error
  /// number, negated, as the value of a finished call.
  package func dispatch(_ number: HypercallNumber) -> HypercallOutcome {
    do throws(HypercallError) {
      return try perform(number)
    } catch {
      return .refused(error)
    }
  }

  /// Finds the hypercall in the table.
  ///
  /// - Throws: `notImplemented` for what is not there, `notPermitted` for what takes the control domain's privilege,
  ///   and what the sub-operation throws.
  @inline(__always)
  func perform(_ number: HypercallNumber) throws(HypercallError) -> HypercallOutcome {
    switch number {
    case .memory:  // 12, memory_op
      return try memoryCall()
    case .multicall:  // 13, multicall
      return try multicallCall()
    case .setTimer:  // 15, set_timer_op
      return try setTimerCall()
    case .version:  // 17, xen_version
      return try versionCall()
    case .console:  // 18, console_io
      return try consoleCall()
    case .grantTable:  // 20, grant_table_op
      return try grantTableCall()
    case .vmAssist:  // 21, vm_assist
      return try vmAssistCall()
    case .vcpu:  // 24, vcpu_op
      return try vcpuCall()
    case .scheduler:  // 29, sched_op
      return try schedulerCall()
    case .eventChannel:  // 32, event_channel_op
      return try eventChannelCall()
    case .physicalDevice:  // 33, physdev_op
      return try physicalDeviceCall()
    case .hvm:  // 34, hvm_op
      return try hvmCall()
    case .systemControl:  // 35, sysctl
      return try systemControlCall()
    case .domainControl:  // 36, domctl
      return try domainControlCall()
    case .apus:  // 52, arch_4
      return try apusCall()
    case HypercallNumber(40):  // xenpmu_op
      throw .notSupported
    default:
      throw .notImplemented
    }
  }

  /// The operations that the table marks as frequent, for a 64-bit caller: a short way past the switches. Nil for
  /// all others, which `dispatch` finds.
  ///
  /// - Parameters:
  ///   - number: of the hypercall; the operation is in the arguments.
  ///   - renewPaging: brings the vCPU's paging state up to date, for those that follow a pointer.
  /// - Throws: what the operation throws.
  @inline(__always)
  package func performFrequent(
    _ number: HypercallNumber, renewPaging: () -> Void
  ) throws(HypercallError) -> UInt64? {
    let operation = UInt32(truncatingIfNeeded: vcpu.object.registers.rdi)
    switch number {
    case .version where operation == 0:  // XENVER_version
      return try versionNumber()
    case .eventChannel where operation == 4:  // EVTCHNOP_send
      renewPaging()
      return try eventChannelSend(GuestVirtualAddress(vcpu.object.registers.rsi))
    default:
      return nil
    }
  }

  /// memory_op, by its sub-operation.
  @inline(never)
  func memoryCall() throws(HypercallError) -> HypercallOutcome {
    let start = firstArgument >> MemoryOperation.bitCount
    let argument = GuestVirtualAddress(secondArgument)
    switch MemoryOperation(UInt32(truncatingIfNeeded: firstArgument & 0x3F)) {
    case .increaseReservation:  // 0, XENMEM_increase_reservation
      return try memoryIncreaseReservation(argument, from: start)
    case .decreaseReservation:  // 1, XENMEM_decrease_reservation
      return try memoryDecreaseReservation(argument, from: start)
    case .maximumRAMPage:  // 2, XENMEM_maximum_ram_page
      guard start == 0 else { throw .invalidArgument }
      return .done(try memoryMaximumRAMPage())
    case .currentReservation:  // 3, XENMEM_current_reservation
      guard start == 0 else { throw .invalidArgument }
      return .done(try memoryCurrentReservation(argument))
    case .maximumReservation:  // 4, XENMEM_maximum_reservation
      guard start == 0 else { throw .invalidArgument }
      return .done(try memoryMaximumReservation(argument))
    case .populatePhysmap:  // 6, XENMEM_populate_physmap
      return try memoryPopulate(argument, from: start)
    case .addToPhysmap:  // 7, XENMEM_add_to_physmap
      return try memoryAddToPhysmap(argument, from: start)
    case .memoryMap:  // 9, XENMEM_memory_map
      guard start == 0 else { throw .invalidArgument }
      return .done(try memoryMap(argument))
    case .setMemoryMap:  // 13, XENMEM_set_memory_map
      guard isPrivileged else { throw .notPermitted }
      guard start == 0 else { throw .invalidArgument }
      return .done(try memorySetMap(argument))
    case .maximumGuestFrame:  // 14, XENMEM_maximum_gpfn
      guard start == 0 else { throw .invalidArgument }
      return .done(try memoryMaximumGuestFrame(argument))
    case .removeFromPhysmap:  // 15, XENMEM_remove_from_physmap
      guard start == 0 else { throw .invalidArgument }
      return .done(try memoryRemoveFromPhysmap(argument))
    case .addToPhysmapBatch:  // 23, XENMEM_add_to_physmap_batch
      return try memoryAddToPhysmapBatch(argument, from: start)
    default:
      throw .notImplemented
    }
  }

  /// multicall, which has no sub-operations.
  @inline(never)
  func multicallCall() throws(HypercallError) -> HypercallOutcome {
    let list = GuestVirtualAddress(firstArgument)
    let count = UInt32(truncatingIfNeeded: secondArgument)
    return try multicall(list, count: count)
  }

  /// set_timer_op, which has no sub-operations.
  @inline(never)
  func setTimerCall() throws(HypercallError) -> HypercallOutcome {
    let isWide = width == .bits64
    let time = Nanoseconds(isWide ? firstArgument : firstArgument | secondArgument << 32)
    return .done(try setTimer(time))
  }

  /// xen_version, by its sub-operation.
  @inline(never)
  func versionCall() throws(HypercallError) -> HypercallOutcome {
    let argument = GuestVirtualAddress(secondArgument)
    switch VersionOperation(UInt32(truncatingIfNeeded: firstArgument)) {
    case .version:  // 0, XENVER_version
      return .done(try versionNumber())
    case .extraVersion:  // 1, XENVER_extraversion
      return .done(try versionExtra(argument))
    case .compileInformation:  // 2, XENVER_compile_info
      return .done(try versionCompileInformation(argument))
    case .capabilities:  // 3, XENVER_capabilities
      return .done(try versionCapabilities(argument))
    case .changeSet:  // 4, XENVER_changeset
      return .done(try versionChangeSet(argument))
    case .platformParameters:  // 5, XENVER_platform_parameters
      return .done(try versionPlatformParameters(argument))
    case .getFeatures:  // 6, XENVER_get_features
      return .done(try versionGetFeatures(argument))
    case .pageSize:  // 7, XENVER_pagesize
      return .done(try versionPageSize())
    case .guestHandle:  // 8, XENVER_guest_handle
      return .done(try versionGuestHandle(argument))
    case .commandLine:  // 9, XENVER_commandline
      return .done(try versionCommandLine(argument))
    case VersionOperation(10):  // XENVER_build_id
      guard isPrivileged else { throw .notPermitted }
      throw .noData
    default:
      throw .notImplemented
    }
  }

  /// console_io, by its sub-operation.
  @inline(never)
  func consoleCall() throws(HypercallError) -> HypercallOutcome {
    let count = UInt32(truncatingIfNeeded: secondArgument)
    let buffer = GuestVirtualAddress(thirdArgument)
    switch ConsoleOperation(UInt32(truncatingIfNeeded: firstArgument)) {
    case .write:  // 0, CONSOLEIO_write
      return try consoleWrite(buffer, count: count)
    case .read:  // 1, CONSOLEIO_read
      guard isPrivileged else { throw .notPermitted }
      return .done(try consoleRead(buffer, count: count))
    default:
      throw .notImplemented
    }
  }

  /// grant_table_op, by its sub-operation.
  @inline(never)
  func grantTableCall() throws(HypercallError) -> HypercallOutcome {
    let list = GuestVirtualAddress(secondArgument)
    let count = UInt32(truncatingIfNeeded: thirdArgument)
    switch GrantTableOperation(UInt32(truncatingIfNeeded: firstArgument)) {
    case .map:  // 0, GNTTABOP_map_grant_ref
      return try grantMap(list, count: count)
    case .unmap:  // 1, GNTTABOP_unmap_grant_ref
      return try grantUnmap(list, count: count)
    case .setupTable:  // 2, GNTTABOP_setup_table
      return .done(try grantSetupTable(list, count: count))
    case .copy:  // 5, GNTTABOP_copy
      return try grantCopy(list, count: count)
    case .querySize:  // 6, GNTTABOP_query_size
      return .done(try grantQuerySize(list, count: count))
    case .setVersion:  // 8, GNTTABOP_set_version
      return .done(try grantSetVersion(list, count: count))
    case .getVersion:  // 10, GNTTABOP_get_version
      return .done(try grantGetVersion(list, count: count))
    default:
      throw .notImplemented
    }
  }

  /// vm_assist, by its sub-operation.
  @inline(never)
  func vmAssistCall() throws(HypercallError) -> HypercallOutcome {
    let type = VMAssistType(UInt32(truncatingIfNeeded: secondArgument))
    switch VMAssistOperation(UInt32(truncatingIfNeeded: firstArgument)) {
    case .enable:  // 0, VMASST_CMD_enable
      return .done(try vmAssistEnable(type))
    case .disable:  // 1, VMASST_CMD_disable
      return .done(try vmAssistDisable(type))
    default:
      throw .notImplemented
    }
  }

  /// vcpu_op, by its sub-operation.
  @inline(never)
  func vcpuCall() throws(HypercallError) -> HypercallOutcome {
    let id = VCPUID(UInt32(truncatingIfNeeded: secondArgument))
    let argument = GuestVirtualAddress(thirdArgument)
    switch VCPUOperation(UInt32(truncatingIfNeeded: firstArgument)) {
    case .isUp:  // 3, VCPUOP_is_up
      return .done(try vcpuIsUp(id))
    case .getRunstate:  // 4, VCPUOP_get_runstate_info
      return .done(try vcpuGetRunstate(id, argument))
    case .registerRunstateArea:  // 5, VCPUOP_register_runstate_memory_area
      return .done(try vcpuRegisterRunstateArea(id, argument))
    case .setPeriodicTimer:  // 6, VCPUOP_set_periodic_timer
      return .done(try vcpuSetPeriodicTimer(id, argument))
    case .stopPeriodicTimer:  // 7, VCPUOP_stop_periodic_timer
      return .done(try vcpuStopPeriodicTimer(id))
    case .setSingleshotTimer:  // 8, VCPUOP_set_singleshot_timer
      return .done(try vcpuSetSingleshotTimer(id, argument))
    case .stopSingleshotTimer:  // 9, VCPUOP_stop_singleshot_timer
      return .done(try vcpuStopSingleshotTimer(id))
    case .registerInfo:  // 10, VCPUOP_register_vcpu_info
      return .done(try vcpuRegisterInfo(id, argument))
    case .registerTimeArea:  // 13, VCPUOP_register_vcpu_time_memory_area
      return .done(try vcpuRegisterTimeArea(id, argument))
    case VCPUOperation(12):  // VCPUOP_get_physid
      throw .invalidArgument
    default:
      throw .notImplemented
    }
  }

  /// sched_op, by its sub-operation.
  @inline(never)
  func schedulerCall() throws(HypercallError) -> HypercallOutcome {
    let argument = GuestVirtualAddress(secondArgument)
    switch SchedulerOperation(UInt32(truncatingIfNeeded: firstArgument)) {
    case .yield:  // 0, SCHEDOP_yield
      return .done(try schedulerYield())
    case .block:  // 1, SCHEDOP_block
      return .done(try schedulerBlock())
    case .shutdown:  // 2, SCHEDOP_shutdown
      return .done(try schedulerShutdown(argument))
    case .poll:  // 3, SCHEDOP_poll
      return .done(try schedulerPoll(argument))
    case .remoteShutdown:  // 4, SCHEDOP_remote_shutdown
      guard isPrivileged else { throw .notPermitted }
      return .done(try schedulerRemoteShutdown(argument))
    default:
      throw .notImplemented
    }
  }

  /// event_channel_op, by its sub-operation.
  @inline(never)
  func eventChannelCall() throws(HypercallError) -> HypercallOutcome {
    let argument = GuestVirtualAddress(secondArgument)
    switch EventChannelOperation(UInt32(truncatingIfNeeded: firstArgument)) {
    case .bindInterdomain:  // 0, EVTCHNOP_bind_interdomain
      return .done(try eventChannelBindInterdomain(argument))
    case .bindVirtualIRQ:  // 1, EVTCHNOP_bind_virq
      return .done(try eventChannelBindVirtualIRQ(argument))
    case .bindPhysicalIRQ:  // 2, EVTCHNOP_bind_pirq
      guard isPrivileged else { throw .notPermitted }
      return .done(try eventChannelBindPhysicalIRQ(argument))
    case .close:  // 3, EVTCHNOP_close
      return .done(try eventChannelClose(argument))
    case .send:  // 4, EVTCHNOP_send
      return .done(try eventChannelSend(argument))
    case .status:  // 5, EVTCHNOP_status
      return .done(try eventChannelStatus(argument))
    case .allocateUnbound:  // 6, EVTCHNOP_alloc_unbound
      return .done(try eventChannelAllocateUnbound(argument))
    case .bindIPI:  // 7, EVTCHNOP_bind_ipi
      return .done(try eventChannelBindIPI(argument))
    case .bindVCPU:  // 8, EVTCHNOP_bind_vcpu
      return .done(try eventChannelBindVCPU(argument))
    case .unmask:  // 9, EVTCHNOP_unmask
      return .done(try eventChannelUnmask(argument))
    case .reset:  // 10, EVTCHNOP_reset
      return try eventChannelReset(argument)
    default:
      throw .notImplemented
    }
  }

  /// physdev_op, by its sub-operation.
  @inline(never)
  func physicalDeviceCall() throws(HypercallError) -> HypercallOutcome {
    let argument = GuestVirtualAddress(secondArgument)
    switch PhysicalDeviceOperation(UInt32(truncatingIfNeeded: firstArgument)) {
    case .irqStatusQuery:  // 5, PHYSDEVOP_irq_status_query
      guard isPrivileged else { throw .notImplemented }
      return .done(try physicalDeviceIRQStatus(argument))
    case .endOfInterrupt:  // 12, PHYSDEVOP_eoi
      guard isPrivileged else { throw .notImplemented }
      return .done(try physicalDeviceEndOfInterrupt(argument))
    case .mapPhysicalIRQ:  // 13, PHYSDEVOP_map_pirq
      guard isPrivileged else { throw .notImplemented }
      return .done(try physicalDeviceMapIRQ(argument))
    case .unmapPhysicalIRQ:  // 14, PHYSDEVOP_unmap_pirq
      guard isPrivileged else { throw .notImplemented }
      return .done(try physicalDeviceUnmapIRQ(argument))
    case .getFreePhysicalIRQ:  // 23, PHYSDEVOP_get_free_pirq
      guard isPrivileged else { throw .notImplemented }
      return .done(try physicalDeviceGetFreeIRQ(argument))
    default:
      throw .notImplemented
    }
  }

  /// hvm_op, by its sub-operation.
  @inline(never)
  func hvmCall() throws(HypercallError) -> HypercallOutcome {
    let argument = GuestVirtualAddress(secondArgument)
    switch HVMOperation(UInt32(truncatingIfNeeded: firstArgument)) {
    case .setParameter:  // 0, HVMOP_set_param
      return .done(try hvmSetParameter(argument))
    case .getParameter:  // 1, HVMOP_get_param
      return .done(try hvmGetParameter(argument))
    case .setUpcallVector:  // 23, HVMOP_set_evtchn_upcall_vector
      return .done(try hvmSetUpcallVector(argument))
    default:
      throw .notImplemented
    }
  }

  /// sysctl, by its sub-operation.
  @inline(never)
  func systemControlCall() throws(HypercallError) -> HypercallOutcome {
    guard isPrivileged else { throw .notPermitted }
    let argument = GuestVirtualAddress(firstArgument)
    let header = try memory.read(SystemControlHeader.self, at: argument)
    guard header.version == SystemControlOperation.interfaceVersion else { throw .accessDenied }
    switch header.operation {
    case .readConsole:  // 1, XEN_SYSCTL_readconsole
      return .done(try systemControlReadConsole(argument))
    case .physicalInformation:  // 3, XEN_SYSCTL_physinfo
      return .done(try systemControlPhysicalInformation(argument))
    case .scheduler:  // 4, XEN_SYSCTL_sched_id
      return .done(try systemControlScheduler(argument))
    case .counters:  // 5, XEN_SYSCTL_perfc_op
      return .done(try systemControlCounters(argument))
    case .listDomains:  // 6, XEN_SYSCTL_getdomaininfolist
      return .done(try systemControlListDomains(argument))
    case .processors:  // 8, XEN_SYSCTL_getcpuinfo
      return .done(try systemControlProcessors(argument))
    default:
      throw .notImplemented
    }
  }

  /// domctl, by its sub-operation.
  @inline(never)
  func domainControlCall() throws(HypercallError) -> HypercallOutcome {
    guard isPrivileged else { throw .notPermitted }
    let argument = GuestVirtualAddress(firstArgument)
    let header = try memory.read(DomainControlHeader.self, at: argument)
    guard header.version == DomainControlOperation.interfaceVersion else { throw .accessDenied }
    switch header.operation {
    case .create:  // 1, XEN_DOMCTL_createdomain
      return .done(try domainControlCreate(argument, header.domain))
    case .destroy:  // 2, XEN_DOMCTL_destroydomain
      return try domainControlDestroy(argument, header.domain)
    case .pause:  // 3, XEN_DOMCTL_pausedomain
      return .done(try domainControlPause(argument, header.domain))
    case .unpause:  // 4, XEN_DOMCTL_unpausedomain
      return .done(try domainControlUnpause(argument, header.domain))
    case .getInformation:  // 5, XEN_DOMCTL_getdomaininfo
      return .done(try domainControlGetInformation(argument, header.domain))
    case .setAffinity:  // 9, XEN_DOMCTL_setvcpuaffinity
      return .done(try domainControlSetAffinity(argument, header.domain))
    case .setMaximumMemory:  // 11, XEN_DOMCTL_max_mem
      return .done(try domainControlSetMaximumMemory(argument, header.domain))
    case .getVCPUInformation:  // 14, XEN_DOMCTL_getvcpuinfo
      return .done(try domainControlGetVCPUInformation(argument, header.domain))
    case .setVCPUCount:  // 15, XEN_DOMCTL_max_vcpus
      return .done(try domainControlSetVCPUCount(argument, header.domain))
    case .scheduling:  // 16, XEN_DOMCTL_scheduler_op
      return .done(try domainControlScheduling(argument, header.domain))
    case .getAffinity:  // 25, XEN_DOMCTL_getvcpuaffinity
      return .done(try domainControlGetAffinity(argument, header.domain))
    case .getContext:  // 33, XEN_DOMCTL_gethvmcontext
      return .done(try domainControlGetContext(argument, header.domain))
    case .setContext:  // 34, XEN_DOMCTL_sethvmcontext
      return .done(try domainControlSetContext(argument, header.domain))
    case .getCPUPolicy:  // 82, XEN_DOMCTL_get_cpu_policy
      return .done(try domainControlGetCPUPolicy(argument, header.domain))
    case .setCPUPolicy:  // 83, XEN_DOMCTL_set_cpu_policy
      return .done(try domainControlSetCPUPolicy(argument, header.domain))
    default:
      throw .notImplemented
    }
  }

  /// arch_4, by its sub-operation.
  @inline(never)
  func apusCall() throws(HypercallError) -> HypercallOutcome {
    let argument = GuestVirtualAddress(secondArgument)
    switch ApusOperation(UInt32(truncatingIfNeeded: firstArgument)) {
    case .domainName:  // 0, domain_name
      return .done(try apusDomainName(argument))
    case .exitStatistics:  // 1, exit_statistics
      return .done(try apusExitStatistics(argument))
    case .audit:  // 2, audit
      guard isPrivileged else { throw .notPermitted }
      return try apusAudit()
    case .ringLayout:  // 3, ring_layout
      return .done(try apusRingLayout(argument))
    case .setDomainName:  // 4, set_domain_name
      guard isPrivileged else { throw .notPermitted }
      return .done(try apusSetDomainName(argument))
    default:
      throw .notImplemented
    }
  }
}
