// Made from the table in tools/hypercall-table by `make hypercalls`: change it there.

/// Every hypercall, as a function of the structure that it takes (docs/hypercalls.md).
///
/// These are the raw calls: addresses within a structure must lead to memory that the call may read and write.
/// A structure's bytes in a 64-bit guest's memory are those of the public header, so that its address is passed.
/// A refusal is thrown as `GuestError.hypercall`; what each call lists under "Throws" are its values.
enum Hypercall {}

/// `memory_op`. A domain's frames and their places in guest-physical memory.
extension Hypercall {
  /// Accounts for more frames without giving them a place. A domain with nested page tables can't use what has no
  /// place, so nothing is allocated: the extents count as done while they stay below the domain's maximum.
  /// `XENMEM_increase_reservation`.
  ///
  /// - Returns: the number of extents done.
  /// - Throws: `notPermitted`, `noSuchDomain`, `invalidArgument`, `badAddress`.
  @discardableResult
  static func memoryIncreaseReservation(_ argument: MemoryReservation) throws(GuestError) -> UInt64 {
    try onAddress(reading: argument) { address in
      hypercall(.memory, MemoryOperation.increaseReservation.word, address)
    }
  }

  /// Gives the frames at the listed places back. The places are empty afterwards. `XENMEM_decrease_reservation`.
  ///
  /// - Returns: the number of extents done.
  /// - Throws: `notPermitted`, `noSuchDomain`, `invalidArgument`, `badAddress`.
  @discardableResult
  static func memoryDecreaseReservation(_ argument: MemoryReservation) throws(GuestError) -> UInt64 {
    try onAddress(reading: argument) { address in
      hypercall(.memory, MemoryOperation.decreaseReservation.word, address)
    }
  }

  /// The machine's highest frame number of RAM. `XENMEM_maximum_ram_page`.
  ///
  /// - Returns: the frame number.
  @discardableResult
  static func memoryMaximumRAMPage() throws(GuestError) -> UInt64 {
    try checked(hypercall(.memory, MemoryOperation.maximumRAMPage.word))
  }

  /// How many frames a domain has. `XENMEM_current_reservation`.
  ///
  /// - Returns: the number of frames.
  /// - Throws: `noSuchDomain`, `notPermitted`, `badAddress`.
  @discardableResult
  static func memoryCurrentReservation(_ argument: MemoryDomain) throws(GuestError) -> UInt64 {
    try onAddress(reading: argument) { address in
      hypercall(.memory, MemoryOperation.currentReservation.word, address)
    }
  }

  /// How many frames a domain may have. `XENMEM_maximum_reservation`.
  ///
  /// - Returns: the number of frames.
  /// - Throws: `noSuchDomain`, `notPermitted`, `badAddress`.
  @discardableResult
  static func memoryMaximumReservation(_ argument: MemoryDomain) throws(GuestError) -> UInt64 {
    try onAddress(reading: argument) { address in
      hypercall(.memory, MemoryOperation.maximumReservation.word, address)
    }
  }

  /// Puts new frames, filled with zeros, at the listed places. An extent of order 9, the largest there is, at a
  /// multiple of 512 frames is mapped as one 2 MiB page. Where an extent of more than 32 frames is refused, what lay at
  /// its places may be gone. In the control domain, whose guest frames are machine frames, an extent can be had only
  /// where the frames of that number are free. `XENMEM_populate_physmap`.
  ///
  /// - Returns: the number of extents done.
  /// - Throws: `notPermitted`, `noSuchDomain`, `invalidArgument`, `badAddress`.
  @discardableResult
  static func memoryPopulate(_ argument: MemoryReservation) throws(GuestError) -> UInt64 {
    try onAddress(reading: argument) { address in
      hypercall(.memory, MemoryOperation.populatePhysmap.word, address)
    }
  }

  /// Puts the domain's `shared_info`, a frame of its grant table, or frames it has elsewhere, at a place. What was
  /// elsewhere moves. `XENMEM_add_to_physmap`.
  ///
  /// - Throws: `noSuchDomain`, `notPermitted`, `invalidArgument`, `notImplemented`, `busy`, `outOfMemory`, `badAddress`.
  @discardableResult
  static func memoryAddToPhysmap(_ argument: AddToPhysmap) throws(GuestError) -> UInt64 {
    try onAddress(reading: argument) { address in
      hypercall(.memory, MemoryOperation.addToPhysmap.word, address)
    }
  }

  /// Writes the domain's own memory map: the ranges that it was built with. `XENMEM_memory_map`.
  ///
  /// - Throws: `invalidArgument`, `badAddress`.
  @discardableResult
  static func memoryMap(_ argument: inout MemoryMapRequest) throws(GuestError) -> UInt64 {
    try onAddress(of: &argument) { address in
      hypercall(.memory, MemoryOperation.memoryMap.word, address)
    }
  }

  /// Gives another domain the memory map that it will be told: at most 64 ranges, of the BIOS's types.
  /// `XENMEM_set_memory_map`.
  ///
  /// - Throws: `notPermitted`, `noSuchDomain`, `invalidArgument`, `outOfMemory`, `badAddress`.
  @discardableResult
  static func memorySetMap(_ argument: ForeignMemoryMap) throws(GuestError) -> UInt64 {
    try onAddress(reading: argument) { address in
      hypercall(.memory, MemoryOperation.setMemoryMap.word, address)
    }
  }

  /// The highest guest frame at which anything ever lay in a domain. `XENMEM_maximum_gpfn`.
  ///
  /// - Returns: the frame number, 0 where there is none.
  /// - Throws: `noSuchDomain`, `notPermitted`, `badAddress`.
  @discardableResult
  static func memoryMaximumGuestFrame(_ argument: MemoryDomain) throws(GuestError) -> UInt64 {
    try onAddress(reading: argument) { address in
      hypercall(.memory, MemoryOperation.maximumGuestFrame.word, address)
    }
  }

  /// Makes a place empty. A frame that was the domain's own is given back. `XENMEM_remove_from_physmap`.
  ///
  /// - Throws: `noSuchDomain`, `notPermitted`, `notFound`, `busy`, `badAddress`.
  @discardableResult
  static func memoryRemoveFromPhysmap(_ argument: RemoveFromPhysmap) throws(GuestError) -> UInt64 {
    try onAddress(reading: argument) { address in
      hypercall(.memory, MemoryOperation.removeFromPhysmap.word, address)
    }
  }

