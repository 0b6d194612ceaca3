import Testing
import XenABI

@testable import Core

/// The loader's structures, and such as no loader makes.
@Suite struct MultibootInformationTests {
  private static let place: UInt64 = 0x9500

  /// QEMU's: command line, modules, memory map and loader's name.
  private func information(map: [(UInt64, UInt64, UInt32)], in memory: SparseMemory) -> MultibootInformation {
    var information = TableBytes(116)
    information.set(UInt32(1 << 2 | 1 << 3 | 1 << 6 | 1 << 9), at: 0)
    information.set(UInt32(0x8000), at: 16)
    information.set(UInt32(2), at: 20)
    information.set(UInt32(0x9000), at: 24)
    information.set(UInt32(map.count * 24), at: 44)
    information.set(UInt32(0xA000), at: 48)
    information.set(UInt32(0x8100), at: 64)
    memory.put(information.bytes, at: Self.place)
    memory.put(Array("console=com1\0".utf8), at: 0x8000)
    memory.put(Array("qemu\0".utf8), at: 0x8100)
    var modules = TableBytes(32)
    for (index, word) in [0x10_0000, 0x10_1234, 0x8200, 0, 0x20_0000, 0x20_0000, 0x8300, 0].enumerated() {
      modules.set(UInt32(word), at: index * 4)
    }
    memory.put(modules.bytes, at: 0x9000)
    for (index, range) in map.enumerated() {
      var record = TableBytes(24)
      record.set(UInt32(20), at: 0)
      record.set(range.0, at: 4)
      record.set(range.1, at: 12)
      record.set(range.2, at: 20)
      memory.put(record.bytes, at: 0xA000 + UInt64(index) * 24)
    }
    return MultibootInformation(at: MachineAddress(Self.place), window: memory.window)
  }

  @Test func readsWhatTheLoaderTells() {
    let memory = SparseMemory()
    defer { withExtendedLifetime(memory) {} }
    let multiboot = information(map: [(0, 0x9FC00, 1), (0xF_0000, 0x1_0000, 2)], in: memory)
    #expect(multiboot.commandLine == MachineAddress(0x8000) && multiboot.loaderName == MachineAddress(0x8100))
    #expect(memory.window.stringLength(MachineAddress(0x8000), limit: 100) == 12)
    #expect(multiboot.moduleCount == 2)
    let module = multiboot.module(0)
    #expect(module.bytes == MachineRange(MachineAddress(0x10_0000), MachineAddress(0x10_1234)))
    #expect(module.string == MachineAddress(0x8200))
    var ranges: [String] = []
    multiboot.forEachRange { ranges.append("\($0.rawValue) \($1) \($2)") }
    #expect(ranges == ["0 \(0x9FC00) true", "\(0xF_0000) \(0x1_0000) false"])
  }

  /// Everything that is read later is named, so that nothing is put over it before.
  @Test func namesAllOfItsParts() {
    let memory = SparseMemory()
    defer { withExtendedLifetime(memory) {} }
    let multiboot = information(map: [(0, 0x9FC00, 1)], in: memory)
    var parts: [String] = []
    multiboot.forEachPart(longestText: 100) { parts.append("\($0.rawValue)+\($1)") }
    #expect(
      parts == [
        "\(0x9500)+116", "\(0xA000)+24", "\(0x8000)+100", "\(0x8100)+100", "\(0x9000)+32", "\(0x10_0000)+\(0x1234)",
        "\(0x8200)+100", "\(0x20_0000)+0", "\(0x8300)+100",
      ])
  }

  /// A map that goes on past its end, past the window, or nowhere, ends.
  @Test func endsWithTheMap() {
    let memory = SparseMemory()
    defer { withExtendedLifetime(memory) {} }
    _ = information(map: [(0, 0x9FC00, 1), (0x10_0000, 0x1000, 1)], in: memory)
    func count() -> Int {
      var count = 0
      MultibootInformation(at: MachineAddress(Self.place), window: memory.window).forEachRange { _, _, _ in count += 1 }
      return count
    }
    #expect(count() == 2)
    memory.put([4, 0, 0, 0], at: 0xA000)  // a record that is shorter than any
    #expect(count() == 1)
    memory.put([0xF0, 0xFF, 0xFF, 0xFF], at: Self.place + 48)  // a map at the end of what is mapped
    #expect(count() <= 1)
  }

  @Test func findsNothingWhereNothingIsSaid() {
    let memory = SparseMemory()
    defer { withExtendedLifetime(memory) {} }
    let multiboot = MultibootInformation(at: MachineAddress(0), window: memory.window)
    #expect(!multiboot.hasMemoryMap && multiboot.moduleCount == 0 && multiboot.commandLine == nil)
    #expect(multiboot.loaderName == nil)
  }
}
