import XenABI

/// The structures that hypervisor or backends and a guest have in common memory, and that are no argument of a call:
/// where their parts lie is what `abi/` says.
let sharedStructures: [CStructure] = [vcpuTimeInfo, vcpuInfo, sharedInfo, consoleRing]

private func field(
  _ name: String, _ type: CType, _ meaning: String, count: ByWidth<Int>? = nil, at offset: (CallWidth) -> Int
) -> CField {
  CField(name: name, type: type, count: count, offset: ByWidth(offset), meaning: meaning)
}

private let byte = CType.integer(1, isSigned: false)
private let long = CType.integer(4, isSigned: false)

private let vcpuTimeInfo = CStructure(
  name: "vcpu_time_info",
  meaning: "A vCPU's time record (public header `xen.h`, `vcpu_time_info`), alike in both widths. System time in "
    + "nanoseconds is system_time + ((((tsc - tsc_timestamp) << tsc_shift) * tsc_to_system_mul) >> 32), a negative "
    + "tsc_shift to the right; the record is right where `version` is even and the same before and after it is read.",
  fields: fieldLayouts(of: VCPUTimeInfo.self).map { layout in
    let names: [String: (name: String, meaning: String)] = [
      "version": ("version", "Odd while the record is being written; counted up before and after."),
      "timestamp": ("tsc_timestamp", "The guest's time-stamp counter at which the record holds."),
      "systemTime": ("system_time", "System time at that counter value, in nanoseconds."),
      "multiplier": ("tsc_to_system_mul", "Nanoseconds a shifted tick, a fraction of 2^32."),
      "shift": ("tsc_shift", "By how many bits ticks are shifted to the left first."),
      "flags": ("flags", "XEN_PVCLOCK_*."),
    ]
    let (name, meaning) = names[layout.name] ?? (layout.name, "")
    let narrow = layout.narrow ?? layout.wide
    return CField(
      name: name, type: .integer(layout.wide.count, isSigned: layout.isSigned), count: nil,
      offset: ByWidth(layout.wide.lowerBound, narrow.lowerBound), meaning: meaning)
  },
  size: ByWidth(VCPUTimeInfo.size))

private let vcpuInfo = CStructure(
  name: "vcpu_info",
  meaning: "What a vCPU and the hypervisor tell each other (public header `xen.h`, `vcpu_info`).",
  fields: [
    field("evtchn_upcall_pending", byte, "Not 0 while there are events to look at: clear it before looking.") {
      VCPUInfoLayout($0).upcallPending
    },
    field("evtchn_upcall_mask", byte, "For pv kernels only.") { VCPUInfoLayout($0).upcallMask },
    field("evtchn_pending_sel", .word, "A bit for each word of evtchn_pending that may have a bit set.") {
      VCPUInfoLayout($0).pendingSelector
    },
    field("arch_cr2", .word, "For pv kernels only.") { VCPUInfoLayout($0).faultAddress },
    field("time", .structure("vcpu_time_info", size: VCPUTimeInfo.size(.bits64)), "The vCPU's clock.") {
      VCPUInfoLayout($0).time
    },
  ],
  size: ByWidth { _ in VCPUInfoLayout.size })

private let sharedInfo = CStructure(
  name: "shared_info",
  meaning: "The page that a domain and the hypervisor have in common (public header `xen.h`, `shared_info`): put into "
    + "guest-physical memory by XENMEM_add_to_physmap of XENMAPSPACE_shared_info, in the width of the domain's kernel.",
  fields: [
    CField(
      name: "vcpu_info", type: .structure("vcpu_info", size: VCPUInfoLayout.size),
      count: ByWidth(SharedInfoLayout.vcpuInfoCount, SharedInfoLayout.vcpuInfoCount), offset: ByWidth(0, 0),
      meaning: "A record a vCPU."),
    field(
      "evtchn_pending", .word, "A bit a port, set by an event; cleared by the guest, with a locked instruction.",
      count: ByWidth { SharedInfoLayout($0).bitmapWords }
    ) { SharedInfoLayout($0).pendingBits },
    field(
      "evtchn_mask", .word, "A bit a port: while it is set, an event on the port interrupts nobody.",
      count: ByWidth { SharedInfoLayout($0).bitmapWords }
    ) { SharedInfoLayout($0).maskBits },
    field("wc_version", long, "Odd while the wall clock is being written.") { SharedInfoLayout($0).wallclockVersion },
    field("wc_sec", long, "The seconds since 1970 at which system time was 0: their low half.") {
      SharedInfoLayout($0).wallclockSeconds
    },
    field("wc_nsec", long, "The nanoseconds that go with them.") { SharedInfoLayout($0).wallclockNanoseconds },
    field("wc_sec_hi", long, "The high half of the seconds.") { SharedInfoLayout($0).wallclockSecondsHigh },
  ],
  size: ByWidth { SharedInfoLayout($0).wallclockSecondsHigh + 4 })

private let consoleRing = CStructure(
  name: "xencons_interface",
  meaning: "The console's ring (public header `io/console.h`, `xencons_interface`), in a frame of its own: "
    + "HVM_PARAM_CONSOLE_PFN. Indices run freely; the place of one is its remainder by the ring's size.",
  fields: [
    CField(
      name: "in", type: byte, count: ByWidth { _ in Int(ConsoleRingLayout.inputSize) },
      offset: ByWidth { _ in ConsoleRingLayout.input }, meaning: "What was typed."),
    CField(
      name: "out", type: byte, count: ByWidth { _ in Int(ConsoleRingLayout.outputSize) },
      offset: ByWidth { _ in ConsoleRingLayout.output }, meaning: "What the guest prints."),
    field("in_cons", long, "How much the guest has read.") { _ in ConsoleRingLayout.inputConsumer },
    field("in_prod", long, "How much was typed.") { _ in ConsoleRingLayout.inputProducer },
    field("out_cons", long, "How much was taken.") { _ in ConsoleRingLayout.outputConsumer },
    field("out_prod", long, "How much the guest has printed.") { _ in ConsoleRingLayout.outputProducer },
  ],
  size: ByWidth { _ in ConsoleRingLayout.byteCount })
