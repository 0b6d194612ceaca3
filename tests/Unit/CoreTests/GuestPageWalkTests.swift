import Testing
import XenABI

@testable import Core

@Suite struct GuestPageWalkTests {
  private static let all = EntryBits.p | EntryBits.rw | EntryBits.us | EntryBits.a | EntryBits.d

  @Test func pagingOffIsTheAddressItself() throws {
    let memory = FakePhysicalMemory()
    let limits = PagingLimits(physicalAddressBits: 40, hasGigabytePages: true)
    let result = try PagingState().translate(
      GuestVirtualAddress(0x1_2345_6789), for: .write, limits: limits, in: memory)
    #expect(result.address == GuestPhysicalAddress(0x2345_6789))
    #expect(result.bytesLeft == 0x1_0000_0000 - 0x2345_6789)
  }

  @Test(arguments: [4, 5]) func findsPagesOfEachSize(levels: Int) throws {
    for (order, size) in [(0, UInt64(1) << 12), (1, 1 << 21), (2, 1 << 30)] {
      for access in [MemoryAccess.read, .write, .execute] {
        let guest = MappedGuest(order: order, levels: levels)
        let result = try guest.translate(access)
        let offset = MappedGuest.linear & (size - 1)
        #expect(result.address == GuestPhysicalAddress(MappedGuest.page & ~(size - 1) | offset))
        #expect(result.bytesLeft == size - offset)
        #expect(guest.memory.exchanges == 0)
      }
    }
  }

  @Test func canonicalAddressesOnly() throws {
    let guest = MappedGuest()
    for linear in [0x0000_8000_0000_0000, 0xFFFF_7FFF_FFFF_FFFF, 0x8000_0000_0000_0000] as [UInt64] {
      #expect(guest.error(.read, at: linear) == .notCanonical)
    }
    #expect(guest.error(.read, at: 0xFFFF_8000_0000_0000) == MappedGuest.fault([], at: 0xFFFF_8000_0000_0000))
    let wide = MappedGuest(levels: 5)
    #expect(wide.error(.read, at: 0x0100_0000_0000_0000) == .notCanonical)
    #expect(wide.error(.read, at: 0x00FF_FFFF_FFFF_FFFF) == MappedGuest.fault([], at: 0x00FF_FFFF_FFFF_FFFF))
  }

  @Test(arguments: [1, 2, 3, 4, 5]) func absentEntries(level: Int) {
    let guest = MappedGuest(levels: 5)
    guest.memory[guest.entry(level)] &= ~EntryBits.p
    #expect(guest.error(.read) == MappedGuest.fault([]))
    #expect(guest.error(.write) == MappedGuest.fault(.write))
    #expect(guest.error(.execute) == MappedGuest.fault(.instructionFetch))
  }

  @Test(arguments: [1, 2, 3, 4, 5]) func writeProtection(level: Int) {
    var guest = MappedGuest(levels: 5)
    guest.memory[guest.entry(level)] &= ~EntryBits.rw
    #expect(guest.allows(.read))
    #expect(guest.error(.write) == MappedGuest.fault([.present, .write]))
    guest.state.cr0.subtract(.writeProtect)
    #expect(guest.allows(.write))
    guest.state.privilegeLevel = 3
    #expect(guest.error(.write) == MappedGuest.fault([.present, .write, .user]))
  }

  @Test(arguments: [1, 2, 3, 4, 5]) func userMode(level: Int) {
    var guest = MappedGuest(levels: 5)
    guest.state.privilegeLevel = 3
    #expect(guest.allows(.read) && guest.allows(.write) && guest.allows(.execute))
    guest.memory[guest.entry(level)] &= ~EntryBits.us
    #expect(guest.error(.read) == MappedGuest.fault([.present, .user]))
    #expect(guest.error(.write) == MappedGuest.fault([.present, .user, .write]))
    #expect(guest.error(.execute) == MappedGuest.fault([.present, .user, .instructionFetch]))
    guest.state.privilegeLevel = 2
    #expect(guest.allows(.read) && guest.allows(.write) && guest.allows(.execute))
  }

