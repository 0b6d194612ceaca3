import Testing
import XenABI

@testable import Builder

@Suite struct StartInfoTests {
  let window: UInt64 = 0x20_0000

  func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test func layoutOfTheHeader() {
    var info = HVMStartInfo()
    info.flags = [.privileged, .initialDomain]
    info.moduleCount = 2
    info.modules = GuestPhysicalAddress(0x1111)
    info.commandLine = GuestPhysicalAddress(0x2222)
    info.rsdp = GuestPhysicalAddress(0x3333)
    info.memoryMap = GuestPhysicalAddress(0x4444)
    info.memoryMapCount = 5
    var memory = TestMemory(base: 0, count: 64)
    #expect(throws: Never.self) { try memory.write(info, at: GuestPhysicalAddress(0)) }
    #expect(memory.slice(0, 4) == [0x78, 0xC5, 0x6E, 0x33])
    #expect(memory.load(4, as: UInt32.self) == 1)
    #expect(memory.load(8, as: UInt32.self) == 3)
    #expect(memory.load(12, as: UInt32.self) == 2)
    #expect(memory.load(16, as: UInt64.self) == 0x1111)
    #expect(memory.load(24, as: UInt64.self) == 0x2222)
    #expect(memory.load(32, as: UInt64.self) == 0x3333)
    #expect(memory.load(40, as: UInt64.self) == 0x4444)
    #expect(memory.load(48, as: UInt32.self) == 5)
    #expect(memory.load(52, as: UInt32.self) == 0)
    #expect(memory.load(56, as: UInt8.self) == 0xEE)
    for width in [CallWidth.bits32, .bits64] {
      var copy = WireBytes()
      for index in 0..<56 { copy[index] = memory.bytes[index] }
      var reader = WireReader(copy, width: width)
      #expect(HVMStartInfo(from: &reader) == info)
      #expect(reader.offset == 56)
    }
  }

  @Test func writesEverything() throws {
    let map = try GuestMemoryMap(frames: 0x1000)
    var memory = TestMemory(base: window, count: 4096)
    var info = try StartInfoBuilder(
      window: GuestPhysicalAddress(window), byteCount: 4096, memoryMap: map, moduleCount: 2)
    try info.setCommandLine(bytes("console=hvc0 quiet").span.bytes, into: &memory)
    try info.addModule(
      at: GuestPhysicalAddress(0x30_0000), byteCount: 0x1234, commandLine: bytes("one").span.bytes, into: &memory)
    try info.addModule(
      at: GuestPhysicalAddress(0x40_0000), byteCount: 0x10, commandLine: [UInt8]().span.bytes, into: &memory)
    let start = try info.finish(
      flags: .privileged, rsdp: GuestPhysicalAddress(0xFC00_0000), memoryMap: map, into: &memory)
    #expect(start.rawValue == window)
    #expect(memory.load(window, as: UInt32.self) == 0x336E_C578)
    #expect(memory.load(window + 8, as: UInt32.self) == 1)
    #expect(memory.load(window + 12, as: UInt32.self) == 2)
    let modules: UInt64 = memory.load(window + 16)
    #expect(modules == window + 56)
    #expect(memory.string(memory.load(window + 24)) == "console=hvc0 quiet")
    #expect(memory.load(window + 32, as: UInt64.self) == 0xFC00_0000)
    #expect(memory.load(modules, as: UInt64.self) == 0x30_0000)
    #expect(memory.load(modules + 8, as: UInt64.self) == 0x1234)
    #expect(memory.string(memory.load(modules + 16)) == "one")
    #expect(memory.load(modules + 24, as: UInt64.self) == 0)
    #expect(memory.load(modules + 32, as: UInt64.self) == 0x40_0000)
    #expect(memory.load(modules + 48, as: UInt64.self) == 0)
    let table: UInt64 = memory.load(window + 40)
    #expect(table == modules + 64)
    #expect(memory.load(window + 48, as: UInt32.self) == 4)
    #expect(memory.load(table + 8, as: UInt64.self) == 0x100_0000)
    #expect(memory.load(table + 16, as: UInt32.self) == 1)
    #expect(memory.load(table + 24, as: UInt64.self) == 0xFC00_0000)
    #expect(memory.load(table + 40, as: UInt32.self) == 3)
    #expect(memory.load(table + 44, as: UInt32.self) == 0)
  }

