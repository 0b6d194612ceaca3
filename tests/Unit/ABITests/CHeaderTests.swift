import Foundation
import HostTools
import HypercallTable
import Testing
import XenABI

/// The header for guests in C, by a C compiler: what it declares is as the public headers have it, in code of both
/// widths.
@Suite struct CHeaderTests {
  /// Names of fields that the public headers have in a union, or that have no name in the comments.
  private static let otherNames = [
    "xen_add_to_physmap_batch.u": "foreign_domid", "evtchn_status.u": "peer",
    "evtchn_status.u.interdomain.port": "remote_port", "vcpu_register_vcpu_info.rsvd": "reserved",
    "xen_foreign_memory_map.map.nr_entries": "nr_entries", "xen_foreign_memory_map.map.buffer": "buffer",
  ]

  /// The calls of toolstacks are left out: their structures are no stable interface.
  private static let layouts =
    guestHeaderLayouts.filter { !$0.name.contains("sysctl") && !$0.name.contains("domctl") }
    + controlHeaderLayouts.filter { $0.name == "xen_foreign_memory_map" }

  @Test(arguments: [CallWidth.bits64, .bits32]) func structuresAreThePublicHeaders(_ width: CallWidth) throws {
    #expect(Self.layouts.count > 35)
    var program = "#include \"abi.h\"\n"
    for layout in Self.layouts {
      let size = width == .bits64 ? layout.sizes.wide : layout.sizes.narrow
      program += "_Static_assert(sizeof(struct \(layout.name)) == \(size), \"\(layout.name)\");\n"
      for field in layout.fields {
        let name = Self.otherNames["\(layout.name).\(field.name)"] ?? cName(field.name)
        let offset = width == .bits64 ? field.wide : field.narrow
        let place = "offsetof(struct \(layout.name), \(name))"
        program += "_Static_assert(\(place) == \(offset), \"\(layout.name).\(name)\");\n"
      }
    }
    let said = try compile(program, width)
    #expect(said == "")
  }

  /// `source.u` is a member of an inner structure there, and one by itself here.
  private func cName(_ name: String) -> String {
    name.contains("[") ? name : name.replacing(".", with: "_")
  }

  /// The shared page, whose layout no hypercall shows, and numbers, by the public headers of Xen 4.17.
  @Test(arguments: [CallWidth.bits64, .bits32]) func factsAreThePublicHeaders(_ width: CallWidth) throws {
    var facts = [
      "VIRQ_TIMER == 0 && VIRQ_CONSOLE == 2 && VIRQ_CON_RING == 8", "XENMAPSPACE_grant_table == 1",
      "XENMAPSPACE_gmfn_foreign == 4", "GTF_permit_access == 1 && GTF_readonly == 4 && GTF_writing == 16",
      "GNTMAP_host_map == 2 && GNTMAP_readonly == 4", "GNTCOPY_source_gref == 1 && GNTCOPY_dest_gref == 2",
      "GNTST_bad_gntref == -3 && GNTST_no_space == -13", "SHUTDOWN_crash == 3 && SHUTDOWN_soft_reset == 5",
      "HVM_PARAM_CONSOLE_EVTCHN == 18 && HVM_PARAM_CALLBACK_IRQ == 0", "DOMID_SELF == 0x7ff0",
      "XEN_CALLBACK_VECTOR(0xf3) == 0x02000000000000f3ull", "EVTCHNSTAT_ipi == 5 && RUNSTATE_offline == 3",
      "XEN_ENOSYS == 38 && XEN_ETIME == 62", "__HYPERVISOR_event_channel_op == 32 && EVTCHNOP_unmask == 9",
      "XENVER_get_features == 6 && VCPUOP_set_singleshot_timer == 8",
      "offsetof(struct vcpu_time_info, system_time) == 16 && offsetof(struct vcpu_time_info, tsc_shift) == 28",
      "offsetof(struct vcpu_info, time) == 32 && sizeof(struct vcpu_info) == 64",
      "offsetof(struct xencons_interface, out) == 1024 && offsetof(struct xencons_interface, out_prod) == 3084",
      "sizeof(struct memory_map_entry) == 20 && sizeof(struct hvm_start_info) == 56",
      "sizeof(struct grant_entry_v1) == 8",
    ]
    facts +=
      width == .bits64
      ? [
        "offsetof(struct shared_info, evtchn_mask) == 2560 && offsetof(struct shared_info, wc_sec_hi) == 3084",
        "offsetof(struct vcpu_info, evtchn_pending_sel) == 8",
      ]
      : [
        "offsetof(struct shared_info, evtchn_mask) == 2176 && offsetof(struct shared_info, wc_sec_hi) == 2340",
        "offsetof(struct vcpu_info, evtchn_pending_sel) == 4",
      ]
    let program = "#include \"abi.h\"\n" + facts.map { "_Static_assert(\($0), \"\");\n" }.joined()
    let said = try compile(program, width)
    #expect(said == "")
  }

  /// Compiles a freestanding file; returns what the compiler says against it.
  private func compile(_ program: String, _ width: CallWidth) throws -> String {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("abi-\(UUID().uuidString).c")
    try program.write(to: file, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: file) }
    let outcome = try Command.run(
      "gcc",
      [
        width == .bits64 ? "-m64" : "-m32", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-ffreestanding",
        "-fsyntax-only", "-I", PackageFolder.url.appendingPathComponent("abi/c").path, file.path,
      ])
    return outcome.status == 0 ? "" : outcome.output.isEmpty ? "gcc failed" : outcome.output
  }
}