  /// As `addToPhysmap` for a list, each element with a result of its own. The control domain can map another domain's
  /// frames, where it has no RAM; such a mapping holds the frame until it is removed. `XENMEM_add_to_physmap_batch`.
  ///
  /// - Throws: `noSuchDomain`, `notPermitted`, `notImplemented`, `invalidArgument`, `badAddress`.
  @discardableResult
  static func memoryAddToPhysmapBatch(_ argument: AddToPhysmapBatch) throws(GuestError) -> UInt64 {
    try onAddress(reading: argument) { address in
      hypercall(.memory, MemoryOperation.addToPhysmapBatch.word, address)
    }
  }
}

/// `multicall`. Several hypercalls in one.
extension Hypercall {
  /// Does the calls of a list in order and writes each one's result into its entry. An entry that fails does not stop
  /// the others. A multicall within a multicall is refused with -ENOSYS in its entry. `multicall`.
  ///
  /// - Throws: `badAddress`.
  @discardableResult
  static func multicall(_ list: inout MutableSpan<MulticallEntry>) throws(GuestError) -> UInt64 {
    try onAddress(ofAll: &list) { address, count in
      hypercall(.multicall, address, count)
    }
  }
}

/// `set_timer_op`. The calling vCPU's one-shot timer, the same that `vcpu_op` sets.
extension Hypercall {
  /// Asks for `VIRQ_TIMER` at a system time. 0 stops the timer. A time that has passed fires at once, and so does one
  /// more than 13 days (2^50 ns) off, which can only be meant so. `set_timer_op`.
  @discardableResult
  static func setTimer(_ time: Nanoseconds) throws(GuestError) -> UInt64 {
    try checked(hypercall(.setTimer, time.rawValue))
  }
}

/// `xen_version`. What runs here and what it can do. The version is Xen's, whose ABI this is; the strings tell that it
/// is Apus.
extension Hypercall {
  /// The version of the ABI. The cheapest call there is. `XENVER_version`.
  ///
  /// - Returns: major version in bits 31:16, minor in 15:0: 0x00040011.
  @discardableResult
  static func versionNumber() throws(GuestError) -> UInt64 {
    try checked(hypercall(.version, VersionOperation.version.word))
  }

  /// What follows the version's numbers. `XENVER_extraversion`.
  ///
  /// - Throws: `badAddress`.
  @discardableResult
  static func versionExtra(_ bytes: inout InlineArray<16, UInt8>) throws(GuestError) -> UInt64 {
    try onAddress(of: &bytes) { address in
      hypercall(.version, VersionOperation.extraVersion.word, address)
    }
  }

  /// The compiler (64 bytes), by whom (16), where (32) and when (32) it was compiled. `XENVER_compile_info`.
  ///
  /// - Throws: `badAddress`.
  @discardableResult
  static func versionCompileInformation(_ bytes: inout InlineArray<144, UInt8>) throws(GuestError) -> UInt64 {
    try onAddress(of: &bytes) { address in
      hypercall(.version, VersionOperation.compileInformation.word, address)
    }
  }

  /// The kinds of domains that can be built. `XENVER_capabilities`.
  ///
  /// - Throws: `badAddress`.
  @discardableResult
  static func versionCapabilities(_ bytes: inout InlineArray<1024, UInt8>) throws(GuestError) -> UInt64 {
    try onAddress(of: &bytes) { address in
      hypercall(.version, VersionOperation.capabilities.word, address)
    }
  }

  /// The revision of the source. `XENVER_changeset`.
  ///
  /// - Throws: `badAddress`.
  @discardableResult
  static func versionChangeSet(_ bytes: inout InlineArray<64, UInt8>) throws(GuestError) -> UInt64 {
    try onAddress(of: &bytes) { address in
      hypercall(.version, VersionOperation.changeSet.word, address)
    }
  }

  /// Where the hypervisor's part of a pv domain's address space begins. `XENVER_platform_parameters`.
  ///
  /// - Throws: `badAddress`.
  @discardableResult
  static func versionPlatformParameters(_ argument: inout PlatformParameters) throws(GuestError) -> UInt64 {
    try onAddress(of: &argument) { address in
      hypercall(.version, VersionOperation.platformParameters.word, address)
    }
  }

  /// The caller's feature bits, 32 at a time. `XENVER_get_features`.
  ///
  /// - Throws: `invalidArgument`, `badAddress`.
  @discardableResult
  static func versionGetFeatures(_ argument: inout FeatureInformation) throws(GuestError) -> UInt64 {
    try onAddress(of: &argument) { address in
      hypercall(.version, VersionOperation.getFeatures.word, address)
    }
  }

  /// The bytes of a page. `XENVER_pagesize`.
  ///
  /// - Returns: 4096.
  @discardableResult
  static func versionPageSize() throws(GuestError) -> UInt64 {
    try checked(hypercall(.version, VersionOperation.pageSize.word))
  }

  /// The 16 bytes by which tools know the caller. `XENVER_guest_handle`.
  ///
  /// - Throws: `badAddress`.
  @discardableResult
  static func versionGuestHandle(_ bytes: inout InlineArray<16, UInt8>) throws(GuestError) -> UInt64 {
    try onAddress(of: &bytes) { address in
      hypercall(.version, VersionOperation.guestHandle.word, address)
    }
  }

  /// The hypervisor's command line; `<denied>` for all but the control domain. `XENVER_commandline`.
  ///
  /// - Throws: `badAddress`.
  @discardableResult
  static func versionCommandLine(_ bytes: inout InlineArray<1024, UInt8>) throws(GuestError) -> UInt64 {
    try onAddress(of: &bytes) { address in
      hypercall(.version, VersionOperation.commandLine.word, address)
    }
  }
}

