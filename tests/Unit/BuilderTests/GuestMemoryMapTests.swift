import Testing
import XenABI

@testable import Builder

@Suite struct GuestMemoryMapTests {
  func entries(_ map: GuestMemoryMap) -> [HVMMemoryMapEntry] { (0..<map.count).map { map[$0] } }

  func entry(_ start: UInt64, _ end: UInt64, _ type: HVMMemoryType) -> HVMMemoryMapEntry {
    HVMMemoryMapEntry(address: GuestPhysicalAddress(start), byteCount: end - start, type: type)
  }

  @Test func smallDomain() throws {
    let map = try GuestMemoryMap(frames: 256)
    #expect(
      entries(map) == [
        entry(0, 0x10_0000, .ram),
        entry(0xFC00_0000, 0xFC00_1000, .acpi),
        entry(0xFEE0_0000, 0xFEE0_1000, .reserved),
        entry(0xFEFF_8000, 0xFF00_0000, .reserved),
      ])
    #expect(map.ramFrameCount == 256)
    #expect(map.highestRAMFrame == GuestFrame(255))
    #expect(map.isRAM(GuestPhysicalAddress(0x9_FC00), byteCount: 0x6_0400))
  }

  @Test func domainThatReachesPast4GiB() throws {
    let map = try GuestMemoryMap(frames: 16 << 20)
    #expect(entries(map).first == entry(0, 0xFC00_0000, .ram))
    #expect(entries(map).last == entry(1 << 32, (64 << 30) + 0x400_0000, .ram))
    #expect(map.count == 5)
    #expect(map.ramFrameCount == 16 << 20)
    #expect(!map.isRAM(GuestPhysicalAddress(0xFC00_0000), byteCount: 1))
    #expect(map.isRAM(GuestPhysicalAddress(1 << 32), byteCount: 60 << 30))
    #expect(try GuestMemoryMap(frames: 0xFC000).count == 4)
    #expect(try GuestMemoryMap(frames: 0xFC001).highestRAMFrame == GuestFrame(0x10_0000))
  }

  @Test func refusesSizes() {
    #expect(throws: MemoryMapError.tooLittleMemory) { _ = try GuestMemoryMap(frames: 255) }
    #expect(throws: MemoryMapError.tooMuchMemory) { _ = try GuestMemoryMap(frames: (16 << 20) + 1) }
    #expect(throws: MemoryMapError.tooMuchMemory) { _ = try GuestMemoryMap(frames: .max) }
  }

  @Test func identityMapSplitsAndMerges() throws {
    var map = GuestMemoryMap()
    try map.setIdentity(MachineFrame(0x1000), frameCount: 0x1000, to: .ram)
    try map.setIdentity(MachineFrame(0), frameCount: 0x9F, to: .ram)
    try map.setIdentity(MachineFrame(0x2000), frameCount: 0x1000, to: .ram)
    #expect(entries(map) == [entry(0, 0x9_F000, .ram), entry(0x100_0000, 0x300_0000, .ram)])
    try map.set(GuestPhysicalAddress(0x200_0000), byteCount: 0x1000, to: .acpi)
    #expect(
      entries(map) == [
        entry(0, 0x9_F000, .ram), entry(0x100_0000, 0x200_0000, .ram), entry(0x200_0000, 0x200_1000, .acpi),
        entry(0x200_1000, 0x300_0000, .ram),
      ])
    try map.set(GuestPhysicalAddress(0x200_0000), byteCount: 0x1000, to: .ram)
    #expect(map.count == 2)
    #expect(throws: MemoryMapError.wraps) { try map.setIdentity(MachineFrame(1 << 52), frameCount: 1, to: .ram) }
    #expect(throws: MemoryMapError.wraps) { try map.setIdentity(MachineFrame(1), frameCount: 1 << 52, to: .ram) }
    #expect(throws: MemoryMapError.wraps) { try map.set(GuestPhysicalAddress(.max), byteCount: 1, to: .ram) }
  }

  @Test func findsRoomInRAM() throws {
    let map = try GuestMemoryMap(frames: 0xFC000 + 0x1000)
    #expect(map.firstRAM(byteCount: 1, notBelow: GuestPhysicalAddress(0)) == GuestPhysicalAddress(0))
    #expect(map.firstRAM(byteCount: 1, notBelow: GuestPhysicalAddress(0x1001)) == GuestPhysicalAddress(0x2000))
    let last = GuestPhysicalAddress(0xFBFF_F001)
    #expect(map.firstRAM(byteCount: 1, notBelow: last) == nil)
    let unlimited = GuestPhysicalAddress(.max)
    #expect(map.firstRAM(byteCount: 1, notBelow: last, ceiling: unlimited) == GuestPhysicalAddress(1 << 32))
    #expect(map.firstRAM(byteCount: .max, notBelow: GuestPhysicalAddress(0)) == nil)
    #expect(map.firstRAM(byteCount: 1, notBelow: unlimited, ceiling: unlimited) == nil)
  }

  @Test func saysWhenFull() throws {
    var map = GuestMemoryMap()
    for index in 0..<UInt64(GuestMemoryMap.capacity) {
      try map.set(GuestPhysicalAddress(index * 0x2000), byteCount: 0x1000, to: .ram)
    }
    #expect(throws: MemoryMapError.full) { try map.set(GuestPhysicalAddress(0x1000), byteCount: 1, to: .acpi) }
    #expect(map.count == GuestMemoryMap.capacity)
    try map.set(GuestPhysicalAddress(0x1000), byteCount: 0x1000, to: .ram)
    #expect(map.count == GuestMemoryMap.capacity - 1)
  }

  /// Against a model that keeps a type for each page.
  @Test(arguments: 1...20)
  func agreesWithAModel(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    var model = [HVMMemoryType?](repeating: nil, count: 48)
    var map = GuestMemoryMap()
    let types: [HVMMemoryType] = [.ram, .reserved, .acpi]
    for _ in 0..<60 {
      let start = Int.random(in: 0..<48, using: &random)
      let count = Int.random(in: 0...(48 - start), using: &random)
      let type = types[Int.random(in: 0..<3, using: &random)]
      try map.set(GuestPhysicalAddress(UInt64(start) << 12), byteCount: UInt64(count) << 12, to: type)
      for page in start..<start + count { model[page] = type }
      var expected: [HVMMemoryMapEntry] = []
      for (page, type) in model.enumerated() {
        guard let type else { continue }
        let address = UInt64(page) << 12
        if let last = expected.last, last.end.rawValue == address, last.type == type {
          expected[expected.count - 1].byteCount += 4096
        } else {
          expected.append(entry(address, address + 4096, type))
        }
      }
      #expect(entries(map) == expected)
      #expect(map.ramFrameCount == UInt64(model.count { $0 == .ram }))
    }
  }
}
