import Foundation
import HostTools
import Testing
import XenABI

@testable import Dom0Logic

/// Core files, as debuggers read them.
@Suite struct CoreFileTests {
  private var registers: CoreRegisters {
    var registers = CoreRegisters()
    registers.rip = 0x10_0123
    registers.rsp = 0x11_0040
    registers.rax = 0x1122_3344_5566_7788
    registers.cs = 8
    return registers
  }

  private func core() -> CoreFile {
    CoreFile(
      domain: DomainID(5), signal: 6, registers: [registers],
      ranges: [
        CoreRange(
          address: GuestPhysicalAddress(0x10_0000), virtualAddress: GuestVirtualAddress(0x10_0000), byteCount: 0x2000),
        CoreRange(
          address: GuestPhysicalAddress(0x20_0000), virtualAddress: GuestVirtualAddress(0x20_0000), byteCount: 0x1000),
      ],
      views: [
        CoreRange(
          address: GuestPhysicalAddress(0x10_1000), virtualAddress: GuestVirtualAddress(0xFFFF_FFFF_8010_1000),
          byteCount: 0x1000),
        // In no range: left out.
        CoreRange(
          address: GuestPhysicalAddress(0x10_1000), virtualAddress: GuestVirtualAddress(0xFFFF_FFFF_9000_0000),
          byteCount: 0x2000),
      ])
  }

  @Test func placesTheRanges() {
    let core = core()
    #expect(core.header.count == 4096 && core.byteCount == 4096 + 0x3000)
    #expect(core.place(at: 4095) == nil)
    #expect(core.place(at: 4096)?.address == GuestPhysicalAddress(0x10_0000))
    #expect(core.place(at: 4096)?.byteCount == 0x2000)
    #expect(core.place(at: 4096 + 0x2800)?.address == GuestPhysicalAddress(0x20_0800))
    #expect(core.place(at: 4096 + 0x2800)?.byteCount == 0x800)
    #expect(core.place(at: core.byteCount) == nil)
  }

  @Test func boundsTheRanges() {
    let range = CoreRange(
      address: GuestPhysicalAddress(0), virtualAddress: GuestVirtualAddress(0), byteCount: 4096)
    let core = CoreFile(
      domain: DomainID(1), signal: 6, registers: [], ranges: Array(repeating: range, count: 5000))
    #expect(core.ranges.count == CoreFile.rangeLimit)
    #expect(core.header.count % 4096 == 0)
  }

  /// gdb opens the file, and finds the registers and the memory.
  @Test func gdbOpensIt() throws {
    guard let gdb = ["/usr/bin/gdb", "/usr/local/bin/gdb"].first(where: FileManager.default.isExecutableFile) else {
      return
    }
    let core = core()
    var bytes = core.header
    while let place = core.place(at: UInt64(bytes.count)) {
      // Memory that holds its own address.
      for offset in stride(from: 0, to: place.byteCount, by: 8) {
        withUnsafeBytes(of: place.address.rawValue + offset) { bytes += Array($0) }
      }
    }
    #expect(UInt64(bytes.count) == core.byteCount)
    let path = NSTemporaryDirectory() + "apus-core-\(UInt64.random(in: 0...UInt64.max))"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    let commands = [
      "core-file \(path)", "p/x $rip", "p/x $rax", "x/gx 0x100ff8", "x/gx 0x200010", "x/gx 0xffffffff80101ff8",
    ]
    let output = try Command.run(gdb, ["-nx", "-batch"] + commands.flatMap { ["-ex", $0] }).output
    #expect(output.contains("= 0x100123"), "\(output)")
    #expect(output.contains("= 0x1122334455667788"), "\(output)")
    #expect(output.contains("0x0000000000100ff8"), "\(output)")
    #expect(output.contains("0x0000000000200010"), "\(output)")
    #expect(output.contains(#/0xffffffff80101ff8:\s+0x0000000000101ff8/#), "\(output)")
    #expect(output.contains("SIGABRT"), "\(output)")
  }
}