/// `console_io`. The hypervisor's own console.
extension Hypercall {
  /// Writes characters, a piece at a time. The control domain's appear as they are. Another domain has a console of its
  /// own and is refused, as on a release build of Xen, unless the command line has `guest_loglvl=debug`: then its lines
  /// appear with its name in front. `CONSOLEIO_write`.
  ///
  /// - Throws: `notPermitted`, `badAddress`.
  @discardableResult
  static func consoleWrite(_ address: GuestVirtualAddress, count: UInt32) throws(GuestError) -> UInt64 {
    try checked(hypercall(.console, ConsoleOperation.write.word, UInt64(count), address.rawValue))
  }

  /// Takes characters that were typed. `VIRQ_CONSOLE` tells when there are some. `CONSOLEIO_read`.
  ///
  /// - Returns: the number of characters.
  /// - Throws: `notPermitted`, `badAddress`, `ioError`.
  @discardableResult
  static func consoleRead(_ address: GuestVirtualAddress, count: UInt32) throws(GuestError) -> UInt64 {
    try checked(hypercall(.console, ConsoleOperation.read.word, UInt64(count), address.rawValue))
  }
}

/// `grant_table_op`. Frames that a domain lets others use: a table of permissions, entries of version 1.
extension Hypercall {
  /// Maps frames that other domains granted, where the caller has no RAM, and gives a handle for each. With
  /// `deviceMap`, which is for the control domain, it also gives the address for devices. `GNTTABOP_map_grant_ref`.
  ///
  /// - Throws: `badAddress`.
  @discardableResult
  static func grantMap(_ list: inout MutableSpan<GrantMap>) throws(GuestError) -> UInt64 {
    try onAddress(ofAll: &list) { address, count in
      hypercall(.grantTable, GrantTableOperation.map.word, address, count)
    }
  }

  /// Ends such mappings. An element's place and device address are each either 0, which leaves that use as it is, or in
  /// the very frame that the mapping gave: any other has the status `generalError`, and nothing is unmapped. The
  /// granter's entry is free to be changed when the last use is gone. `GNTTABOP_unmap_grant_ref`.
  ///
  /// - Throws: `badAddress`.
  @discardableResult
  static func grantUnmap(_ list: inout MutableSpan<GrantUnmap>) throws(GuestError) -> UInt64 {
    try onAddress(ofAll: &list) { address, count in
      hypercall(.grantTable, GrantTableOperation.unmap.word, address, count)
    }
  }

  /// Makes a grant table at least so many frames long, and lists where its frames appear in the domain's memory; a
  /// frame without a place, which `add_to_physmap` gives, is listed as all ones. `GNTTABOP_setup_table`.
  ///
  /// - Throws: `invalidArgument`, `badAddress`.
  @discardableResult
  static func grantSetupTable(_ argument: inout GrantSetupTable) throws(GuestError) -> UInt64 {
    try onAddress(of: &argument) { address in
      hypercall(.grantTable, GrantTableOperation.setupTable.word, address, 1)
    }
  }

  /// Copies bytes between frames of the caller and granted ones, within a page each. `GNTTABOP_copy`.
  ///
  /// - Throws: `badAddress`.
  @discardableResult
  static func grantCopy(_ list: inout MutableSpan<GrantCopy>) throws(GuestError) -> UInt64 {
    try onAddress(ofAll: &list) { address, count in
      hypercall(.grantTable, GrantTableOperation.copy.word, address, count)
    }
  }

  /// How many frames a grant table has and may have. `GNTTABOP_query_size`.
  ///
  /// - Throws: `invalidArgument`, `badAddress`.
  @discardableResult
  static func grantQuerySize(_ argument: inout GrantQuerySize) throws(GuestError) -> UInt64 {
    try onAddress(of: &argument) { address in
      hypercall(.grantTable, GrantTableOperation.querySize.word, address, 1)
    }
  }

  /// Chooses the layout of the entries. Version 1 is in force from the start. `GNTTABOP_set_version`.
  ///
  /// - Throws: `invalidArgument`, `notImplemented`, `badAddress`.
  @discardableResult
  static func grantSetVersion(_ argument: inout GrantSetVersion) throws(GuestError) -> UInt64 {
    try onAddress(of: &argument) { address in
      hypercall(.grantTable, GrantTableOperation.setVersion.word, address, 1)
    }
  }

  /// Asks for the layout of the entries. `GNTTABOP_get_version`.
  ///
  /// - Throws: `noSuchDomain`, `notPermitted`, `badAddress`.
  @discardableResult
  static func grantGetVersion(_ argument: inout GrantGetVersion) throws(GuestError) -> UInt64 {
    try onAddress(of: &argument) { address in
      hypercall(.grantTable, GrantTableOperation.getVersion.word, address, 1)
    }
  }
}

/// `vm_assist`. Behaviours that a domain can switch on. For a domain with nested page tables there is
/// `runstateUpdateFlag` alone.
extension Hypercall {
  /// Switches one on. `VMASST_CMD_enable`.
  ///
  /// - Throws: `invalidArgument`.
  @discardableResult
  static func vmAssistEnable(_ type: VMAssistType) throws(GuestError) -> UInt64 {
    try checked(hypercall(.vmAssist, VMAssistOperation.enable.word, UInt64(type.rawValue)))
  }

  /// Switches one off. `VMASST_CMD_disable`.
  ///
  /// - Throws: `invalidArgument`.
  @discardableResult
  static func vmAssistDisable(_ type: VMAssistType) throws(GuestError) -> UInt64 {
    try checked(hypercall(.vmAssist, VMAssistOperation.disable.word, UInt64(type.rawValue)))
  }
}

/// `vcpu_op`. A virtual CPU's timers, and the areas where the hypervisor keeps it informed.
extension Hypercall {
  /// Whether a vCPU runs or could. `VCPUOP_is_up`.
  ///
  /// - Returns: 1 if so, else 0.
  /// - Throws: `notFound`.
  @discardableResult
  static func vcpuIsUp(_ vcpu: VCPUID) throws(GuestError) -> UInt64 {
    try checked(hypercall(.vcpu, VCPUOperation.isUp.word, UInt64(vcpu.rawValue)))
  }

