import Testing
import XenABI

@testable import Core

@Suite struct LocalAPICTests {
  private let now = Nanoseconds(1_000_000)

  private func enabled(id: UInt32 = 0, _ mode: LocalAPIC.Mode = .xapic) -> LocalAPIC {
    var apic = LocalAPIC(id: id, mode: mode)
    if mode == .xapic {
      _ = apic.writeMemory(offset: 0xF0, 0x1FF, at: now)
    } else {
      _ = try? apic.writeMSR(0x80F, 0x1FF, at: now)
    }
    return apic
  }

  private func refuses(_ apic: LocalAPIC, write msr: UInt32, _ value: UInt64) -> Bool {
    var copy = apic
    return (try? copy.writeMSR(msr, value, at: now)) == nil
  }

  private func refuses(_ apic: LocalAPIC, read msr: UInt32) -> Bool { (try? apic.readMSR(msr, at: now)) == nil }

  @Test func resetStateIsTheManuals() {
    var apic = LocalAPIC(id: 3)
    let expected: [(UInt32, UInt32)] = [
      (0x20, 3 << 24), (0x30, 0x5_0014), (0x80, 0), (0xA0, 0), (0xD0, 0), (0xE0, .max), (0xF0, 0xFF), (0x280, 0),
      (0x300, 0), (0x310, 0), (0x320, 0x1_0000), (0x330, 0x1_0000), (0x340, 0x1_0000), (0x350, 0x1_0000),
      (0x360, 0x1_0000), (0x370, 0x1_0000), (0x380, 0), (0x390, 0), (0x3E0, 0), (0x90, 0), (0xC0, 0),
    ]
    for (offset, value) in expected { #expect(apic.readMemory(offset: offset, at: now) == value) }
    for offset in stride(from: UInt32(0x100), to: 0x280, by: 16) {
      #expect(apic.readMemory(offset: offset, at: now) == 0)
    }
    #expect(apic.baseRegister == 0xFEE0_0800)
    #expect(LocalAPIC(id: 0).baseRegister == 0xFEE0_0900)
    #expect(apic.nextDeadline == .never)
  }

  @Test func interruptsNest() {
    var apic = enabled()
    #expect(apic.highestPending() == nil)
    let taken = [0x31, 0x42, 0x35].map { apic.accept($0) }
    #expect(taken == [true, true, true])
    #expect(apic.highestPending() == 0x42)
    #expect(apic.acknowledge() == 0x42)
    #expect(apic.processorPriority == 0x40)
    #expect(apic.readMemory(offset: 0x120, at: now) == 1 << 2)
    #expect(apic.readMemory(offset: 0x210, at: now) == 1 << 17 | 1 << 21)
    #expect(apic.highestPending() == nil)
    _ = apic.accept(0x51)
    #expect(apic.acknowledge() == 0x51)
    #expect(apic.writeMemory(offset: 0xB0, 0, at: now) == [])
    #expect(apic.processorPriority == 0x40)
    #expect(apic.writeMemory(offset: 0xB0, 0, at: now) == .interruptPending)
    #expect(apic.acknowledge() == 0x35)
    #expect(apic.acknowledge() == nil)
    #expect(apic.writeMemory(offset: 0xB0, 0, at: now) == .interruptPending)
    #expect(apic.acknowledge() == 0x31)
    #expect(apic.writeMemory(offset: 0xB0, 0, at: now) == [])
    #expect(apic.writeMemory(offset: 0xB0, 0, at: now) == [])
  }

  @Test func prioritiesHoldBack() throws {
    var apic = enabled()
    _ = apic.accept(0x55)
    #expect(apic.writeMemory(offset: 0x80, 0x50, at: now) == [])
    #expect(apic.highestPending() == nil)
    #expect(apic.controlRegister8 == 5)
    let effects = try apic.writeControlRegister8(4)
    #expect(effects == .interruptPending)
    #expect(apic.readMemory(offset: 0x80, at: now) == 0x40)
    #expect((try? apic.writeControlRegister8(16)) == nil)
  }

  @Test func aDisabledAPICTakesNothing() {
    var apic = LocalAPIC(id: 0)
    #expect(apic.accept(0x40) == false)
    apic = enabled()
    #expect(apic.accept(0x40) == true)
    _ = apic.writeMemory(offset: 0x320, 0x30, at: now)
    _ = apic.writeMemory(offset: 0xF0, 0xFF, at: now)
    #expect(apic.readMemory(offset: 0x320, at: now) == 0x1_0030)
    _ = apic.writeMemory(offset: 0x320, 0x31, at: now)
    #expect(apic.readMemory(offset: 0x320, at: now) == 0x1_0031)
    #expect(apic.accept(0x41) == false)
    #expect(apic.highestPending() == 0x40)  // held, for the processor to handle
  }

  @Test func vectorsAgreeWithASet() {
    var random = SplitMix64(seed: 11)
    var bitmap = VectorBitmap()
    var model: Set<UInt8> = []
    for _ in 0..<5000 {
      let vector = UInt8.random(in: 0...255, using: &random)
      let value = Bool.random(using: &random)
      bitmap[vector] = value
      if value { model.insert(vector) } else { model.remove(vector) }
      #expect(bitmap.highest == model.max())
      #expect(bitmap[vector] == value)
      #expect(bitmap.isEmpty == model.isEmpty)
      let register = vector >> 5
      #expect(bitmap.register(register) == model.filter { $0 >> 5 == register }.reduce(0) { $0 | 1 << UInt32($1 & 31) })
    }
  }

  @Test func commandsReachTheSender() throws {
    var apic = enabled()
    #expect(apic.writeMemory(offset: 0x300, 0x4_0080, at: now) == .interruptPending)  // self
    #expect(apic.acknowledge() == 0x80)
    #expect(apic.writeMemory(offset: 0x300, 0x8_0091, at: now) == .interruptPending)  // all
    #expect(apic.acknowledge() == 0x91)
    #expect(apic.writeMemory(offset: 0x300, 0xC_00A2, at: now) == [])  // all others
    #expect(apic.writeMemory(offset: 0x300, 0xC_4500, at: now) == [])  // INIT to all others
    #expect(apic.writeMemory(offset: 0x300, 0x4_0400, at: now) == .nonMaskableInterrupt)
    _ = apic.writeMemory(offset: 0x310, 1 << 24, at: now)
    #expect(apic.writeMemory(offset: 0x300, 0xB0, at: now) == [])  // to APIC 1
    _ = apic.writeMemory(offset: 0x310, 0xFF << 24, at: now)
    #expect(apic.writeMemory(offset: 0x300, 0x10B0, at: now) == .interruptPending)  // to all, by number
    #expect(apic.readMemory(offset: 0x300, at: now) == 0xB0)
    #expect(apic.readMemory(offset: 0x310, at: now) == 0xFF00_0000)
  }

  @Test func logicalDestinationsMatch() {
    var apic = enabled()
    func sends(_ destination: UInt32) -> Bool {
      var copy = apic
      _ = copy.writeMemory(offset: 0x310, destination << 24, at: now)
      return copy.writeMemory(offset: 0x300, 0x890, at: now) == .interruptPending
    }
    #expect(!sends(1))
    _ = apic.writeMemory(offset: 0xD0, 0x0400_0000, at: now)
    #expect(sends(4) && sends(6) && !sends(3) && sends(0xFF))
    _ = apic.writeMemory(offset: 0xE0, 0x0FFF_FFFF, at: now)
    _ = apic.writeMemory(offset: 0xD0, 0x2400_0000, at: now)
    #expect(sends(0x24) && sends(0x2C) && !sends(0x34) && !sends(0x21) && sends(0xF4))
  }

  @Test func badVectorsAreErrors() {
    var apic = enabled()
    #expect(apic.writeMemory(offset: 0x300, 0x4_000F, at: now) == [])
    #expect(apic.accept(3) == false)
    #expect(apic.readMemory(offset: 0x280, at: now) == 0)
    _ = apic.writeMemory(offset: 0x280, 0, at: now)
    #expect(apic.readMemory(offset: 0x280, at: now) == 0x60)
    _ = apic.writeMemory(offset: 0x280, 0, at: now)
    #expect(apic.readMemory(offset: 0x280, at: now) == 0)
    _ = apic.readMemory(offset: 0x40, at: now)
    _ = apic.writeMemory(offset: 0x3F0, 0x40, at: now)
    _ = apic.writeMemory(offset: 0x280, 0, at: now)
    #expect(apic.readMemory(offset: 0x280, at: now) == 0x80)
  }

  @Test func errorsInterruptOnce() {
    var apic = enabled()
    _ = apic.writeMemory(offset: 0x370, 0xFE, at: now)
    #expect(apic.writeMemory(offset: 0x300, 0x4_0001, at: now) == .interruptPending)
    #expect(apic.acknowledge() == 0xFE)
    _ = apic.writeMemory(offset: 0xB0, 0, at: now)
    #expect(apic.writeMemory(offset: 0x300, 0x4_0001, at: now) == [])
    _ = apic.writeMemory(offset: 0x280, 0, at: now)
    #expect(apic.writeMemory(offset: 0x300, 0x4_0001, at: now) == .interruptPending)
  }

  @Test func x2apicChecksEveryWrite() throws {
    let apic = enabled(id: 0x25, .x2apic)
    #expect(try apic.readMSR(0x802, at: now) == 0x25)
    #expect(try apic.readMSR(0x80D, at: now) == 2 << 16 | 1 << 5)
    for msr in [0x802, 0x803, 0x80A, 0x80D, 0x810, 0x818, 0x820, 0x839] as [UInt32] {
      #expect(refuses(apic, write: msr, 0))
      #expect(!refuses(apic, read: msr))
    }
    for msr in [0x800, 0x804, 0x809, 0x80C, 0x80E, 0x82F, 0x831, 0x83D, 0x840, 0x8FF, 0x7FF] as [UInt32] {
      #expect(refuses(apic, write: msr, 0))
      #expect(refuses(apic, read: msr))
    }
    #expect(refuses(apic, read: 0x80B) && refuses(apic, read: 0x83F))
    #expect(!refuses(apic, write: 0x80B, 0) && refuses(apic, write: 0x80B, 1))
    #expect(!refuses(apic, write: 0x828, 0) && refuses(apic, write: 0x828, 1))
    #expect(!refuses(apic, write: 0x808, 0xFF) && refuses(apic, write: 0x808, 0x100))
    #expect(refuses(apic, write: 0x80F, 1 << 12))
    #expect(!refuses(apic, write: 0x832, 0x4_00EF) && refuses(apic, write: 0x832, 0x6_00EF))
    #expect(refuses(apic, write: 0x832, 1 << 32 | 0xEF))
    #expect(!refuses(apic, write: 0x835, 0x1_A700) && refuses(apic, write: 0x835, 0x2_0000))
    #expect(refuses(apic, write: 0x830, 1 << 13) && refuses(apic, write: 0x830, 1 << 20))
    #expect(!refuses(apic, write: 0x83E, 0xB) && refuses(apic, write: 0x83E, 4))
    #expect(refuses(LocalAPIC(id: 0), read: 0x802))
    #expect(refuses(LocalAPIC(id: 0, mode: .x2apic, supportsTSCDeadline: false), write: 0x832, 0x4_00EF))
    var memory = apic
    #expect(memory.readMemory(offset: 0x20, at: now) == 0)
    #expect(memory.mmioFrame == nil)
  }

  @Test func x2apicSendsToItself() throws {
    var apic = enabled(id: 0x25, .x2apic)
    let byNumber = try apic.writeMSR(0x830, 0x25 << 32 | 0x61, at: now)
    #expect(byNumber == .interruptPending)
    #expect(try apic.readMSR(0x830, at: now) == 0x25 << 32 | 0x61)
    #expect(apic.acknowledge() == 0x61)
    let byBit = try apic.writeMSR(0x830, (2 << 16 | 1 << 5) << 32 | 0x872, at: now)
    #expect(byBit == .interruptPending)
    #expect(apic.acknowledge() == 0x72)
    let elsewhere = try apic.writeMSR(0x830, 0x26 << 32 | 0x83, at: now)
    #expect(elsewhere == [])
    let own = try apic.writeMSR(0x83F, 0x84, at: now)
    #expect(own == .interruptPending)
    let ended = try apic.writeMSR(0x80B, 0, at: now)
    #expect(ended == .interruptPending)
    #expect(apic.acknowledge() == 0x84)
  }

  @Test func formsChangeOnlyAsTheManualAllows() throws {
    let xapic: UInt64 = 0xFEE0_0900
    func allows(from start: [UInt64], _ value: UInt64) -> Bool {
      var apic = LocalAPIC(id: 0, physicalAddressBits: 40)
      for value in start { _ = try? apic.writeBaseRegister(value) }
      return (try? apic.writeBaseRegister(value)) != nil
    }
    let x2apic = xapic | 1 << 10
    let off: UInt64 = 0xFEE0_0100
    #expect(allows(from: [], xapic) && allows(from: [], x2apic) && allows(from: [], off))
    #expect(!allows(from: [], off | 1 << 10))
    #expect(allows(from: [x2apic], x2apic) && allows(from: [x2apic], off) && !allows(from: [x2apic], xapic))
    #expect(allows(from: [off], xapic) && allows(from: [off], off) && !allows(from: [off], x2apic))
    #expect(!allows(from: [], xapic | 1) && !allows(from: [], xapic | 1 << 9))
    #expect(allows(from: [], xapic | 1 << 39) && !allows(from: [], xapic | 1 << 40))

    var apic = enabled()
    _ = apic.accept(0x40)
    _ = apic.writeMemory(offset: 0x310, 0x0100_0000, at: now)
    let effects = try apic.writeBaseRegister(x2apic)
    #expect(effects.contains(.relocated))
    #expect(apic.baseRegister == x2apic)
    #expect(apic.highestPending() == 0x40)
    #expect(try apic.readMSR(0x830, at: now) == 0)
    _ = try apic.writeBaseRegister(off)
    #expect(apic.highestPending() == nil)
    #expect(!apic.isSoftwareEnabled)
    _ = try apic.writeBaseRegister(0x8_0000_0800)
    #expect(apic.mmioFrame == GuestFrame(0x8_0000_0))
  }

  @Test func anyAccessIsHarmless() {
    var random = SplitMix64(seed: 5)
    for mode in [LocalAPIC.Mode.xapic, .x2apic, .disabled] {
      var apic = LocalAPIC(id: 0, mode: mode)
      var time: UInt64 = 0
      for _ in 0..<200_000 {
        time &+= UInt64.random(in: 0...1_000_000, using: &random)
        let now = Nanoseconds(time)
        let value = random.next() >> UInt64.random(in: 0...63, using: &random)
        switch Int.random(in: 0..<7, using: &random) {
        case 0: _ = apic.readMemory(offset: UInt32.random(in: 0...0x1010, using: &random), at: now)
        case 1:
          let offset = UInt32.random(in: 0...0x40, using: &random) << 4
          _ = apic.writeMemory(offset: offset, UInt32(truncatingIfNeeded: value), at: now)
        case 2: _ = try? apic.readMSR(UInt32.random(in: 0x7FF...0x841, using: &random), at: now)
        case 3: _ = try? apic.writeMSR(UInt32.random(in: 0x7FF...0x841, using: &random), value, at: now)
        case 4: _ = apic.setTSCDeadline(TSCTicks(value), due: Nanoseconds(value), at: now)
        case 5: _ = apic.timerExpired(at: now)
        default: _ = apic.acknowledge()
        }
        let deadline = apic.nextDeadline
        if deadline <= now { _ = apic.timerExpired(at: now) }
        #expect(apic.nextDeadline > now)
      }
    }
  }
}