  @Test func withoutModulesAndCommandLine() throws {
    let map = GuestMemoryMap()
    var memory = TestMemory(base: window, count: 56)
    let info = try StartInfoBuilder(window: GuestPhysicalAddress(window), byteCount: 56, memoryMap: map, moduleCount: 0)
    _ = try info.finish(
      flags: HVMStartFlags(), rsdp: GuestPhysicalAddress(0), memoryMap: map, into: &memory)
    #expect(memory.load(window + 16, as: UInt64.self) == 0)
    #expect(memory.load(window + 24, as: UInt64.self) == 0)
  }

  @Test func windowOfTheSizeThatTheLayoutTells() throws {
    let map = try GuestMemoryMap(frames: 256)
    let line = bytes("abc")
    let size = try StartInfoLayout(moduleCount: 1, memoryMapCount: map.count).byteCount(stringBytes: 4)
    #expect(size == 56 + 32 + 4 * 24 + 4)
    for (room, fits) in [(size, true), (size - 1, false)] {
      var memory = TestMemory(base: window, count: Int(room))
      var info = try StartInfoBuilder(
        window: GuestPhysicalAddress(window), byteCount: room, memoryMap: map, moduleCount: 1)
      if fits {
        try info.setCommandLine(line.span.bytes, into: &memory)
        #expect(throws: StartInfoError.windowTooSmall) {
          try info.setCommandLine([UInt8]().span.bytes, into: &memory)
        }
      } else {
        #expect(throws: StartInfoError.windowTooSmall) { try info.setCommandLine(line.span.bytes, into: &memory) }
      }
    }
  }

  @Test func refusals() throws {
    let map = try GuestMemoryMap(frames: 256)
    func plan(_ window: UInt64, _ size: UInt64, _ modules: Int) throws {
      _ = try StartInfoBuilder(
        window: GuestPhysicalAddress(window), byteCount: size, memoryMap: map, moduleCount: modules)
    }
    #expect(throws: StartInfoError.tooManyModules) { try plan(window, 4096, 33) }
    #expect(throws: StartInfoError.tooManyModules) { try plan(window, 4096, -1) }
    #expect(throws: Never.self) { try plan(window, 4096, 32) }
    #expect(throws: StartInfoError.windowTooSmall) { try plan(window, 100, 0) }
    #expect(throws: StartInfoError.windowMisplaced) { try plan(window + 4, 4096, 0) }
    #expect(throws: StartInfoError.windowMisplaced) { try plan(0, 4096, 0) }
    #expect(throws: StartInfoError.windowMisplaced) { try plan(0xFFFF_F008, 4096, 0) }
    #expect(throws: StartInfoError.windowMisplaced) { try plan(UInt64.max - 7, 4096, 0) }
    #expect(throws: Never.self) { try plan(0xFFFF_F000, 4096, 0) }

    var memory = TestMemory(base: window, count: 4096)
    var info = try StartInfoBuilder(
      window: GuestPhysicalAddress(window), byteCount: 4096, memoryMap: map, moduleCount: 1)
    let unfinished = info
    #expect(throws: StartInfoError.moduleCountDiffers) {
      _ = try unfinished.finish(
        flags: HVMStartFlags(), rsdp: GuestPhysicalAddress(0), memoryMap: map, into: &memory)
    }
    try info.addModule(
      at: GuestPhysicalAddress(0), byteCount: 0, commandLine: [UInt8]().span.bytes, into: &memory)
    #expect(throws: StartInfoError.moduleCountDiffers) {
      try info.addModule(
        at: GuestPhysicalAddress(0), byteCount: 0, commandLine: [UInt8]().span.bytes, into: &memory)
    }
    var elsewhere = TestMemory(base: 0, count: 16)
    #expect(throws: StartInfoError.destination(.outsideMemory)) {
      try info.setCommandLine([1].span.bytes, into: &elsewhere)
    }
  }
}