  /// How long a vCPU has been running, runnable, blocked and offline until now. `VCPUOP_get_runstate_info`.
  ///
  /// - Throws: `notFound`, `badAddress`.
  @discardableResult
  static func vcpuGetRunstate(_ vcpu: VCPUID, _ argument: inout RunstateInformation) throws(GuestError) -> UInt64 {
    try onAddress(of: &argument) { address in
      hypercall(.vcpu, VCPUOperation.getRunstate.word, UInt64(vcpu.rawValue), address)
    }
  }

  /// Keeps a copy of a vCPU's runstate at an address of the guest, renewed whenever the vCPU gets the processor.
  /// Address 0 ends it. `VCPUOP_register_runstate_memory_area`.
  ///
  /// - Throws: `notFound`, `badAddress`.
  @discardableResult
  static func vcpuRegisterRunstateArea(_ vcpu: VCPUID, _ argument: RegisterRunstateArea) throws(GuestError) -> UInt64 {
    try onAddress(reading: argument) { address in
      hypercall(.vcpu, VCPUOperation.registerRunstateArea.word, UInt64(vcpu.rawValue), address)
    }
  }

  /// Asks for `VIRQ_TIMER` again and again. `VCPUOP_set_periodic_timer`.
  ///
  /// - Throws: `notFound`, `invalidArgument`, `badAddress`.
  @discardableResult
  static func vcpuSetPeriodicTimer(_ vcpu: VCPUID, _ argument: SetPeriodicTimer) throws(GuestError) -> UInt64 {
    try onAddress(reading: argument) { address in
      hypercall(.vcpu, VCPUOperation.setPeriodicTimer.word, UInt64(vcpu.rawValue), address)
    }
  }

  /// Stops the periodic timer. `VCPUOP_stop_periodic_timer`.
  ///
  /// - Throws: `notFound`.
  @discardableResult
  static func vcpuStopPeriodicTimer(_ vcpu: VCPUID) throws(GuestError) -> UInt64 {
    try checked(hypercall(.vcpu, VCPUOperation.stopPeriodicTimer.word, UInt64(vcpu.rawValue)))
  }

  /// Asks for `VIRQ_TIMER` at a system time. A time that has passed fires at once, or is refused where the flag
  /// `future` says so. `VCPUOP_set_singleshot_timer`.
  ///
  /// - Throws: `notFound`, `invalidArgument`, `timePassed`, `badAddress`.
  @discardableResult
  static func vcpuSetSingleshotTimer(_ vcpu: VCPUID, _ argument: SetSingleshotTimer) throws(GuestError) -> UInt64 {
    try onAddress(reading: argument) { address in
      hypercall(.vcpu, VCPUOperation.setSingleshotTimer.word, UInt64(vcpu.rawValue), address)
    }
  }

  /// Stops the one-shot timer. `VCPUOP_stop_singleshot_timer`.
  ///
  /// - Throws: `notFound`, `invalidArgument`.
  @discardableResult
  static func vcpuStopSingleshotTimer(_ vcpu: VCPUID) throws(GuestError) -> UInt64 {
    try checked(hypercall(.vcpu, VCPUOperation.stopSingleshotTimer.word, UInt64(vcpu.rawValue)))
  }

  /// Moves a vCPU's `vcpu_info` out of `shared_info` to a place of the guest's choice, once. What it held is copied,
  /// and all events are looked at again. `VCPUOP_register_vcpu_info`.
  ///
  /// - Throws: `notFound`, `invalidArgument`, `badAddress`.
  @discardableResult
  static func vcpuRegisterInfo(_ vcpu: VCPUID, _ argument: RegisterVCPUInfo) throws(GuestError) -> UInt64 {
    try onAddress(reading: argument) { address in
      hypercall(.vcpu, VCPUOperation.registerInfo.word, UInt64(vcpu.rawValue), address)
    }
  }

  /// Keeps a second copy of the vCPU's time information at an address of the guest. Address 0 ends it.
  /// `VCPUOP_register_vcpu_time_memory_area`.
  ///
  /// - Throws: `notFound`, `badAddress`.
  @discardableResult
  static func vcpuRegisterTimeArea(_ vcpu: VCPUID, _ argument: RegisterTimeArea) throws(GuestError) -> UInt64 {
    try onAddress(reading: argument) { address in
      hypercall(.vcpu, VCPUOperation.registerTimeArea.word, UInt64(vcpu.rawValue), address)
    }
  }
}

/// `sched_op`. When the calling vCPU runs, and when its domain ends.
extension Hypercall {
  /// Lets others run first. Returns when it is the vCPU's turn again. `SCHEDOP_yield`.
  @discardableResult
  static func schedulerYield() throws(GuestError) -> UInt64 {
    try checked(hypercall(.scheduler, SchedulerOperation.yield.word))
  }

  /// Allows upcalls and waits for an event. Returns at once if one is pending that the vCPU can be told of: by the
  /// callback vector, or by its own. `SCHEDOP_block`.
  @discardableResult
  static func schedulerBlock() throws(GuestError) -> UInt64 {
    try checked(hypercall(.scheduler, SchedulerOperation.block.word))
  }

  /// Ends the domain with a reason. Does not return, except where a domain that suspended is resumed.
  /// `SCHEDOP_shutdown`.
  ///
  /// - Throws: `invalidArgument`, `badAddress`.
  @discardableResult
  static func schedulerShutdown(_ argument: SchedulerShutdown) throws(GuestError) -> UInt64 {
    try onAddress(reading: argument) { address in
      hypercall(.scheduler, SchedulerOperation.shutdown.word, address)
    }
  }

  /// Waits until one of the given ports is pending, masked or not, or until a system time. Returns at once if one is,
  /// and may return early: at an interrupt or upcall where the guest has interrupts on, and, with several ports, at any
  /// event. `SCHEDOP_poll`.
  ///
  /// - Throws: `invalidArgument`, `badAddress`.
  @discardableResult
  static func schedulerPoll(_ argument: SchedulerPoll) throws(GuestError) -> UInt64 {
    try onAddress(reading: argument) { address in
      hypercall(.scheduler, SchedulerOperation.poll.word, address)
    }
  }