  @Test(arguments: [1, 2, 3, 4, 5]) func noExecute(level: Int) {
    var guest = MappedGuest(levels: 5)
    guest.memory[guest.entry(level)] |= EntryBits.nx
    #expect(guest.allows(.read) && guest.allows(.write))
    #expect(guest.error(.execute) == MappedGuest.fault([.present, .instructionFetch]))
    // Without NXE the bit is reserved.
    guest.state.efer.subtract(.noExecuteEnable)
    #expect(guest.error(.read) == MappedGuest.fault([.present, .reserved]))
    #expect(guest.error(.execute) == MappedGuest.fault([.present, .reserved]))
  }

  @Test(arguments: [1, 2, 3, 4, 5]) func supervisorAccessPrevention(level: Int) {
    var guest = MappedGuest(levels: 5)
    guest.state.cr4.formUnion(.supervisorAccessPrevention)
    #expect(guest.error(.read) == MappedGuest.fault(.present))
    #expect(guest.error(.write) == MappedGuest.fault([.present, .write]))
    #expect(guest.allows(.execute))
    guest.state.alignmentCheck = true
    #expect(guest.allows(.read) && guest.allows(.write))
    // RFLAGS.AC does not count for what the processor does by itself, and nor does the privilege level.
    guest.state.privilegeLevel = 3
    #expect(guest.allows(.read))
    guest.state = guest.state.forImplicitAccess
    #expect(guest.error(.read) == MappedGuest.fault(.present))
    // One supervisor entry makes it a supervisor page.
    guest.memory[guest.entry(level)] &= ~EntryBits.us
    #expect(guest.allows(.read) && guest.allows(.write))
  }

  @Test(arguments: [1, 2, 3, 4, 5]) func supervisorExecutionPrevention(level: Int) {
    var guest = MappedGuest(levels: 5)
    guest.state.cr4.formUnion(.supervisorExecutionPrevention)
    #expect(guest.error(.execute) == MappedGuest.fault([.present, .instructionFetch]))
    #expect(guest.allows(.read) && guest.allows(.write))
    // The fetch is still reported where SMEP is on without NX.
    guest.state.efer.subtract(.noExecuteEnable)
    #expect(guest.error(.execute) == MappedGuest.fault([.present, .instructionFetch]))
    guest.state.privilegeLevel = 3
    #expect(guest.allows(.execute))
    guest.state.privilegeLevel = 0
    guest.memory[guest.entry(level)] &= ~EntryBits.us
    #expect(guest.allows(.execute))
  }

  @Test(arguments: [1, 2, 3, 4, 5]) func reservedAddressBits(level: Int) throws {
    let fault = MappedGuest.fault([.present, .reserved])
    for bit in 36...51 as ClosedRange<UInt64> {
      var guest = MappedGuest(levels: 5)
      guest.limits = PagingLimits(physicalAddressBits: 36, hasGigabytePages: true)
      guest.memory[guest.entry(level)] |= 1 << bit
      #expect(guest.error(.read) == fault)
    }
    // Bits 62:52 are the system's own.
    let guest = MappedGuest(levels: 5)
    guest.memory[guest.entry(level)] |= 0x7FF0_0000_0000_0000
    #expect(try guest.translate(.read).address.rawValue == MappedGuest.page | 0x123)
  }

  @Test func reservedBitsOfLargePages() {
    let fault = MappedGuest.fault([.present, .reserved])
    for (order, bits) in [(1, 13...20), (2, 13...29)] as [(Int, ClosedRange<UInt64>)] {
      for bit in bits {
        let guest = MappedGuest(order: order)
        guest.memory[guest.entry(order + 1)] |= 1 << bit
        #expect(guest.error(.read) == fault)
      }
      // Bit 12 is a memory type's.
      let guest = MappedGuest(order: order)
      guest.memory[guest.entry(order + 1)] |= 1 << 12
      #expect(guest.allows(.read))
    }
    for level in [4, 5] {
      let guest = MappedGuest(levels: 5)
      guest.memory[guest.entry(level)] |= EntryBits.ps
      #expect(guest.error(.read) == fault)
    }
    var guest = MappedGuest(order: 2)
    guest.limits = PagingLimits(physicalAddressBits: 40, hasGigabytePages: false)
    #expect(guest.error(.read) == fault)
  }

