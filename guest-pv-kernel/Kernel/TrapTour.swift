import CGuest

/// Traps and page tables: exceptions arrive, and the kernel's own tables allow what they should and nothing more.
struct TrapTour {
  /// A free place of the upper half.
  private static var testAddress: GuestVirtualAddress { GuestVirtualAddress(0xFFFF_9000_0000_0000) }
  nonisolated(unsafe) private static var hits = 0

  static func exceptions(_ findings: inout Findings) {
    findings.section("exceptions")
    TrapTable.handle(UInt8(ExceptionVector.breakpoint)) { _ in unsafe hits += 1 }
    TrapTable.handle(UInt8(ExceptionVector.invalidOpcode)) { frame in
      unsafe hits += 16
      frame.rip += 2
    }
    cguest_breakpoint()
    findings.check("exception.breakpoint", unsafe hits, equals: 1)
    cguest_undefined()
    findings.check("exception.invalid_opcode", unsafe hits, equals: 17)
    let register = Probe.readRegister(0xDEAD_BEE0)
    findings.check(
      "exception.general_protection", register == nil, register == nil ? "fault" : "a value",
      expected: "a fault at an unknown MSR")
    findings.check(
      "exception.vectors_kept", cguest_vectors_survive(0x0123_4567_89AB_CDEF, 1_000_000), "SSE registers looked at",
      expected: "the same after interrupts")
    TrapTable.handle(UInt8(ExceptionVector.invalidOpcode)) { Panic.report($0) }
  }

  /// Checks tables that are in use already.
  static func pageTables(_ space: borrowing AddressSpace, _ findings: inout Findings) {
    findings.section("page tables")
    findings.check("tables.active", space.isActive, hexadecimal(cguest_read_cr3()), expected: "CR3 leads to them")
    fault(&findings, "tables.null", Probe.read(GuestVirtualAddress(8)) == nil, "reading address 8")
    fault(
      &findings, "tables.stack_guard", Probe.read(GuestVirtualAddress(cguest_boot_stack_guard())) == nil,
      "reading below the stack")
    fault(
      &findings, "tables.code_not_written", !Probe.write(0, to: GuestVirtualAddress(cguest_image_start())),
      "writing code")
    fault(
      &findings, "tables.constants_not_written", !Probe.write(0, to: GuestVirtualAddress(cguest_rodata_start())),
      "writing constants")
    fault(
      &findings, "tables.data_not_executed", !Probe.execute(GuestVirtualAddress(cguest_data_start())),
      "executing data")
    alias(space, &findings)
  }

  /// One frame at two addresses, with rights that change.
  private static func alias(_ space: borrowing AddressSpace, _ findings: inout Findings) {
    guard let page = Pages() else { return }
    let address = testAddress
    do {
      try space.map(address, to: page.frame, rights: .readWrite)
    } catch {
      findings.check("tables.map", false, "refused", expected: "mapped")
      return
    }
    page.window.store64(0xA11A_5000, at: 0)
    findings.check("tables.alias", Probe.read(address) ?? 0, equals: 0xA11A_5000)
    let found = space.translate(address)?.address.frame
    findings.check(
      "tables.translate", found == page.frame, found == page.frame ? "the frame" : "another", expected: "the frame")
    space.protect(address, .readOnly)
    fault(&findings, "tables.protect", !Probe.write(1, to: address), "writing a read-only page")
    space.unmap(address)
    fault(&findings, "tables.unmap", Probe.read(address) == nil, "reading an unmapped page")
  }

  private static func fault(_ findings: inout Findings, _ name: String, _ faulted: Bool, _ what: String) {
    findings.check(name, faulted, "\(what) \(faulted ? "faults" : "works")", expected: "a fault")
  }
}