  /// Ends another domain with a reason, as if it had done so itself. `SCHEDOP_remote_shutdown`.
  ///
  /// - Throws: `noSuchDomain`, `invalidArgument`, `notPermitted`, `badAddress`.
  @discardableResult
  static func schedulerRemoteShutdown(_ argument: SchedulerRemoteShutdown) throws(GuestError) -> UInt64 {
    try onAddress(reading: argument) { address in
      hypercall(.scheduler, SchedulerOperation.remoteShutdown.word, address)
    }
  }
}

/// `event_channel_op`. Event channels: one-bit signals between domains, and what carries interrupts.
extension Hypercall {
  /// Connects a new port to one that the remote domain allocated for the caller. The new port is pending at once, so
  /// that nothing sent before is lost. `EVTCHNOP_bind_interdomain`.
  ///
  /// - Throws: `noSuchDomain`, `invalidArgument`, `noSpace`, `outOfMemory`, `badAddress`.
  @discardableResult
  static func eventChannelBindInterdomain(_ argument: inout EventChannelBindInterdomain) throws(GuestError) -> UInt64 {
    try onAddress(of: &argument) { address in
      hypercall(.eventChannel, EventChannelOperation.bindInterdomain.word, address)
    }
  }

  /// A new port for a virtual interrupt. Timer, debug and profiling interrupts are bound once a vCPU, the others once a
  /// domain and on vCPU 0 at first. `EVTCHNOP_bind_virq`.
  ///
  /// - Throws: `invalidArgument`, `notFound`, `alreadyExists`, `noSpace`, `outOfMemory`, `notPermitted`, `badAddress`.
  @discardableResult
  static func eventChannelBindVirtualIRQ(_ argument: inout EventChannelBindVirtualIRQ) throws(GuestError) -> UInt64 {
    try onAddress(of: &argument) { address in
      hypercall(.eventChannel, EventChannelOperation.bindVirtualIRQ.word, address)
    }
  }

  /// A new port for a physical interrupt that `map_pirq` has given a number, and starts the interrupt.
  /// `EVTCHNOP_bind_pirq`.
  ///
  /// - Throws: `notPermitted`, `invalidArgument`, `alreadyExists`, `noSpace`, `outOfMemory`, `badAddress`.
  @discardableResult
  static func eventChannelBindPhysicalIRQ(_ argument: inout EventChannelBindPhysicalIRQ) throws(GuestError) -> UInt64 {
    try onAddress(of: &argument) { address in
      hypercall(.eventChannel, EventChannelOperation.bindPhysicalIRQ.word, address)
    }
  }

  /// Frees a port. The other end of a connected one becomes unbound again; an interrupt's is stopped. `EVTCHNOP_close`.
  ///
  /// - Throws: `invalidArgument`, `badAddress`.
  @discardableResult
  static func eventChannelClose(_ argument: EventChannelClose) throws(GuestError) -> UInt64 {
    try onAddress(reading: argument) { address in
      hypercall(.eventChannel, EventChannelOperation.close.word, address)
    }
  }

  /// Signals the other end of a port: sets its pending bit, and tells the vCPU that it is bound to if the bit was not
  /// set before and is not masked. To send on a port that nobody has connected to has no effect. `EVTCHNOP_send`.
  ///
  /// - Throws: `invalidArgument`, `badAddress`.
  @discardableResult
  static func eventChannelSend(_ argument: EventChannelSend) throws(GuestError) -> UInt64 {
    try onAddress(reading: argument) { address in
      hypercall(.eventChannel, EventChannelOperation.send.word, address)
    }
  }

  /// What a port is bound to. `EVTCHNOP_status`.
  ///
  /// - Throws: `noSuchDomain`, `notPermitted`, `invalidArgument`, `badAddress`.
  @discardableResult
  static func eventChannelStatus(_ argument: inout EventChannelStatus) throws(GuestError) -> UInt64 {
    try onAddress(of: &argument) { address in
      hypercall(.eventChannel, EventChannelOperation.status.word, address)
    }
  }

  /// A new port that the named domain, which need not exist yet, and nobody else may connect to. The control domain can
  /// open one for another domain, which then has it. `EVTCHNOP_alloc_unbound`.
  ///
  /// - Throws: `noSuchDomain`, `notPermitted`, `noSpace`, `outOfMemory`, `badAddress`.
  @discardableResult
  static func eventChannelAllocateUnbound(_ argument: inout EventChannelAllocateUnbound) throws(GuestError) -> UInt64 {
    try onAddress(of: &argument) { address in
      hypercall(.eventChannel, EventChannelOperation.allocateUnbound.word, address)
    }
  }

  /// A new port that signals a vCPU of the caller's domain. `EVTCHNOP_bind_ipi`.
  ///
  /// - Throws: `notFound`, `noSpace`, `outOfMemory`, `badAddress`.
  @discardableResult
  static func eventChannelBindIPI(_ argument: inout EventChannelBindIPI) throws(GuestError) -> UInt64 {
    try onAddress(of: &argument) { address in
      hypercall(.eventChannel, EventChannelOperation.bindIPI.word, address)
    }
  }

  /// Chooses the vCPU that is told of a port's events. `EVTCHNOP_bind_vcpu`.
  ///
  /// - Throws: `invalidArgument`, `notFound`, `badAddress`.
  @discardableResult
  static func eventChannelBindVCPU(_ argument: EventChannelBindVCPU) throws(GuestError) -> UInt64 {
    try onAddress(reading: argument) { address in
      hypercall(.eventChannel, EventChannelOperation.bindVCPU.word, address)
    }
  }

  /// Clears a port's mask, and delivers the event if it is pending: what a guest can't do by itself without a race.
  /// `EVTCHNOP_unmask`.
  ///
  /// - Throws: `invalidArgument`, `badAddress`.
  @discardableResult
  static func eventChannelUnmask(_ argument: EventChannelUnmask) throws(GuestError) -> UInt64 {
    try onAddress(reading: argument) { address in
      hypercall(.eventChannel, EventChannelOperation.unmask.word, address)
    }
  }

  /// Closes all of a domain's ports, also those that are opened before the call is finished. `EVTCHNOP_reset`.
  ///
  /// - Throws: `noSuchDomain`, `notPermitted`, `badAddress`.
  @discardableResult
  static func eventChannelReset(_ argument: EventChannelReset) throws(GuestError) -> UInt64 {
    try onAddress(reading: argument) { address in
      hypercall(.eventChannel, EventChannelOperation.reset.word, address)
    }
  }
}

