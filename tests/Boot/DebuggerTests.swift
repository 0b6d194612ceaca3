import Foundation
import HostTools
import Rig
import Testing

/// What `make debug` and `make symbolize` do.
@Suite struct DebuggerTests {
  @Test func stopsAtTheSwiftEntryAndNamesTheLine() throws {
    let output = try debug("backtrace")
    #expect(output.contains(/Breakpoint 1, hypervisor_main .* at .*\.swift:\d+/))
    #expect(output.contains(/#1 .*long_mode/))
    #expect(!output.contains("DWO"))
  }

  @Test func namesTheLineOfAnAddress() throws {
    let symbols = try Command.run("nm", [BuiltFiles.path("apus.elf")]).output
    let entry = try #require(symbols.firstMatch(of: /(?<address>[0-9a-f]{16}) [Tt] hypervisor_main/))
    let output = try Command.run("tools/symbolize.sh", ["0x\(entry.address)"]).output
    #expect(output.contains(/hypervisor_main at .*\.swift:\d+/))
  }

  @Test func showsDomainsAndTheirMemory() throws {
    let guest = try LoadedImage("guest.elf")
    let output = try debug(
      """
      delete
      \(Self.untilGuestsExit)
      apus domains
      apus vcpu 1
      apus vmcb 1
      apus print d1.memory
      apus print d1v0.domain.hypervisor.domains.count
      apus p2m 0 0x1234567
      apus p2m 1 0xffffffff000
      python
      rip = int(re.search(r"rip +(0x[0-9a-f]+)", said("apus vcpu")).group(1), 16)
      print("guest's RIP", hex(rip))
      gdb.execute(f"apus memory 1 {rip:#x} 16")
      gdb.execute(f"apus p2m 1 {rip:#x}")
      end
      """)
    #expect(output.contains(/\n0 +Domain-0 +alive +svm +\d+\/\d+\b/))
    let row = try #require(output.firstMatch(of: /\n1 +g1 +alive +svm +(\d+)\/(\d+) +(0x[0-9a-f]+) +1\n/))
    // 32 MiB, and what the domain has besides.
    let pages = try #require(Int(row.1))
    #expect((8192..<8300).contains(pages))
    #expect(output.contains("held: \(pages) "))
    #expect(output.contains(/Int@0x[0-9a-f]+\n +2\n/))
    #expect(output.contains("d1v0 (g1), VCPU@0xffff8"))
    let root = try number(row.3)
    #expect(try number(#require(output.firstMatch(of: /N_CR3: +(0x[0-9a-f]+)/)).1) == root)
    // Domain 0's guest frames are machine frames; past a guest's memory there is none.
    #expect(output.contains("d0: guest 0x1234567 is machine 0x1234567: ram, 2 MiB leaf"))
    #expect(output.contains("d1: guest 0xffffffff000 is a hole"))
    // The guest is linked where it lies in its memory: what is at its instruction pointer is in its file.
    let rip = try number(#require(output.firstMatch(of: /guest's RIP (0x[0-9a-f]+)/)).1)
    let code = try #require(guest.bytes(at: rip, count: 16), "the guest is outside its image at \(rip)")
    let shown = code.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
    #expect(output.contains(": \(shown)\n"))
    #expect(output.contains(/d1: guest 0x[0-9a-f]+ is machine 0x[0-9a-f]+: ram,/))
  }

  @Test func unwindsThroughExitsAndTraps() throws {
    let output = try debug(
      """
      delete
      apus exit
      backtrace
      echo -- trap\\n
      thbreak trap_entry
      continue
      backtrace
      """)
    let parts = output.components(separatedBy: "-- trap\n")
    try #require(parts.count == 2)
    // The run loop is entered by a function of the layout, that by the boot code, and that by the entry: the end.
    #expect(parts[0].contains(/#0 +svm_exit .*\n#1 .* in svm_run(_guarded)? \(\)\n#2 .*SVMLayout.*SVMRun.swift:\d+\n/))
    #expect(parts[0].contains(/#\d+ .* hypervisor_main .*BootMain.swift:\d+\n#\d+ .* long_mode \(\)\n/))
    #expect(
      parts[1].contains(
        /#0 +trap_entry .*\n#1 +<signal handler called>\n#2 .* in apus_\w+ \(\) at .*instructions.h:\d+\n/))
    #expect(parts[1].contains(/#\d+ .* svm_run(_guarded)? \(\)\n(.*\n)*#\d+ .* hypervisor_main .*\n#\d+ .* long_mode/))
  }

  @Test func readsTheHypervisorsObjectsWhileAGuestRuns() throws {
    let entry = try LoadedImage("guest.elf").entry
    let output = try debug(
      """
      delete
      \(caught("early", "apus domains"))
      hbreak *\(entry)
      python
      for _ in range(20):
        gdb.execute("continue")
        if int(gdb.newest_frame().read_register("cr0")) >> 31 == 0: break
      end
      \(caught("unfound", "apus domains"))
      delete
      apus exit
      python
      rip = int(re.search(r"rip +(0x[0-9a-f]+)", said("apus vcpu")).group(1), 16)
      for length in range(4): gdb.execute(f"hbreak *{rip + length:#x}")
      gdb.execute("continue")
      print("in the guest:", 0 <= gdb.newest_frame().pc() - rip < 4)
      end
      apus domains
      apus vcpu
      apus memory 1 \(entry) 4
      \(caught("layout", "apus vmcs 1"))
      \(caught("member", "apus print d1.nonsense"))
      \(caught("domain", "apus vcpu 7"))
      python
      from apus.machine import Machine
      print("vmx:", [member.name for member in Machine.current().layouts.named("VMXVCPUState").members])
      end
      """)
    #expect(output.contains("early: apus domains: the hypervisor has not made its objects yet"))
    #expect(output.contains("unfound: apus domains: a guest runs"))
    #expect(output.contains("in the guest: True"))
    #expect(output.contains(/\n1 +g1 +alive +svm\b/))
    #expect(output.contains(/d1v0 \(g1\), VCPU@0xffff8\w+: runs\n/))
    #expect(output.contains("layout: apus vmcs: the domain runs in the layout svm: expected vmx, see apus vmcb"))
    #expect(output.contains("member: apus print: Domain has no member nonsense: it has id, layout, "))
    #expect(output.contains("domain: apus vcpu: no domain 7: there are 0, 1"))
    #expect(output.contains(/vmx: \['eptPointer', .*'vpid'/))
  }

  /// Lines for gdb that let the machine run until an exit of g1 is at work.
  private static let untilGuestsExit = """
    python
    for _ in range(500):
      gdb.execute("apus exit", to_string=True)
      if "(g1)" in said("apus vcpu"): break
    end
    """

  /// Lines for gdb that show the error of a command that is to fail.
  private func caught(_ label: String, _ command: String) -> String {
    """
    python
    try: gdb.execute("\(command)")
    except gdb.error as error: print("\(label):", error)
    end
    """
  }

  /// What gdb prints to a script of commands, on a machine with a guest that stands at the Swift entry.
  private func debug(_ commands: String) throws -> String {
    let script = FileManager.default.temporaryDirectory.appendingPathComponent("apus-\(UUID().uuidString).gdb")
    defer { try? FileManager.default.removeItem(at: script) }
    let preparation = """
      python
      import re
      def said(command): return gdb.execute(command, to_string=True)
      end

      """
    try Data((preparation + commands + "\n").utf8).write(to: script)
    let environment = [
      "GDBFLAGS": "-batch -x \(script.path)", "GDB_PORT": "\(Int.random(in: 20000..<30000))",
      "SERIAL_PORT": "\(Int.random(in: 30000..<40000))", "SERIAL_LOG": "/dev/null",
    ]
    return try Command.run(
      "tools/debug.sh", [], environment: ProcessInfo.processInfo.environment.merging(environment) { $1 }
    ).output
  }

  private func number(_ text: some StringProtocol) throws -> UInt64 {
    try #require(UInt64(text.dropFirst(2), radix: 16), "\(text)")
  }
}

/// A built ELF file as it lies in memory.
private struct LoadedImage {
  private let file: Data

  init(_ name: String) throws { file = try Data(contentsOf: URL(fileURLWithPath: BuiltFiles.path(name))) }

  /// The address at which it is entered.
  var entry: UInt64 { word(24) }

  /// Bytes of a segment's contents, by their address; nil where there are not so many.
  func bytes(at address: UInt64, count: UInt64) -> Data? {
    let table = Int(word(32))
    for index in 0..<Int(word(56) & 0xFFFF) {
      let header = table + index * 56
      let (offset, place, size) = (word(header + 8), word(header + 16), word(header + 32))
      guard word(header) & 0xFFFF_FFFF == 1, address >= place, address + count <= place + size else { continue }
      return file.subdata(in: Int(offset + address - place)..<Int(offset + address - place + count))
    }
    return nil
  }

  private func word(_ offset: Int) -> UInt64 {
    file[offset..<offset + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
