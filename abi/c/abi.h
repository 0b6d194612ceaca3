/* Made from the table in tools/hypercall-table and from abi/ by `make hypercalls`: change it there.
 *
 * The interface between a guest and the hypervisor for C: Xen's public ABI, version 4.17, as far as it is there, by
 * the names of its public headers. Freestanding, for 32-bit and 64-bit code (gcc and clang); docs/hypercalls.md says
 * what each call does, docs/guest-guide.md how a guest begins. */
#ifndef APUS_ABI_H
#define APUS_ABI_H

#include <stddef.h>
#include <stdint.h>

#if !defined(__x86_64__) && !defined(__i386__)
#error "x86 only"
#elif defined(__x86_64__) && defined(__ILP32__)
#error "a long must be as wide as the code"
#endif

/* Aligned to 8 bytes in 32-bit code, too. */
typedef uint64_t xen_aligned_u64 __attribute__((aligned(8)));

/* What is declared below lies where it should. */
#ifdef __x86_64__
#define XEN_ABI_SIZE(type, wide, narrow) _Static_assert(sizeof(struct type) == (wide), "the size of " #type)
#define XEN_ABI_OFFSET(type, field, wide, narrow) \
  _Static_assert(offsetof(struct type, field) == (wide), "the place of " #type "." #field)
#else
#define XEN_ABI_SIZE(type, wide, narrow) _Static_assert(sizeof(struct type) == (narrow), "the size of " #type)
#define XEN_ABI_OFFSET(type, field, wide, narrow) \
  _Static_assert(offsetof(struct type, field) == (narrow), "the place of " #type "." #field)
#endif

/* ---- Numbers of the calls ---- */

#define __HYPERVISOR_memory_op 12
#define __HYPERVISOR_multicall 13
#define __HYPERVISOR_set_timer_op 15
#define __HYPERVISOR_xen_version 17
#define __HYPERVISOR_console_io 18
#define __HYPERVISOR_grant_table_op 20
#define __HYPERVISOR_vm_assist 21
#define __HYPERVISOR_vcpu_op 24
#define __HYPERVISOR_sched_op 29
#define __HYPERVISOR_event_channel_op 32
#define __HYPERVISOR_physdev_op 33
#define __HYPERVISOR_hvm_op 34
#define __HYPERVISOR_arch_4 52

/* The first argument of memory_op. */
#define XENMEM_increase_reservation 0
#define XENMEM_decrease_reservation 1
#define XENMEM_maximum_ram_page 2
#define XENMEM_current_reservation 3
#define XENMEM_maximum_reservation 4
#define XENMEM_populate_physmap 6
#define XENMEM_add_to_physmap 7
#define XENMEM_memory_map 9
#define XENMEM_set_memory_map 13
#define XENMEM_maximum_gpfn 14
#define XENMEM_remove_from_physmap 15
#define XENMEM_add_to_physmap_batch 23

/* The first argument of xen_version. */
#define XENVER_version 0
#define XENVER_extraversion 1
#define XENVER_compile_info 2
#define XENVER_capabilities 3
#define XENVER_changeset 4
#define XENVER_platform_parameters 5
#define XENVER_get_features 6
#define XENVER_pagesize 7
#define XENVER_guest_handle 8
#define XENVER_commandline 9

/* The first argument of console_io. */
#define CONSOLEIO_write 0
#define CONSOLEIO_read 1

/* The first argument of grant_table_op. */
#define GNTTABOP_map_grant_ref 0
#define GNTTABOP_unmap_grant_ref 1
#define GNTTABOP_setup_table 2
#define GNTTABOP_copy 5
#define GNTTABOP_query_size 6
#define GNTTABOP_set_version 8
#define GNTTABOP_get_version 10

/* The first argument of vm_assist. */
#define VMASST_CMD_enable 0
#define VMASST_CMD_disable 1

/* The first argument of vcpu_op. */
#define VCPUOP_is_up 3
#define VCPUOP_get_runstate_info 4
#define VCPUOP_register_runstate_memory_area 5
#define VCPUOP_set_periodic_timer 6
#define VCPUOP_stop_periodic_timer 7
#define VCPUOP_set_singleshot_timer 8
#define VCPUOP_stop_singleshot_timer 9
#define VCPUOP_register_vcpu_info 10
#define VCPUOP_register_vcpu_time_memory_area 13

/* The first argument of sched_op. */
#define SCHEDOP_yield 0
#define SCHEDOP_block 1
#define SCHEDOP_shutdown 2
#define SCHEDOP_poll 3
#define SCHEDOP_remote_shutdown 4

/* The first argument of event_channel_op. */
#define EVTCHNOP_bind_interdomain 0
#define EVTCHNOP_bind_virq 1
#define EVTCHNOP_bind_pirq 2
#define EVTCHNOP_close 3
#define EVTCHNOP_send 4
#define EVTCHNOP_status 5
#define EVTCHNOP_alloc_unbound 6
#define EVTCHNOP_bind_ipi 7
#define EVTCHNOP_bind_vcpu 8
#define EVTCHNOP_unmask 9
#define EVTCHNOP_reset 10

/* The first argument of physdev_op. */
#define PHYSDEVOP_irq_status_query 5
#define PHYSDEVOP_eoi 12
#define PHYSDEVOP_map_pirq 13
#define PHYSDEVOP_unmap_pirq 14
#define PHYSDEVOP_get_free_pirq 23

/* The first argument of hvm_op. */
#define HVMOP_set_param 0
#define HVMOP_get_param 1
#define HVMOP_set_evtchn_upcall_vector 23

/* The first argument of arch_4. */
#define APUS_DOMAIN_NAME 0
#define APUS_EXIT_STATISTICS 1
#define APUS_AUDIT 2
#define APUS_RING_LAYOUT 3
#define APUS_SET_DOMAIN_NAME 4

/* ---- Errors: what a call returns, negated ---- */

#define XEN_EPERM 1
#define XEN_ENOENT 2
#define XEN_ESRCH 3
#define XEN_EIO 5
#define XEN_ENXIO 6
#define XEN_E2BIG 7
#define XEN_EAGAIN 11
#define XEN_ENOMEM 12
#define XEN_EACCES 13
#define XEN_EFAULT 14
#define XEN_EBUSY 16
#define XEN_EEXIST 17
#define XEN_EXDEV 18
#define XEN_ENODEV 19
#define XEN_EINVAL 22
#define XEN_ENOSPC 28
#define XEN_ERANGE 34
#define XEN_ENOSYS 38
#define XEN_ENODATA 61
#define XEN_ETIME 62
#define XEN_EOVERFLOW 75
#define XEN_EOPNOTSUPP 95
#define XEN_ENOBUFS 105

/* ---- Domains ---- */

#define DOMID_SELF 0x7ff0
#define DOMID_IO 0x7ff1
#define DOMID_XEN 0x7ff2
#define DOMID_INVALID 0x7ff4

/* ---- Virtual interrupts ---- */

#define VIRQ_TIMER 0
#define VIRQ_DEBUG 1
#define VIRQ_CONSOLE 2
#define VIRQ_DOM_EXC 3
#define VIRQ_DEBUGGER 6
#define VIRQ_XENOPROF 7
#define VIRQ_CON_RING 8

/* ---- What a port is bound to ---- */

#define EVTCHNSTAT_closed 0 /* Free. */
#define EVTCHNSTAT_unbound 1 /* Waits for a domain to connect. */
#define EVTCHNSTAT_interdomain 2 /* Connected to another port. */
#define EVTCHNSTAT_pirq 3 /* Bound to a physical interrupt. */
#define EVTCHNSTAT_virq 4 /* Bound to a virtual interrupt. */
#define EVTCHNSTAT_ipi 5 /* Signals a vCPU of its own domain. */

/* ---- Why a domain ends ---- */

#define SHUTDOWN_poweroff 0 /* It is done: free its resources. */
#define SHUTDOWN_reboot 1 /* Free its resources and start it again. */
#define SHUTDOWN_suspend 2 /* It wants to be saved. */
#define SHUTDOWN_crash 3 /* It found itself broken, or was found so. */
#define SHUTDOWN_watchdog 4 /* Its watchdog ran out. */
#define SHUTDOWN_soft_reset 5 /* A restart that keeps what is in memory. */

/* ---- Parameters of a domain ---- */

#define HVM_PARAM_CALLBACK_IRQ 0 /* How events interrupt the domain: the kind in bits 63:56, its details below. */
#define HVM_PARAM_STORE_PFN 1 /* The frame of the xenstore ring. */
#define HVM_PARAM_STORE_EVTCHN 2 /* The domain's port to xenstore. */
#define HVM_PARAM_CONSOLE_PFN 17 /* The frame of the console ring. */
#define HVM_PARAM_CONSOLE_EVTCHN 18 /* The domain's port to its console. */
#define HVM_PARAM_TRIPLE_FAULT_REASON 31 /* The reason that a triple fault ends the domain with. */
/* A value of HVM_PARAM_CALLBACK_IRQ: events interrupt by this vector, with no end of interrupt to be sent. */
#define HVM_PARAM_CALLBACK_TYPE_VECTOR 2
#define XEN_CALLBACK_VECTOR(vector) (((uint64_t)HVM_PARAM_CALLBACK_TYPE_VECTOR << 56) | (vector))

/* ---- What is put into guest-physical memory ---- */

#define XENMAPSPACE_shared_info 0 /* The domain's shared information page. */
/* A frame of the domain's grant table; with grantStatusFlag in the index, of its status frames. */
#define XENMAPSPACE_grant_table 1
#define XENMAPSPACE_gmfn 2 /* A frame that the domain has elsewhere: it moves. */
#define XENMAPSPACE_gmfn_range 3 /* Several of the domain's own frames, which move; not by the batch operation. */
#define XENMAPSPACE_gmfn_foreign 4 /* A frame of another domain; by the batch operation only. */
#define XENMAPSPACE_dev_mmio 5 /* A frame of a device, for the control domain. */

/* ---- Clock ---- */

#define XEN_PVCLOCK_TSC_STABLE_BIT 0x1 /* The records of all vCPUs agree, so that time is monotone across them. */
#define XEN_PVCLOCK_GUEST_STOPPED 0x2 /* The guest stood still, its watchdogs should forgive it. */

/* ---- One-shot timers ---- */

#define VCPU_SSHOTTMR_future 0x1 /* A deadline in the past is refused with -ETIME; else it fires at once. */

/* ---- What a vCPU is doing ---- */

#define RUNSTATE_running 0 /* On a physical CPU. */
#define RUNSTATE_runnable 1 /* Could run, but another does. */
#define RUNSTATE_blocked 2 /* Waits for an event. */
#define RUNSTATE_offline 3 /* Paused, or not brought up. */

/* ---- What vm_assist switches ---- */

#define VMASST_TYPE_architectural_iopl 4 /* For pv domains. */
#define VMASST_TYPE_runstate_update_flag 5 /* Bit 63 of a runstate area's entry time is set while the area changes. */

/* ---- Entries of the grant table ---- */

#define GTF_invalid 0x0 /* No grant. */
#define GTF_permit_access 0x1 /* The named domain may map and copy. */
#define GTF_type_mask 0x3 /* The bits of the kind. */
#define GTF_readonly 0x4 /* But not write. */
#define GTF_reading 0x8 /* The frame is mapped or being read. */
#define GTF_writing 0x10 /* The frame is mapped for writing or being written. */

/* ---- Entries set aside ---- */

#define GNTTAB_RESERVED_CONSOLE 0
#define GNTTAB_RESERVED_XENSTORE 1
#define GNTTAB_NR_RESERVED_ENTRIES 8 /* The first entries, which are for tools. */

/* ---- How a grant is mapped ---- */

#define GNTMAP_device_map 0x1 /* Asks for the address for devices. */
#define GNTMAP_host_map 0x2 /* Asks for a place in the caller's memory. */
#define GNTMAP_readonly 0x4
#define GNTMAP_application_map 0x8 /* For pv domains. */
#define GNTMAP_contains_pte 0x10 /* For pv domains. */

/* ---- What is copied ---- */

#define GNTCOPY_source_gref 0x1 /* Else a frame of the source's domain. */
#define GNTCOPY_dest_gref 0x2 /* Else a frame of the destination's domain. */

/* ---- What became of a grant ---- */

#define GNTST_okay 0 /* Done. */
#define GNTST_general_error (-1)
#define GNTST_bad_domain (-2) /* No such domain. */
#define GNTST_bad_gntref (-3) /* The grant is not there, or not for the caller. */
#define GNTST_bad_handle (-4) /* No such mapping. */
#define GNTST_bad_virt_addr (-5) /* The place for the mapping is not usable. */
#define GNTST_bad_dev_addr (-6)
#define GNTST_no_device_space (-7)
#define GNTST_permission_denied (-8)
#define GNTST_bad_page (-9) /* The frame behind it is not usable. */
#define GNTST_bad_copy_arg (-10) /* The bytes cross a page's end. */
#define GNTST_address_too_big (-11)
#define GNTST_eagain (-12)
#define GNTST_no_space (-13) /* No handle is free. */

/* ---- Start of a guest ---- */

#define XEN_HVM_START_MAGIC_VALUE 0x336ec578 /* What the first word must be ("xEn3" with the top bit of the E set). */

/* ---- What kind of domain starts ---- */

#define SIF_PRIVILEGED 0x1 /* The domain may ask for privileged operations. */
#define SIF_INITDOMAIN 0x2 /* The domain is the control domain, built at boot. */

/* ---- Ranges of the memory map ---- */

#define XEN_HVM_MEMMAP_TYPE_RAM 1 /* Memory for the kernel to use. */
#define XEN_HVM_MEMMAP_TYPE_RESERVED 2 /* Taken, or not memory at all. */
#define XEN_HVM_MEMMAP_TYPE_ACPI 3 /* ACPI tables: memory to use once they have been read. */
#define XEN_HVM_MEMMAP_TYPE_NVS 4 /* ACPI tables to be kept. */
#define XEN_HVM_MEMMAP_TYPE_UNUSABLE 5 /* Memory with errors. */

/* ---- CPUID leaves ---- */

/* The signature: EAX the highest leaf, EBX, ECX and EDX the text "XenVMMXenVMM". */
#define XEN_CPUID_LEAF_SIGNATURE 0x40000000
#define XEN_CPUID_LEAF_VERSION 0x40000001 /* EAX: the ABI's version, major in the high half, minor in the low. */
/* EAX: the hypercall page's size in pages; EBX: the MSR that takes its address. */
#define XEN_CPUID_LEAF_HYPERCALL_PAGE 0x40000002
/* Time-stamp counter: subleaf 0 its mode and frequency, 1 its scale, 2 the machine's frequency. */
#define XEN_CPUID_LEAF_TSC 0x40000003
/* EAX: features of a guest with hardware's help; EBX its vCPU number, ECX its domain number. */
#define XEN_CPUID_LEAF_FEATURES 0x40000004

/* ---- Structures ---- */

/* A vCPU's time record (public header xen.h, vcpu_time_info), alike in both widths. System time in nanoseconds is
 * system_time + ((((tsc - tsc_timestamp) << tsc_shift) * tsc_to_system_mul) >> 32), a negative tsc_shift to the
 * right; the record is right where version is even and the same before and after it is read. */
struct vcpu_time_info {
  /* Odd while the record is being written; counted up before and after. */
  uint32_t version;
  /* The guest's time-stamp counter at which the record holds. */
  xen_aligned_u64 tsc_timestamp;
  /* System time at that counter value, in nanoseconds. */
  uint64_t system_time;
  /* Nanoseconds a shifted tick, a fraction of 2^32. */
  uint32_t tsc_to_system_mul;
  /* By how many bits ticks are shifted to the left first. */
  int8_t tsc_shift;
  /* XEN_PVCLOCK_*. */
  uint8_t flags;
};
XEN_ABI_SIZE(vcpu_time_info, 32, 32);
XEN_ABI_OFFSET(vcpu_time_info, version, 0, 0);
XEN_ABI_OFFSET(vcpu_time_info, tsc_timestamp, 8, 8);
XEN_ABI_OFFSET(vcpu_time_info, system_time, 16, 16);
XEN_ABI_OFFSET(vcpu_time_info, tsc_to_system_mul, 24, 24);
XEN_ABI_OFFSET(vcpu_time_info, tsc_shift, 28, 28);
XEN_ABI_OFFSET(vcpu_time_info, flags, 29, 29);

/* What a vCPU and the hypervisor tell each other (public header xen.h, vcpu_info). */
struct vcpu_info {
  /* Not 0 while there are events to look at: clear it before looking. */
  uint8_t evtchn_upcall_pending;
  /* For pv kernels only. */
  uint8_t evtchn_upcall_mask;
  /* A bit for each word of evtchn_pending that may have a bit set. */
  unsigned long evtchn_pending_sel;
  /* For pv kernels only. */
  unsigned long arch_cr2;
#ifdef __x86_64__
  uint8_t pad1[8];
#else
  uint8_t pad1[20];
#endif
  /* The vCPU's clock. */
  struct vcpu_time_info time;
};
XEN_ABI_SIZE(vcpu_info, 64, 64);
XEN_ABI_OFFSET(vcpu_info, evtchn_upcall_pending, 0, 0);
XEN_ABI_OFFSET(vcpu_info, evtchn_upcall_mask, 1, 1);
XEN_ABI_OFFSET(vcpu_info, evtchn_pending_sel, 8, 4);
XEN_ABI_OFFSET(vcpu_info, arch_cr2, 16, 8);
XEN_ABI_OFFSET(vcpu_info, time, 32, 32);

/* The page that a domain and the hypervisor have in common (public header xen.h, shared_info): put into
 * guest-physical memory by XENMEM_add_to_physmap of XENMAPSPACE_shared_info, in the width of the domain's kernel. */
struct shared_info {
  /* A record a vCPU. */
  struct vcpu_info vcpu_info[32];
  /* A bit a port, set by an event; cleared by the guest, with a locked instruction. */
  unsigned long evtchn_pending[8 * sizeof(unsigned long)];
  /* A bit a port: while it is set, an event on the port interrupts nobody. */
  unsigned long evtchn_mask[8 * sizeof(unsigned long)];
  /* Odd while the wall clock is being written. */
  uint32_t wc_version;
  /* The seconds since 1970 at which system time was 0: their low half. */
  uint32_t wc_sec;
  /* The nanoseconds that go with them. */
  uint32_t wc_nsec;
#ifndef __x86_64__
  uint8_t pad1[24];
#endif
  /* The high half of the seconds. */
  uint32_t wc_sec_hi;
};
XEN_ABI_SIZE(shared_info, 3088, 2344);
XEN_ABI_OFFSET(shared_info, vcpu_info, 0, 0);
XEN_ABI_OFFSET(shared_info, evtchn_pending, 2048, 2048);
XEN_ABI_OFFSET(shared_info, evtchn_mask, 2560, 2176);
XEN_ABI_OFFSET(shared_info, wc_version, 3072, 2304);
XEN_ABI_OFFSET(shared_info, wc_sec, 3076, 2308);
XEN_ABI_OFFSET(shared_info, wc_nsec, 3080, 2312);
XEN_ABI_OFFSET(shared_info, wc_sec_hi, 3084, 2340);

/* The console's ring (public header io/console.h, xencons_interface), in a frame of its own: HVM_PARAM_CONSOLE_PFN.
 * Indices run freely; the place of one is its remainder by the ring's size. */
struct xencons_interface {
  /* What was typed. */
  uint8_t in[1024];
  /* What the guest prints. */
  uint8_t out[2048];
  /* How much the guest has read. */
  uint32_t in_cons;
  /* How much was typed. */
  uint32_t in_prod;
  /* How much was taken. */
  uint32_t out_cons;
  /* How much the guest has printed. */
  uint32_t out_prod;
};
XEN_ABI_SIZE(xencons_interface, 3088, 3088);
XEN_ABI_OFFSET(xencons_interface, in, 0, 0);
XEN_ABI_OFFSET(xencons_interface, out, 1024, 1024);
XEN_ABI_OFFSET(xencons_interface, in_cons, 3072, 3072);
XEN_ABI_OFFSET(xencons_interface, in_prod, 3076, 3076);
XEN_ABI_OFFSET(xencons_interface, out_cons, 3080, 3080);
XEN_ABI_OFFSET(xencons_interface, out_prod, 3084, 3084);

/* Puts a frame at a place (public header memory.h, xen_add_to_physmap). */
struct xen_add_to_physmap {
  /* The domain concerned; only the control domain may name another. */
  uint16_t domid;
  /* The frames of a range; guestFrameRange only. */
  uint16_t size;
  /* Where the frame comes from. */
  uint32_t space;
  /* Which frame there. */
  unsigned long idx;
  /* Where to put it. */
  unsigned long gpfn;
};
XEN_ABI_SIZE(xen_add_to_physmap, 24, 16);
XEN_ABI_OFFSET(xen_add_to_physmap, domid, 0, 0);
XEN_ABI_OFFSET(xen_add_to_physmap, size, 2, 2);
XEN_ABI_OFFSET(xen_add_to_physmap, space, 4, 4);
XEN_ABI_OFFSET(xen_add_to_physmap, idx, 8, 8);
XEN_ABI_OFFSET(xen_add_to_physmap, gpfn, 16, 12);

/* Puts several frames at their places (public header memory.h, xen_add_to_physmap_batch). */
struct xen_add_to_physmap_batch {
  /* The domain concerned; only the control domain may name another. */
  uint16_t domid;
  /* A PhysmapSpace in 16 bits. */
  uint16_t space;
  /* The elements of each list. */
  uint16_t size;
  /* Whose frames these are; foreignFrame only, else 0. */
  uint16_t foreign_domid;
  /* The list of frames in their space, an unsigned long apiece. */
  void *idxs;
  /* The list of places, an unsigned long apiece. */
  void *gpfns;
  /* The list of results, an int apiece: 0 or a negative error number. */
  void *errs;
};
XEN_ABI_SIZE(xen_add_to_physmap_batch, 32, 20);
XEN_ABI_OFFSET(xen_add_to_physmap_batch, domid, 0, 0);
XEN_ABI_OFFSET(xen_add_to_physmap_batch, space, 2, 2);
XEN_ABI_OFFSET(xen_add_to_physmap_batch, size, 4, 4);
XEN_ABI_OFFSET(xen_add_to_physmap_batch, foreign_domid, 6, 6);
XEN_ABI_OFFSET(xen_add_to_physmap_batch, idxs, 8, 8);
XEN_ABI_OFFSET(xen_add_to_physmap_batch, gpfns, 16, 12);
XEN_ABI_OFFSET(xen_add_to_physmap_batch, errs, 24, 16);

/* The name that a domain was built with. The same bytes in both widths. */
struct apus_domain_name {
  /* Whose; only the control domain may name another. */
  uint16_t domain;
  /* The bytes of name that the caller has, from 33 to 128; anything else means 32, as callers of version 0.1 have
   * it. */
  uint16_t capacity;
  /* Padding. */
  uint32_t reserved;
  /* The name in UTF-8, filled up with zeros; the last byte that the caller has is always 0. */
  uint8_t name[128];
};
XEN_ABI_SIZE(apus_domain_name, 136, 136);
XEN_ABI_OFFSET(apus_domain_name, domain, 0, 0);
XEN_ABI_OFFSET(apus_domain_name, capacity, 2, 2);
XEN_ABI_OFFSET(apus_domain_name, reserved, 4, 4);
XEN_ABI_OFFSET(apus_domain_name, name, 8, 8);

/* One reason to leave guest mode, and how often it came. The same bytes in both widths. */
struct apus_exit_count {
  /* The reason: its place in the list that docs/ring-layouts.md gives; the same in every layout. */
  uint32_t reason;
  /* Padding. */
  uint32_t reserved;
  /* How often, since the vCPU was made. */
  uint64_t count;
};
XEN_ABI_SIZE(apus_exit_count, 16, 16);
XEN_ABI_OFFSET(apus_exit_count, reason, 0, 0);
XEN_ABI_OFFSET(apus_exit_count, reserved, 4, 4);
XEN_ABI_OFFSET(apus_exit_count, count, 8, 8);

/* How often a vCPU left guest mode, by reason. The same bytes in both widths. */
struct apus_exit_statistics {
  /* Whose; only the control domain may name another. */
  uint16_t domain;
  /* Padding. */
  uint16_t reserved;
  /* Which vCPU. */
  uint32_t vcpu;
  /* The buffer, of ApusExitCounts. */
  uint64_t buffer;
  /* In: the elements that the buffer holds. Out: the reasons that there are, of which as many as fit were written. */
  uint32_t count;
  /* Padding. */
  uint32_t reserved2;
};
XEN_ABI_SIZE(apus_exit_statistics, 24, 24);
XEN_ABI_OFFSET(apus_exit_statistics, domain, 0, 0);
XEN_ABI_OFFSET(apus_exit_statistics, reserved, 2, 2);
XEN_ABI_OFFSET(apus_exit_statistics, vcpu, 4, 4);
XEN_ABI_OFFSET(apus_exit_statistics, buffer, 8, 8);
XEN_ABI_OFFSET(apus_exit_statistics, count, 16, 16);
XEN_ABI_OFFSET(apus_exit_statistics, reserved2, 20, 20);

/* Which rings a domain runs in, and the root of its nested page tables. The same bytes in both widths. */
struct apus_ring_layout {
  /* Whose; only the control domain may name another. */
  uint16_t domain;
  /* Padding. */
  uint16_t reserved;
  /* Out: a RingLayout. */
  uint32_t layout_number;
  /* Out: the machine address of the root of its nested tables, for the control domain; 0 for others. */
  uint64_t root;
};
XEN_ABI_SIZE(apus_ring_layout, 16, 16);
XEN_ABI_OFFSET(apus_ring_layout, domain, 0, 0);
XEN_ABI_OFFSET(apus_ring_layout, reserved, 2, 2);
XEN_ABI_OFFSET(apus_ring_layout, layout_number, 4, 4);
XEN_ABI_OFFSET(apus_ring_layout, root, 8, 8);

/* The interrupt has been served (public header physdev.h, physdev_eoi). */
struct physdev_eoi {
  uint32_t irq;
};
XEN_ABI_SIZE(physdev_eoi, 4, 4);
XEN_ABI_OFFSET(physdev_eoi, irq, 0, 0);

/* A port for another domain to connect to (public header event_channel.h, evtchn_alloc_unbound). */
struct evtchn_alloc_unbound {
  /* Whose port it becomes; only the control domain may name another. */
  uint16_t dom;
  /* Who may connect; DomainID.current for a loop. */
  uint16_t remote_dom;
  /* Out: the port. */
  uint32_t port;
};
XEN_ABI_SIZE(evtchn_alloc_unbound, 8, 8);
XEN_ABI_OFFSET(evtchn_alloc_unbound, dom, 0, 0);
XEN_ABI_OFFSET(evtchn_alloc_unbound, remote_dom, 2, 2);
XEN_ABI_OFFSET(evtchn_alloc_unbound, port, 4, 4);

/* A port that signals a vCPU of the same domain (public header event_channel.h, evtchn_bind_ipi). */
struct evtchn_bind_ipi {
  /* The vCPU that gets the event. */
  uint32_t vcpu;
  /* Out: the port. */
  uint32_t port;
};
XEN_ABI_SIZE(evtchn_bind_ipi, 8, 8);
XEN_ABI_OFFSET(evtchn_bind_ipi, vcpu, 0, 0);
XEN_ABI_OFFSET(evtchn_bind_ipi, port, 4, 4);

/* Connects to another domain's unbound port (public header event_channel.h, evtchn_bind_interdomain). */
struct evtchn_bind_interdomain {
  /* Whose port that is. */
  uint16_t remote_dom;
  uint32_t remote_port;
  /* Out: the caller's own end. */
  uint32_t local_port;
};
XEN_ABI_SIZE(evtchn_bind_interdomain, 12, 12);
XEN_ABI_OFFSET(evtchn_bind_interdomain, remote_dom, 0, 0);
XEN_ABI_OFFSET(evtchn_bind_interdomain, remote_port, 4, 4);
XEN_ABI_OFFSET(evtchn_bind_interdomain, local_port, 8, 8);

/* A port for a physical interrupt (public header event_channel.h, evtchn_bind_pirq). */
struct evtchn_bind_pirq {
  /* As map_pirq gave it. */
  uint32_t pirq;
  /* Bit 0 (BIND_PIRQ__WILL_SHARE): others may bind it too. */
  uint32_t flags;
  /* Out: the port. */
  uint32_t port;
};
XEN_ABI_SIZE(evtchn_bind_pirq, 12, 12);
XEN_ABI_OFFSET(evtchn_bind_pirq, pirq, 0, 0);
XEN_ABI_OFFSET(evtchn_bind_pirq, flags, 4, 4);
XEN_ABI_OFFSET(evtchn_bind_pirq, port, 8, 8);

/* Which vCPU is told of a port's events (public header event_channel.h, evtchn_bind_vcpu). */
struct evtchn_bind_vcpu {
  /* The caller's port. */
  uint32_t port;
  /* The vCPU. */
  uint32_t vcpu;
};
XEN_ABI_SIZE(evtchn_bind_vcpu, 8, 8);
XEN_ABI_OFFSET(evtchn_bind_vcpu, port, 0, 0);
XEN_ABI_OFFSET(evtchn_bind_vcpu, vcpu, 4, 4);

/* A port for a virtual interrupt (public header event_channel.h, evtchn_bind_virq). */
struct evtchn_bind_virq {
  uint32_t virq;
  /* The vCPU; 0 for those that are bound once a domain. */
  uint32_t vcpu;
  /* Out: the port. */
  uint32_t port;
};
XEN_ABI_SIZE(evtchn_bind_virq, 12, 12);
XEN_ABI_OFFSET(evtchn_bind_virq, virq, 0, 0);
XEN_ABI_OFFSET(evtchn_bind_virq, vcpu, 4, 4);
XEN_ABI_OFFSET(evtchn_bind_virq, port, 8, 8);

/* Frees a port (public header event_channel.h, evtchn_close). */
struct evtchn_close {
  /* The caller's port. */
  uint32_t port;
};
XEN_ABI_SIZE(evtchn_close, 4, 4);
XEN_ABI_OFFSET(evtchn_close, port, 0, 0);

/* Closes all of a domain's ports (public header event_channel.h, evtchn_reset). */
struct evtchn_reset {
  /* Only the control domain may name another. */
  uint16_t dom;
};
XEN_ABI_SIZE(evtchn_reset, 2, 2);
XEN_ABI_OFFSET(evtchn_reset, dom, 0, 0);

/* Signals a port's other end (public header event_channel.h, evtchn_send). */
struct evtchn_send {
  /* The caller's port. */
  uint32_t port;
};
XEN_ABI_SIZE(evtchn_send, 4, 4);
XEN_ABI_OFFSET(evtchn_send, port, 0, 0);

/* The state of a port (public header event_channel.h, evtchn_status). The last two fields are the header's union:
 * unbound and interdomain begin with a domain, the others with a number. */
struct evtchn_status {
  /* Whose port; only the control domain may name another. */
  uint16_t dom;
  /* Which port. */
  uint32_t port;
  /* Out: */
  uint32_t status;
  /* Out: the vCPU that is told of its events. */
  uint32_t vcpu;
  /* Out: the remote domain (unbound, interdomain), or the number of the interrupt. */
  uint32_t peer;
  /* Out: the remote port (interdomain). */
  uint32_t remote_port;
};
XEN_ABI_SIZE(evtchn_status, 24, 24);
XEN_ABI_OFFSET(evtchn_status, dom, 0, 0);
XEN_ABI_OFFSET(evtchn_status, port, 4, 4);
XEN_ABI_OFFSET(evtchn_status, status, 8, 8);
XEN_ABI_OFFSET(evtchn_status, vcpu, 12, 12);
XEN_ABI_OFFSET(evtchn_status, peer, 16, 16);
XEN_ABI_OFFSET(evtchn_status, remote_port, 20, 20);

/* Clears a port's mask (public header event_channel.h, evtchn_unmask). */
struct evtchn_unmask {
  /* The caller's port. */
  uint32_t port;
};
XEN_ABI_SIZE(evtchn_unmask, 4, 4);
XEN_ABI_OFFSET(evtchn_unmask, port, 0, 0);

/* A word of feature bits (public header version.h, xen_feature_info). */
struct xen_feature_info {
  /* Which word; there is only 0. */
  uint32_t submap_idx;
  /* Out: */
  uint32_t submap;
};
XEN_ABI_SIZE(xen_feature_info, 8, 8);
XEN_ABI_OFFSET(xen_feature_info, submap_idx, 0, 0);
XEN_ABI_OFFSET(xen_feature_info, submap, 4, 4);

/* The memory map that a domain is to have (public header memory.h, xen_foreign_memory_map). */
struct xen_foreign_memory_map {
  /* The domain concerned; only the control domain may name another. */
  uint16_t domid;
#ifdef __x86_64__
  /* Padding. */
  uint16_t reserved;
#endif
#ifdef __x86_64__
  /* Padding. */
  uint32_t reserved2;
#endif
  /* In: the entries that the buffer holds. Out: those that were written. */
  uint32_t nr_entries;
  /* The buffer, of MemoryMapEntrys. */
  void *buffer;
};
XEN_ABI_SIZE(xen_foreign_memory_map, 24, 12);
XEN_ABI_OFFSET(xen_foreign_memory_map, domid, 0, 0);
#ifdef __x86_64__
XEN_ABI_OFFSET(xen_foreign_memory_map, reserved, 2, 2);
#endif
#ifdef __x86_64__
XEN_ABI_OFFSET(xen_foreign_memory_map, reserved2, 4, 4);
#endif
XEN_ABI_OFFSET(xen_foreign_memory_map, nr_entries, 8, 4);
XEN_ABI_OFFSET(xen_foreign_memory_map, buffer, 16, 8);

/* Reserves a number (public header physdev.h, physdev_get_free_pirq). */
struct physdev_get_free_pirq {
  int32_t type;
  /* Out: */
  uint32_t pirq;
};
XEN_ABI_SIZE(physdev_get_free_pirq, 8, 8);
XEN_ABI_OFFSET(physdev_get_free_pirq, type, 0, 0);
XEN_ABI_OFFSET(physdev_get_free_pirq, pirq, 4, 4);

/* Copies bytes from one frame to another (public header grant_table.h, gnttab_copy). A frame that is no grant must
 * be the caller's own. Frame and grant share a field, as a union of an unsigned long and 4 bytes: a grant leaves the
 * upper half without meaning, so sourceReference and destinationReference cut it off. */
struct gnttab_copy {
  /* The frame, or the grant, to read. */
  unsigned long source_u;
  uint16_t source_domid;
  /* The first byte. */
  uint16_t source_offset;
#ifdef __x86_64__
  /* Padding of 64-bit callers. */
  uint32_t source_reserved;
#endif
  /* The frame, or the grant, to write. */
  unsigned long dest_u;
  uint16_t dest_domid;
  /* The first byte. */
  uint16_t dest_offset;
#ifdef __x86_64__
  /* Padding of 64-bit callers. */
  uint32_t destination_reserved;
#endif
  uint16_t len;
  /* Which of the two are grants. */
  uint16_t flags;
  /* Out: what became of it. */
  int16_t status;
};
XEN_ABI_SIZE(gnttab_copy, 40, 24);
XEN_ABI_OFFSET(gnttab_copy, source_u, 0, 0);
XEN_ABI_OFFSET(gnttab_copy, source_domid, 8, 4);
XEN_ABI_OFFSET(gnttab_copy, source_offset, 10, 6);
#ifdef __x86_64__
XEN_ABI_OFFSET(gnttab_copy, source_reserved, 12, 12);
#endif
XEN_ABI_OFFSET(gnttab_copy, dest_u, 16, 8);
XEN_ABI_OFFSET(gnttab_copy, dest_domid, 24, 12);
XEN_ABI_OFFSET(gnttab_copy, dest_offset, 26, 14);
#ifdef __x86_64__
XEN_ABI_OFFSET(gnttab_copy, destination_reserved, 28, 28);
#endif
XEN_ABI_OFFSET(gnttab_copy, len, 32, 16);
XEN_ABI_OFFSET(gnttab_copy, flags, 34, 18);
XEN_ABI_OFFSET(gnttab_copy, status, 36, 20);

/* One entry of a grant table of version 1 (public header grant_table.h, grant_entry_v1). 512 of them fill a frame of
 * the table. Entries 0 to 7 are set aside for tools: 0 is the console ring, 1 the xenstore ring. */
struct grant_entry_v1 {
  /* What is allowed. */
  uint16_t flags;
  /* To whom. */
  uint16_t domid;
  /* The owner's guest frame. */
  uint32_t frame;
};
XEN_ABI_SIZE(grant_entry_v1, 8, 8);
XEN_ABI_OFFSET(grant_entry_v1, flags, 0, 0);
XEN_ABI_OFFSET(grant_entry_v1, domid, 2, 2);
XEN_ABI_OFFSET(grant_entry_v1, frame, 4, 4);

/* Asks for the layout of the entries (public header grant_table.h, gnttab_get_version). */
struct gnttab_get_version {
  /* Whose table; only the control domain may name another. */
  uint16_t dom;
  /* Padding. */
  uint16_t reserved;
  /* Out: the version in force. */
  uint32_t version;
};
XEN_ABI_SIZE(gnttab_get_version, 8, 8);
XEN_ABI_OFFSET(gnttab_get_version, dom, 0, 0);
XEN_ABI_OFFSET(gnttab_get_version, reserved, 2, 2);
XEN_ABI_OFFSET(gnttab_get_version, version, 4, 4);

/* Maps a granted frame (public header grant_table.h, gnttab_map_grant_ref). */
struct gnttab_map_grant_ref {
  /* The guest-physical address where the frame is to appear, where no RAM is. */
  uint64_t host_addr;
  /* How. */
  uint32_t flags;
  /* The grant. */
  uint32_t ref;
  /* Who granted it. */
  uint16_t dom;
  /* Out: what became of it. */
  int16_t status;
  /* Out: for the unmapping. */
  uint32_t handle;
  /* Out: the machine address, for devices. */
  uint64_t dev_bus_addr;
};
XEN_ABI_SIZE(gnttab_map_grant_ref, 32, 32);
XEN_ABI_OFFSET(gnttab_map_grant_ref, host_addr, 0, 0);
XEN_ABI_OFFSET(gnttab_map_grant_ref, flags, 8, 8);
XEN_ABI_OFFSET(gnttab_map_grant_ref, ref, 12, 12);
XEN_ABI_OFFSET(gnttab_map_grant_ref, dom, 16, 16);
XEN_ABI_OFFSET(gnttab_map_grant_ref, status, 18, 18);
XEN_ABI_OFFSET(gnttab_map_grant_ref, handle, 20, 20);
XEN_ABI_OFFSET(gnttab_map_grant_ref, dev_bus_addr, 24, 24);

/* The size of a grant table (public header grant_table.h, gnttab_query_size). */
struct gnttab_query_size {
  /* Whose table; only the control domain may name another. */
  uint16_t dom;
  /* Out: the frames it has. */
  uint32_t nr_frames;
  /* Out: the frames it may have. */
  uint32_t max_nr_frames;
  /* Out: what became of it. */
  int16_t status;
};
XEN_ABI_SIZE(gnttab_query_size, 16, 16);
XEN_ABI_OFFSET(gnttab_query_size, dom, 0, 0);
XEN_ABI_OFFSET(gnttab_query_size, nr_frames, 4, 4);
XEN_ABI_OFFSET(gnttab_query_size, max_nr_frames, 8, 8);
XEN_ABI_OFFSET(gnttab_query_size, status, 12, 12);

/* Chooses the layout of the entries (public header grant_table.h, gnttab_set_version). */
struct gnttab_set_version {
  /* In: the version wanted. Out: the version in force. */
  uint32_t version;
};
XEN_ABI_SIZE(gnttab_set_version, 4, 4);
XEN_ABI_OFFSET(gnttab_set_version, version, 0, 0);

/* Gives a grant table its frames (public header grant_table.h, gnttab_setup_table). */
struct gnttab_setup_table {
  /* Whose table; only the control domain may name another. */
  uint16_t dom;
  /* How many frames it is to have. */
  uint32_t nr_frames;
  /* Out: what became of it. */
  int16_t status;
  /* A list for the frames' numbers, an unsigned long apiece. */
  void *frame_list;
};
XEN_ABI_SIZE(gnttab_setup_table, 24, 16);
XEN_ABI_OFFSET(gnttab_setup_table, dom, 0, 0);
XEN_ABI_OFFSET(gnttab_setup_table, nr_frames, 4, 4);
XEN_ABI_OFFSET(gnttab_setup_table, status, 8, 8);
XEN_ABI_OFFSET(gnttab_setup_table, frame_list, 16, 12);

/* Ends a mapping (public header grant_table.h, gnttab_unmap_grant_ref). */
struct gnttab_unmap_grant_ref {
  /* Where the frame appears; 0 leaves it there. */
  uint64_t host_addr;
  /* As the map gave it; 0 if devices are not concerned. */
  uint64_t dev_bus_addr;
  /* As the map gave it. */
  uint32_t handle;
  /* Out: what became of it. */
  int16_t status;
};
XEN_ABI_SIZE(gnttab_unmap_grant_ref, 24, 24);
XEN_ABI_OFFSET(gnttab_unmap_grant_ref, host_addr, 0, 0);
XEN_ABI_OFFSET(gnttab_unmap_grant_ref, dev_bus_addr, 8, 8);
XEN_ABI_OFFSET(gnttab_unmap_grant_ref, handle, 16, 16);
XEN_ABI_OFFSET(gnttab_unmap_grant_ref, status, 20, 20);

/* A range of the start info's memory map (public header arch-x86/hvm/start_info.h, hvm_memmap_table_entry). */
struct hvm_memmap_table_entry {
  /* The first byte. */
  uint64_t addr;
  /* Its bytes. */
  uint64_t size;
  /* What it is good for. */
  uint32_t type;
  uint8_t pad1[4];
};
XEN_ABI_SIZE(hvm_memmap_table_entry, 24, 24);
XEN_ABI_OFFSET(hvm_memmap_table_entry, addr, 0, 0);
XEN_ABI_OFFSET(hvm_memmap_table_entry, size, 8, 8);
XEN_ABI_OFFSET(hvm_memmap_table_entry, type, 16, 16);

/* A module of the start info (public header arch-x86/hvm/start_info.h, hvm_modlist_entry). */
struct hvm_modlist_entry {
  /* Where it lies. */
  uint64_t paddr;
  /* Its bytes. */
  uint64_t size;
  /* Its own command line, ended by a zero. */
  uint64_t cmdline_paddr;
  uint8_t pad1[8];
};
XEN_ABI_SIZE(hvm_modlist_entry, 32, 32);
XEN_ABI_OFFSET(hvm_modlist_entry, paddr, 0, 0);
XEN_ABI_OFFSET(hvm_modlist_entry, size, 8, 8);
XEN_ABI_OFFSET(hvm_modlist_entry, cmdline_paddr, 16, 16);

/* A parameter and its value (public header hvm/hvm_op.h, xen_hvm_param). */
struct xen_hvm_param {
  /* Whose; only the control domain may name another. */
  uint16_t domid;
  /* Which parameter. */
  uint32_t index;
  /* In for set, out for get. */
  uint64_t value;
};
XEN_ABI_SIZE(xen_hvm_param, 16, 16);
XEN_ABI_OFFSET(xen_hvm_param, domid, 0, 0);
XEN_ABI_OFFSET(xen_hvm_param, index, 4, 4);
XEN_ABI_OFFSET(xen_hvm_param, value, 8, 8);

/* What a pvh kernel finds at its entry, by the address in EBX (public header arch-x86/hvm/start_info.h,
 * hvm_start_info), version 1. The layout is the same for 32-bit and 64-bit kernels; every address is guest-physical,
 * and 0 means absent. */
struct hvm_start_info {
  uint32_t magic;
  /* From 1 on there is a memory map. */
  uint32_t version;
  /* What kind of domain starts. */
  uint32_t flags;
  uint32_t nr_modules;
  /* A list of HVMModule. */
  uint64_t modlist_paddr;
  /* The command line, ended by a zero. */
  uint64_t cmdline_paddr;
  /* ACPI's root pointer. */
  uint64_t rsdp_paddr;
  /* A list of HVMMemoryMapEntry. */
  uint64_t memmap_paddr;
  /* The entries of the memory map. */
  uint32_t memmap_entries;
  uint8_t pad1[4];
};
XEN_ABI_SIZE(hvm_start_info, 56, 56);
XEN_ABI_OFFSET(hvm_start_info, magic, 0, 0);
XEN_ABI_OFFSET(hvm_start_info, version, 4, 4);
XEN_ABI_OFFSET(hvm_start_info, flags, 8, 8);
XEN_ABI_OFFSET(hvm_start_info, nr_modules, 12, 12);
XEN_ABI_OFFSET(hvm_start_info, modlist_paddr, 16, 16);
XEN_ABI_OFFSET(hvm_start_info, cmdline_paddr, 24, 24);
XEN_ABI_OFFSET(hvm_start_info, rsdp_paddr, 32, 32);
XEN_ABI_OFFSET(hvm_start_info, memmap_paddr, 40, 40);
XEN_ABI_OFFSET(hvm_start_info, memmap_entries, 48, 48);

/* A vCPU's own upcall vector (public header hvm/hvm_op.h, xen_hvm_evtchn_upcall_vector). */
struct xen_hvm_evtchn_upcall_vector {
  /* The vCPU. */
  uint32_t vcpu;
  /* The vector, 16 to 255. */
  uint8_t vector;
};
XEN_ABI_SIZE(xen_hvm_evtchn_upcall_vector, 8, 8);
XEN_ABI_OFFSET(xen_hvm_evtchn_upcall_vector, vcpu, 0, 0);
XEN_ABI_OFFSET(xen_hvm_evtchn_upcall_vector, vector, 4, 4);

/* What an interrupt needs (public header physdev.h, physdev_irq_status_query). */
struct physdev_irq_status_query {
  uint32_t irq;
  /* Out: */
  uint32_t flags;
};
XEN_ABI_SIZE(physdev_irq_status_query, 8, 8);
XEN_ABI_OFFSET(physdev_irq_status_query, irq, 0, 0);
XEN_ABI_OFFSET(physdev_irq_status_query, flags, 4, 4);

/* A number for a line or a message (public header physdev.h, physdev_map_pirq). */
struct physdev_map_pirq {
  /* For whom. */
  uint16_t domid;
  int32_t type;
  /* The line (GSI), for a GSI. */
  int32_t index;
  /* pirq. In: the number wanted, or negative. Out: the number. */
  int32_t pirq;
  /* The bus; the PCI segment in the upper 16 bits. */
  int32_t bus;
  /* Device number << 3 | function. */
  int32_t devfn;
  /* The entry of the MSI-X table, or the number of messages. */
  int32_t entry_nr;
  /* The machine address of the MSI-X table; 0 for MSI. */
  uint64_t table_base;
};
XEN_ABI_SIZE(physdev_map_pirq, 40, 36);
XEN_ABI_OFFSET(physdev_map_pirq, domid, 0, 0);
XEN_ABI_OFFSET(physdev_map_pirq, type, 4, 4);
XEN_ABI_OFFSET(physdev_map_pirq, index, 8, 8);
XEN_ABI_OFFSET(physdev_map_pirq, pirq, 12, 12);
XEN_ABI_OFFSET(physdev_map_pirq, bus, 16, 16);
XEN_ABI_OFFSET(physdev_map_pirq, devfn, 20, 20);
XEN_ABI_OFFSET(physdev_map_pirq, entry_nr, 24, 24);
XEN_ABI_OFFSET(physdev_map_pirq, table_base, 32, 28);

/* Which domain a question is about (public header memory.h, xen_memory_domain). */
struct xen_memory_domain {
  /* The domain concerned; only the control domain may name another. */
  uint16_t domid;
};
XEN_ABI_SIZE(xen_memory_domain, 2, 2);
XEN_ABI_OFFSET(xen_memory_domain, domid, 0, 0);

/* One range of a memory map, as the BIOS's INT 15h, AX=E820h gives it: 20 bytes, packed. */
struct memory_map_entry {
  /* The guest-physical address of the first byte. */
  uint64_t address;
  /* The length. */
  uint64_t byte_count;
  /* What lies there. */
  uint32_t kind;
} __attribute__((packed));
XEN_ABI_SIZE(memory_map_entry, 20, 20);
XEN_ABI_OFFSET(memory_map_entry, address, 0, 0);
XEN_ABI_OFFSET(memory_map_entry, byte_count, 8, 8);
XEN_ABI_OFFSET(memory_map_entry, kind, 16, 16);

/* Where to put a memory map (public header memory.h, xen_memory_map). */
struct xen_memory_map {
  /* In: the entries that the buffer holds. Out: those that were written. */
  uint32_t nr_entries;
  /* The buffer, of MemoryMapEntrys. */
  void *buffer;
};
XEN_ABI_SIZE(xen_memory_map, 16, 8);
XEN_ABI_OFFSET(xen_memory_map, nr_entries, 0, 0);
XEN_ABI_OFFSET(xen_memory_map, buffer, 8, 4);

/* What to add to or take from a domain's frames (public header memory.h, xen_memory_reservation). */
struct xen_memory_reservation {
  /* The list of extents: the first frame of each, an unsigned long apiece. */
  void *extent_start;
  unsigned long nr_extents;
  /* The frames of an extent as a power of two. */
  uint32_t extent_order;
  uint32_t mem_flags;
  /* The domain concerned; only the control domain may name another. */
  uint16_t domid;
};
XEN_ABI_SIZE(xen_memory_reservation, 32, 20);
XEN_ABI_OFFSET(xen_memory_reservation, extent_start, 0, 0);
XEN_ABI_OFFSET(xen_memory_reservation, nr_extents, 8, 4);
XEN_ABI_OFFSET(xen_memory_reservation, extent_order, 16, 8);
XEN_ABI_OFFSET(xen_memory_reservation, mem_flags, 20, 12);
XEN_ABI_OFFSET(xen_memory_reservation, domid, 24, 16);

/* One hypercall of a multicall's list (public header xen.h, multicall_entry). */
struct multicall_entry {
  /* The hypercall's number. */
  unsigned long op;
  /* Out: its result. */
  unsigned long result;
  unsigned long args[6];
};
XEN_ABI_SIZE(multicall_entry, 64, 32);
XEN_ABI_OFFSET(multicall_entry, op, 0, 0);
XEN_ABI_OFFSET(multicall_entry, result, 8, 4);
XEN_ABI_OFFSET(multicall_entry, args, 16, 8);

/* Where the hypervisor's part of a pv address space begins (public header version.h, xen_platform_parameters). */
struct xen_platform_parameters {
  /* Out: */
  unsigned long virt_start;
};
XEN_ABI_SIZE(xen_platform_parameters, 8, 4);
XEN_ABI_OFFSET(xen_platform_parameters, virt_start, 0, 0);

/* Where a copy of a vCPU's runstate is kept (public header vcpu.h, vcpu_register_runstate_memory_area). */
struct vcpu_register_runstate_memory_area {
  /* The virtual address of a RunstateInformation, translated at registration. */
  void *addr;
#ifndef __x86_64__
  uint8_t pad1[4];
#endif
};
XEN_ABI_SIZE(vcpu_register_runstate_memory_area, 8, 8);
XEN_ABI_OFFSET(vcpu_register_runstate_memory_area, addr, 0, 0);

/* Where a copy of a vCPU's time information is kept (public header vcpu.h, vcpu_register_time_memory_area). */
struct vcpu_register_time_memory_area {
  /* The virtual address of a vcpu_time_info, translated at registration. */
  void *addr;
#ifndef __x86_64__
  uint8_t pad1[4];
#endif
};
XEN_ABI_SIZE(vcpu_register_time_memory_area, 8, 8);
XEN_ABI_OFFSET(vcpu_register_time_memory_area, addr, 0, 0);

/* Where a vCPU's vcpu_info is to lie (public header vcpu.h, vcpu_register_vcpu_info). */
struct vcpu_register_vcpu_info {
  /* The guest frame. */
  uint64_t mfn;
  /* The byte within the frame; the 64 bytes do not cross its end. */
  uint32_t offset;
  /* Ignored. */
  uint32_t reserved;
};
XEN_ABI_SIZE(vcpu_register_vcpu_info, 16, 16);
XEN_ABI_OFFSET(vcpu_register_vcpu_info, mfn, 0, 0);
XEN_ABI_OFFSET(vcpu_register_vcpu_info, offset, 8, 8);
XEN_ABI_OFFSET(vcpu_register_vcpu_info, reserved, 12, 12);

/* Makes a place empty (public header memory.h, xen_remove_from_physmap). */
struct xen_remove_from_physmap {
  /* The domain concerned; only the control domain may name another. */
  uint16_t domid;
  /* The place. */
  unsigned long gpfn;
};
XEN_ABI_SIZE(xen_remove_from_physmap, 16, 8);
XEN_ABI_OFFSET(xen_remove_from_physmap, domid, 0, 0);
XEN_ABI_OFFSET(xen_remove_from_physmap, gpfn, 8, 4);

/* Where a vCPU's time went (public header vcpu.h, vcpu_runstate_info). The four times sum up to system time. */
struct vcpu_runstate_info {
  /* The state it is in. */
  int32_t state;
  /* When it got there, in nanoseconds of system time; bit 63 (XEN_RUNSTATE_UPDATE) is set during an update if the
   * guest asked for that. */
  uint64_t state_entry_time;
  uint64_t time[4];
};
XEN_ABI_SIZE(vcpu_runstate_info, 48, 44);
XEN_ABI_OFFSET(vcpu_runstate_info, state, 0, 0);
XEN_ABI_OFFSET(vcpu_runstate_info, state_entry_time, 8, 4);
XEN_ABI_OFFSET(vcpu_runstate_info, time, 16, 12);

/* What to wait for (public header sched.h, sched_poll). */
struct sched_poll {
  /* A list of ports, 4 bytes apiece. */
  void *ports;
  /* At most 128. */
  uint32_t nr_ports;
  /* In system time; 0 is no end. */
  uint64_t timeout;
};
XEN_ABI_SIZE(sched_poll, 24, 16);
XEN_ABI_OFFSET(sched_poll, ports, 0, 0);
XEN_ABI_OFFSET(sched_poll, nr_ports, 8, 4);
XEN_ABI_OFFSET(sched_poll, timeout, 16, 8);

/* Why another domain ends (public header sched.h, sched_remote_shutdown). */
struct sched_remote_shutdown {
  uint16_t domain_id;
  /* The reason. */
  uint32_t reason;
};
XEN_ABI_SIZE(sched_remote_shutdown, 8, 8);
XEN_ABI_OFFSET(sched_remote_shutdown, domain_id, 0, 0);
XEN_ABI_OFFSET(sched_remote_shutdown, reason, 4, 4);

/* Why a domain ends (public header sched.h, sched_shutdown). */
struct sched_shutdown {
  /* The reason. */
  uint32_t reason;
};
XEN_ABI_SIZE(sched_shutdown, 4, 4);
XEN_ABI_OFFSET(sched_shutdown, reason, 0, 0);

/* A vCPU's periodic timer (public header vcpu.h, vcpu_set_periodic_timer). */
struct vcpu_set_periodic_timer {
  /* At least a millisecond. */
  uint64_t period_ns;
};
XEN_ABI_SIZE(vcpu_set_periodic_timer, 8, 8);
XEN_ABI_OFFSET(vcpu_set_periodic_timer, period_ns, 0, 0);

/* A vCPU's one-shot timer (public header vcpu.h, vcpu_set_singleshot_timer). */
struct vcpu_set_singleshot_timer {
  /* In system time. */
  uint64_t timeout_abs_ns;
  /* What to do with a deadline in the past. */
  uint32_t flags;
};
XEN_ABI_SIZE(vcpu_set_singleshot_timer, 16, 12);
XEN_ABI_OFFSET(vcpu_set_singleshot_timer, timeout_abs_ns, 0, 0);
XEN_ABI_OFFSET(vcpu_set_singleshot_timer, flags, 8, 8);

/* Gives a number back (public header physdev.h, physdev_unmap_pirq). */
struct physdev_unmap_pirq {
  /* Whose. */
  uint16_t domid;
  int32_t pirq;
};
XEN_ABI_SIZE(physdev_unmap_pirq, 8, 8);
XEN_ABI_OFFSET(physdev_unmap_pirq, domid, 0, 0);
XEN_ABI_OFFSET(physdev_unmap_pirq, pirq, 4, 4);

/* ---- Making a call ---- */

/* Whether the processor's own instruction for a call is VMMCALL (AMD, Hygon) or VMCALL: the other raises #UD. CPUID
 * is asked once a file, for it takes long in a guest. */
static inline int xen_uses_vmmcall(void) {
  static int answer; /* 0 before the question, then 1 or 2 */
  if (!answer) {
    uint32_t eax = 0, ebx, ecx = 0, edx;
    __asm__ volatile("cpuid" : "+a"(eax), "=b"(ebx), "+c"(ecx), "=d"(edx));
    answer = ebx == 0x68747541 || ebx == 0x6f677948 ? 2 : 1; /* "Auth", "Hygo" */
  }
  return answer == 2;
}

/* A call with its number and up to five arguments; the result, negative for an error: -XEN_E... A call that goes on
 * in pieces changes its arguments, and any may read or write memory. */
static inline long xen_hypercall(unsigned long number, unsigned long a, unsigned long b, unsigned long c,
                                 unsigned long d, unsigned long e) {
  int uses_vmmcall = xen_uses_vmmcall();
#ifdef __x86_64__
  register unsigned long fourth __asm__("r10") = d;
  register unsigned long fifth __asm__("r8") = e;
  if (uses_vmmcall)
    __asm__ volatile("vmmcall" : "+a"(number), "+D"(a), "+S"(b), "+d"(c), "+r"(fourth), "+r"(fifth) : : "memory");
  else
    __asm__ volatile("vmcall" : "+a"(number), "+D"(a), "+S"(b), "+d"(c), "+r"(fourth), "+r"(fifth) : : "memory");
#else
  if (uses_vmmcall)
    __asm__ volatile("vmmcall" : "+a"(number), "+b"(a), "+c"(b), "+d"(c), "+S"(d), "+D"(e) : : "memory");
  else
    __asm__ volatile("vmcall" : "+a"(number), "+b"(a), "+c"(b), "+d"(c), "+S"(d), "+D"(e) : : "memory");
#endif
  return (long)number;
}

/* A domain's frames and their places in guest-physical memory. */
static inline long xen_memory_op(unsigned int operation, void *argument) {
  return xen_hypercall(__HYPERVISOR_memory_op, operation, (unsigned long)argument, 0, 0, 0);
}

/* Several hypercalls in one. */
static inline long xen_multicall(struct multicall_entry *list, unsigned int count) {
  return xen_hypercall(__HYPERVISOR_multicall, (unsigned long)list, count, 0, 0, 0);
}

/* The calling vCPU's one-shot timer, the same that vcpu_op sets. */
static inline long xen_set_timer_op(uint64_t deadline) {
#ifdef __x86_64__
  return xen_hypercall(__HYPERVISOR_set_timer_op, deadline, 0, 0, 0, 0);
#else
  return xen_hypercall(__HYPERVISOR_set_timer_op, (uint32_t)deadline, (uint32_t)(deadline >> 32), 0, 0, 0);
#endif
}

/* What runs here and what it can do. The version is Xen's, whose ABI this is; the strings tell that it is Apus. */
static inline long xen_version(unsigned int operation, void *argument) {
  return xen_hypercall(__HYPERVISOR_xen_version, operation, (unsigned long)argument, 0, 0, 0);
}

/* The hypervisor's own console. */
static inline long xen_console_io(unsigned int operation, unsigned int count, const void *bytes) {
  return xen_hypercall(__HYPERVISOR_console_io, operation, count, (unsigned long)bytes, 0, 0);
}

/* Frames that a domain lets others use: a table of permissions, entries of version 1. */
static inline long xen_grant_table_op(unsigned int operation, void *list, unsigned int count) {
  return xen_hypercall(__HYPERVISOR_grant_table_op, operation, (unsigned long)list, count, 0, 0);
}

/* Behaviours that a domain can switch on. For a domain with nested page tables there is runstateUpdateFlag alone. */
static inline long xen_vm_assist(unsigned int operation, unsigned int type) {
  return xen_hypercall(__HYPERVISOR_vm_assist, operation, type, 0, 0, 0);
}

/* A virtual CPU's timers, and the areas where the hypervisor keeps it informed. */
static inline long xen_vcpu_op(unsigned int operation, unsigned int vcpu, void *argument) {
  return xen_hypercall(__HYPERVISOR_vcpu_op, operation, vcpu, (unsigned long)argument, 0, 0);
}

/* When the calling vCPU runs, and when its domain ends. */
static inline long xen_sched_op(unsigned int operation, void *argument) {
  return xen_hypercall(__HYPERVISOR_sched_op, operation, (unsigned long)argument, 0, 0, 0);
}

/* Event channels: one-bit signals between domains, and what carries interrupts. */
static inline long xen_event_channel_op(unsigned int operation, void *argument) {
  return xen_hypercall(__HYPERVISOR_event_channel_op, operation, (unsigned long)argument, 0, 0, 0);
}

/* Physical interrupts as event channels, for the domain that has the devices. */
static inline long xen_physdev_op(unsigned int operation, void *argument) {
  return xen_hypercall(__HYPERVISOR_physdev_op, operation, (unsigned long)argument, 0, 0, 0);
}

/* Parameters and callback vectors of hardware-assisted domains. */
static inline long xen_hvm_op(unsigned int operation, void *argument) {
  return xen_hypercall(__HYPERVISOR_hvm_op, operation, (unsigned long)argument, 0, 0, 0);
}

/* Apus's own calls, for what the public ABI has no place for: names, rings, statistics, the audit. */
static inline long apus_op(unsigned int operation, void *argument) {
  return xen_hypercall(__HYPERVISOR_arch_4, operation, (unsigned long)argument, 0, 0, 0);
}

#undef XEN_ABI_SIZE
#undef XEN_ABI_OFFSET
#endif