/// `physdev_op`. Physical interrupts as event channels, for the domain that has the devices.
extension Hypercall {
  /// Whether an interrupt needs an end-of-interrupt call, and whether it is shared. `PHYSDEVOP_irq_status_query`.
  ///
  /// - Throws: `invalidArgument`, `badAddress`.
  @discardableResult
  static func physicalDeviceIRQStatus(_ argument: inout IRQStatusQuery) throws(GuestError) -> UInt64 {
    try onAddress(of: &argument) { address in
      hypercall(.physicalDevice, PhysicalDeviceOperation.irqStatusQuery.word, address)
    }
  }

  /// The interrupt has been served: it may come again. `PHYSDEVOP_eoi`.
  ///
  /// - Throws: `invalidArgument`, `badAddress`.
  @discardableResult
  static func physicalDeviceEndOfInterrupt(_ argument: EndOfInterrupt) throws(GuestError) -> UInt64 {
    try onAddress(reading: argument) { address in
      hypercall(.physicalDevice, PhysicalDeviceOperation.endOfInterrupt.word, address)
    }
  }

  /// Gives a line of an I/O APIC, or a device's message, a number; the same again if it has one. The hypervisor
  /// programs the I/O APIC, and the device's MSI or MSI-X capability when the number is bound to a port. Several
  /// messages in a block (`multipleMSI`) are not offered. `PHYSDEVOP_map_pirq`.
  ///
  /// - Throws: `noSuchDomain`, `invalidArgument`, `alreadyExists`, `noSpace`, `badAddress`.
  @discardableResult
  static func physicalDeviceMapIRQ(_ argument: inout MapPhysicalIRQ) throws(GuestError) -> UInt64 {
    try onAddress(of: &argument) { address in
      hypercall(.physicalDevice, PhysicalDeviceOperation.mapPhysicalIRQ.word, address)
    }
  }

  /// Gives the number back, and stops the interrupt. `PHYSDEVOP_unmap_pirq`.
  ///
  /// - Throws: `noSuchDomain`, `invalidArgument`, `badAddress`.
  @discardableResult
  static func physicalDeviceUnmapIRQ(_ argument: UnmapPhysicalIRQ) throws(GuestError) -> UInt64 {
    try onAddress(reading: argument) { address in
      hypercall(.physicalDevice, PhysicalDeviceOperation.unmapPhysicalIRQ.word, address)
    }
  }

  /// Reserves a number for a later `map_pirq`. `PHYSDEVOP_get_free_pirq`.
  ///
  /// - Throws: `invalidArgument`, `noSpace`, `badAddress`.
  @discardableResult
  static func physicalDeviceGetFreeIRQ(_ argument: inout GetFreePhysicalIRQ) throws(GuestError) -> UInt64 {
    try onAddress(of: &argument) { address in
      hypercall(.physicalDevice, PhysicalDeviceOperation.getFreePhysicalIRQ.word, address)
    }
  }
}

/// `hvm_op`. Parameters and callback vectors of hardware-assisted domains.
extension Hypercall {
  /// Sets a parameter. A domain may set its own callback and triple-fault reason; the rest is the control domain's.
  /// Setting the callback also tells the hypervisor the width of the domain's `shared_info`. `HVMOP_set_param`.
  ///
  /// - Throws: `noSuchDomain`, `notPermitted`, `invalidArgument`, `badAddress`.
  @discardableResult
  static func hvmSetParameter(_ argument: HVMParameterValue) throws(GuestError) -> UInt64 {
    try onAddress(reading: argument) { address in
      hypercall(.hvm, HVMOperation.setParameter.word, address)
    }
  }

  /// Gets a parameter. What was never set is 0. `HVMOP_get_param`.
  ///
  /// - Throws: `noSuchDomain`, `notPermitted`, `invalidArgument`, `badAddress`.
  @discardableResult
  static func hvmGetParameter(_ argument: inout HVMParameterValue) throws(GuestError) -> UInt64 {
    try onAddress(of: &argument) { address in
      hypercall(.hvm, HVMOperation.getParameter.word, address)
    }
  }

  /// The vector of a vCPU's event upcall, which then comes by its local APIC and needs an end of interrupt there,
  /// beside the domain's callback where that has a vector, too. `HVMOP_set_evtchn_upcall_vector`.
  ///
  /// - Throws: `notFound`, `invalidArgument`, `badAddress`.
  @discardableResult
  static func hvmSetUpcallVector(_ argument: HVMUpcallVector) throws(GuestError) -> UInt64 {
    try onAddress(reading: argument) { address in
      hypercall(.hvm, HVMOperation.setUpcallVector.word, address)
    }
  }
}

/// `sysctl`. The machine as a whole.
extension Hypercall {
  /// Reads what the hypervisor's log holds, at most 16 KiB a call: from its start, or incrementally from an index on.
  /// `XEN_SYSCTL_readconsole`.
  ///
  /// - Throws: `notPermitted`, `accessDenied`, `badAddress`.
  @discardableResult
  static func systemControlReadConsole(_ argument: inout SystemControlReadConsole) throws(GuestError) -> UInt64 {
    try onAddress(of: &argument) { address in
      hypercall(.systemControl, address)
    }
  }

  /// The machine's processors and memory. `XEN_SYSCTL_physinfo`.
  ///
  /// - Throws: `notPermitted`, `accessDenied`, `badAddress`.
  @discardableResult
  static func systemControlPhysicalInformation(
    _ argument: inout SystemControlPhysicalInformation
  ) throws(GuestError) -> UInt64 {
    try onAddress(of: &argument) { address in
      hypercall(.systemControl, address)
    }
  }

  /// The scheduler: 6, credit2, whose weights and caps the one here has. `XEN_SYSCTL_sched_id`.
  ///
  /// - Throws: `notPermitted`, `accessDenied`, `badAddress`.
  @discardableResult
  static func systemControlScheduler(_ argument: inout SystemControlScheduler) throws(GuestError) -> UInt64 {
    try onAddress(of: &argument) { address in
      hypercall(.systemControl, address)
    }
  }