  @Test(arguments: [4, 5]) func marksWhatItUsed(levels: Int) throws {
    for order in 0...2 {
      let flags = EntryBits.p | EntryBits.rw | EntryBits.us
      for access in [MemoryAccess.read, .execute, .write] {
        let guest = MappedGuest(flags: flags, order: order, levels: levels)
        _ = try guest.translate(access)
        for level in order + 1...levels {
          let entry = guest.memory[guest.entry(level)]
          #expect(entry & EntryBits.a != 0)
          #expect((entry & EntryBits.d != 0) == (access == .write && level == order + 1))
        }
        #expect(guest.memory.exchanges == levels - order)
        _ = try guest.translate(access)
        #expect(guest.memory.exchanges == levels - order)
      }
    }
  }

  @Test func refusedAccessesMarkNothing() {
    let guest = MappedGuest(flags: EntryBits.p | EntryBits.us)
    #expect(guest.error(.write) == MappedGuest.fault([.present, .write]))
    #expect(guest.memory.exchanges == 0)
  }

  @Test func startsAgainWhenAnEntryChanges() throws {
    let guest = MappedGuest(flags: EntryBits.p | EntryBits.rw | EntryBits.us)
    guest.memory.beforeExchange = { memory in
      memory.beforeExchange = { _ in }
      memory[guest.entry(1)] = 0x9_9999_9000 | EntryBits.p | EntryBits.rw
      memory[guest.entry(4)] |= 1 << 60
    }
    #expect(try guest.translate(.write).address == GuestPhysicalAddress(0x9_9999_9123))
    #expect(guest.memory[guest.entry(4)] & (1 << 60 | EntryBits.a) == 1 << 60 | EntryBits.a)

    // The entry goes away: a fault, and no stale mark.
    let other = MappedGuest(flags: EntryBits.p | EntryBits.rw | EntryBits.us)
    other.memory.beforeExchange = { $0[other.entry(4)] = 0 }
    #expect(other.error(.write) == MappedGuest.fault(.write))
    #expect(other.memory[other.entry(4)] == 0)
  }

  @Test func givesUpOnARestlessTable() {
    let guest = MappedGuest(flags: EntryBits.p | EntryBits.rw | EntryBits.us)
    guest.memory.beforeExchange = { $0[guest.entry(4)] ^= 1 << 60 }
    #expect(guest.error(.read) == .contended)
    #expect(guest.memory.exchanges < 100)
  }

  @Test(arguments: [1, 2, 3, 4]) func tablesOutsideMemory(level: Int) {
    let guest = MappedGuest()
    let far: UInt64 = 0xFF_FFFF_F000
    guest.memory.limit = far
    if level == 4 {
      var guest = guest
      guest.state.cr3 = far | 0xABC
      #expect(guest.error(.read) == .tableOutsideMemory(GuestPhysicalAddress(far + guest.entry(4) % 4096)))
      return
    }
    guest.memory[guest.entry(level + 1)] = far | Self.all
    #expect(guest.error(.read) == .tableOutsideMemory(GuestPhysicalAddress(far + guest.entry(level) % 4096)))
  }

  @Test func tablesThatCannotBeMarked() {
    let guest = MappedGuest(flags: EntryBits.p | EntryBits.rw | EntryBits.us | EntryBits.a)
    guest.memory.readOnlyFrames = [guest.entry(1) >> 12]
    #expect(guest.allows(.read))
    #expect(guest.error(.write) == .tableOutsideMemory(GuestPhysicalAddress(guest.entry(1))))
  }

  @Test func ignoresProcessContextIdentifiers() throws {
    var guest = MappedGuest()
    guest.state.cr4.formUnion(.processContextIdentifiers)
    guest.state.cr3 |= 1 << 63 | 0xFFF
    #expect(try guest.translate(.read).address.rawValue == MappedGuest.page | 0x123)
  }
}