  /// The performance counters: names, values, or back to zero. There is one for each reason of an exit, over all
  /// domains that there ever were, and some for the hypervisor's own work. `XEN_SYSCTL_perfc_op`.
  ///
  /// - Throws: `notPermitted`, `accessDenied`, `invalidArgument`, `badAddress`.
  @discardableResult
  static func systemControlCounters(_ argument: inout SystemControlCounters) throws(GuestError) -> UInt64 {
    try onAddress(of: &argument) { address in
      hypercall(.systemControl, address)
    }
  }

  /// Information on all domains from a given number on, by ascending number. `XEN_SYSCTL_getdomaininfolist`.
  ///
  /// - Throws: `notPermitted`, `accessDenied`, `badAddress`.
  @discardableResult
  static func systemControlListDomains(_ argument: inout SystemControlListDomains) throws(GuestError) -> UInt64 {
    try onAddress(of: &argument) { address in
      hypercall(.systemControl, address)
    }
  }

  /// How long each processor had nothing to run, in nanoseconds. `XEN_SYSCTL_getcpuinfo`.
  ///
  /// - Throws: `notPermitted`, `accessDenied`, `badAddress`.
  @discardableResult
  static func systemControlProcessors(_ argument: inout SystemControlProcessors) throws(GuestError) -> UInt64 {
    try onAddress(of: &argument) { address in
      hypercall(.systemControl, address)
    }
  }
}

/// `domctl`. Other domains.
extension Hypercall {
  /// Makes a domain, of the number in the structure's head or, with 0 there, of one that the hypervisor chooses and
  /// writes there. It is hardware-assisted with nested page tables, has a local APIC and one vCPU, and no memory yet;
  /// it is paused, for its maker to let it run. `XEN_DOMCTL_createdomain`.
  ///
  /// - Throws: `notPermitted`, `accessDenied`, `alreadyExists`, `invalidArgument`, `notSupported`, `outOfMemory`, `badAddress`.
  @discardableResult
  static func domainControlCreate(_ argument: inout DomainControlCreate) throws(GuestError) -> UInt64 {
    try onAddress(of: &argument) { address in
      hypercall(.domainControl, address)
    }
  }

  /// Takes a domain apart, a piece at a time: it never runs again, its ports are closed, its frames go back to the pool
  /// as soon as nobody else refers to them. `XEN_DOMCTL_destroydomain`.
  ///
  /// - Throws: `notPermitted`, `accessDenied`, `noSuchDomain`, `invalidArgument`, `badAddress`.
  @discardableResult
  static func domainControlDestroy(_ argument: DomainControl) throws(GuestError) -> UInt64 {
    try onAddress(reading: argument) { address in
      hypercall(.domainControl, address)
    }
  }

  /// Keeps a domain from running. Pauses add up. `XEN_DOMCTL_pausedomain`.
  ///
  /// - Throws: `notPermitted`, `accessDenied`, `noSuchDomain`, `invalidArgument`, `badAddress`.
  @discardableResult
  static func domainControlPause(_ argument: DomainControl) throws(GuestError) -> UInt64 {
    try onAddress(reading: argument) { address in
      hypercall(.domainControl, address)
    }
  }

  /// Undoes a pause. `XEN_DOMCTL_unpausedomain`.
  ///
  /// - Throws: `notPermitted`, `accessDenied`, `noSuchDomain`, `invalidArgument`, `badAddress`.
  @discardableResult
  static func domainControlUnpause(_ argument: DomainControl) throws(GuestError) -> UInt64 {
    try onAddress(reading: argument) { address in
      hypercall(.domainControl, address)
    }
  }

  /// Information on a domain, or on the next by number if there is none of that number. `XEN_DOMCTL_getdomaininfo`.
  ///
  /// - Throws: `notPermitted`, `accessDenied`, `noSuchDomain`, `badAddress`.
  @discardableResult
  static func domainControlGetInformation(_ argument: inout DomainControlGetInformation) throws(GuestError) -> UInt64 {
    try onAddress(of: &argument) { address in
      hypercall(.domainControl, address)
    }
  }

  /// The processors that a vCPU may run on (hard) and those it should (soft). There is one processor, which a hard
  /// affinity has to have. What has an effect is written back. `XEN_DOMCTL_setvcpuaffinity`.
  ///
  /// - Throws: `notPermitted`, `accessDenied`, `noSuchDomain`, `invalidArgument`, `badAddress`.
  @discardableResult
  static func domainControlSetAffinity(_ argument: DomainControlAffinity) throws(GuestError) -> UInt64 {
    try onAddress(reading: argument) { address in
      hypercall(.domainControl, address)
    }
  }

  /// Sets the most memory that a domain may have, in KiB. What it has above that stays with it. `XEN_DOMCTL_max_mem`.
  ///
  /// - Throws: `notPermitted`, `accessDenied`, `noSuchDomain`, `badAddress`.
  @discardableResult
  static func domainControlSetMaximumMemory(_ argument: DomainControlMaximumMemory) throws(GuestError) -> UInt64 {
    try onAddress(reading: argument) { address in
      hypercall(.domainControl, address)
    }
  }

  /// What a vCPU is doing, and how long it has run. `XEN_DOMCTL_getvcpuinfo`.
  ///
  /// - Throws: `notPermitted`, `accessDenied`, `noSuchDomain`, `invalidArgument`, `badAddress`.
  @discardableResult
  static func domainControlGetVCPUInformation(
    _ argument: inout DomainControlVCPUInformation
  ) throws(GuestError) -> UInt64 {
    try onAddress(of: &argument) { address in
      hypercall(.domainControl, address)
    }
  }

  /// Makes a domain's vCPUs, as many as createdomain announced. They are offline until they get registers.
  /// `XEN_DOMCTL_max_vcpus`.
  ///
  /// - Throws: `notPermitted`, `accessDenied`, `noSuchDomain`, `invalidArgument`, `outOfMemory`, `badAddress`.
  @discardableResult
  static func domainControlSetVCPUCount(_ argument: DomainControlVCPUCount) throws(GuestError) -> UInt64 {
    try onAddress(reading: argument) { address in
      hypercall(.domainControl, address)
    }
  }

  /// Sets or gets the weight and the cap of a domain's vCPUs, as credit2's: a weight of 0 and a cap of 65535 leave what
  /// there is. There are none for a single vCPU. `XEN_DOMCTL_scheduler_op`.
  ///
  /// - Throws: `notPermitted`, `accessDenied`, `noSuchDomain`, `invalidArgument`, `badAddress`.
  @discardableResult
  static func domainControlScheduling(_ argument: inout DomainControlScheduling) throws(GuestError) -> UInt64 {
    try onAddress(of: &argument) { address in
      hypercall(.domainControl, address)
    }
  }

  /// The processors that a vCPU may and should run on, as they were asked for. `XEN_DOMCTL_getvcpuaffinity`.
  ///
  /// - Throws: `notPermitted`, `accessDenied`, `noSuchDomain`, `invalidArgument`, `badAddress`.
  @discardableResult
  static func domainControlGetAffinity(_ argument: DomainControlAffinity) throws(GuestError) -> UInt64 {
    try onAddress(reading: argument) { address in
      hypercall(.domainControl, address)
    }
  }

  /// Writes the state of a domain's vCPUs into a buffer: a header, of each vCPU the registers and the local APIC's
  /// mode, and the end (public header `arch-x86/hvm/save.h`). Without a buffer, tells the size.
  /// `XEN_DOMCTL_gethvmcontext`.
  ///
  /// - Throws: `notPermitted`, `accessDenied`, `noSuchDomain`, `invalidArgument`, `noSpace`, `badAddress`.
  @discardableResult
  static func domainControlGetContext(_ argument: inout DomainControlContext) throws(GuestError) -> UInt64 {
    try onAddress(of: &argument) { address in
      hypercall(.domainControl, address)
    }
  }

  /// Gives a domain's vCPUs their registers, from the same records, and brings them online. Each state is checked by
  /// the processor's own rules before it is taken. MTRR records are read over. `XEN_DOMCTL_sethvmcontext`.
  ///
  /// - Throws: `notPermitted`, `accessDenied`, `noSuchDomain`, `invalidArgument`, `noData`, `badAddress`.
  @discardableResult
  static func domainControlSetContext(_ argument: DomainControlContext) throws(GuestError) -> UInt64 {
    try onAddress(reading: argument) { address in
      hypercall(.domainControl, address)
    }
  }

  /// What CPUID answers a domain, leaf by leaf; what depends on the vCPU is zero. The policy has no MSRs. Without
  /// buffers, how many elements there can be. `XEN_DOMCTL_get_cpu_policy`.
  ///
  /// - Throws: `notPermitted`, `accessDenied`, `noSuchDomain`, `noBuffers`, `badAddress`.
  @discardableResult
  static func domainControlGetCPUPolicy(_ argument: inout DomainControlCPUPolicy) throws(GuestError) -> UInt64 {
    try onAddress(of: &argument) { address in
      hypercall(.domainControl, address)
    }
  }

  /// Takes from what CPUID answers a domain that has not run yet: features less, a lower highest leaf, another brand.
  /// Leaves that are not in the list stay. Where one is refused it is named in the structure, and nothing changes.
  /// `XEN_DOMCTL_set_cpu_policy`.
  ///
  /// - Throws: `notPermitted`, `accessDenied`, `noSuchDomain`, `invalidArgument`, `outOfRange`, `alreadyExists`, `tooBig`, `badAddress`.
  @discardableResult
  static func domainControlSetCPUPolicy(_ argument: inout DomainControlCPUPolicy) throws(GuestError) -> UInt64 {
    try onAddress(of: &argument) { address in
      hypercall(.domainControl, address)
    }
  }
}

/// `arch_4`. Apus's own calls, for what the public ABI has no place for: names, rings, statistics, the audit.
extension Hypercall {
  /// The name that a domain was built with. `domain_name`.
  ///
  /// - Throws: `noSuchDomain`, `notPermitted`, `badAddress`.
  @discardableResult
  static func apusDomainName(_ argument: inout ApusDomainName) throws(GuestError) -> UInt64 {
    try onAddress(of: &argument) { address in
      hypercall(.apus, ApusOperation.domainName.word, address)
    }
  }

  /// How often a vCPU has left guest mode, by reason, since it was made. `count` is the number of reasons afterwards,
  /// whatever the buffer held. `exit_statistics`.
  ///
  /// - Throws: `noSuchDomain`, `notPermitted`, `notFound`, `badAddress`.
  @discardableResult
  static func apusExitStatistics(_ argument: inout ApusExitStatistics) throws(GuestError) -> UInt64 {
    try onAddress(of: &argument) { address in
      hypercall(.apus, ApusOperation.exitStatistics.word, address)
    }
  }

  /// Counts the references to all frames, ports and grants anew and compares them with the counts that are kept. The
  /// first faults are named on the hypervisor's console: the frame, port or grant, whose it is, what was found and what
  /// was expected. It begins anew where other domains change the counts meanwhile. `audit`.
  ///
  /// - Returns: the number of faults.
  /// - Throws: `notPermitted`, `tryAgain`.
  @discardableResult
  static func apusAudit() throws(GuestError) -> UInt64 {
    try checked(hypercall(.apus, ApusOperation.audit.word))
  }

  /// Which rings a domain runs in; for the control domain also the root of its nested page tables. `ring_layout`.
  ///
  /// - Throws: `noSuchDomain`, `notPermitted`, `badAddress`.
  @discardableResult
  static func apusRingLayout(_ argument: inout ApusRingLayout) throws(GuestError) -> UInt64 {
    try onAddress(of: &argument) { address in
      hypercall(.apus, ApusOperation.ringLayout.word, address)
    }
  }

  /// Gives a domain a name: up to 127 visible characters of ASCII. The hypervisor's log has it. `set_domain_name`.
  ///
  /// - Throws: `notPermitted`, `noSuchDomain`, `invalidArgument`, `alreadyExists`, `badAddress`.
  @discardableResult
  static func apusSetDomainName(_ argument: ApusDomainName) throws(GuestError) -> UInt64 {
    try onAddress(reading: argument) { address in
      hypercall(.apus, ApusOperation.setDomainName.word, address)
    }
  }
}
