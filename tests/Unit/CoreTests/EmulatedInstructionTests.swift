import Testing
import XenABI

@testable import Core

/// Instructions that are carried out for a guest whose pages lie apart: linear pages 1, 2, ... are guest frames 11, 12,
/// ... in whichever order a test maps them.
@Suite struct EmulatedInstructionTests {
  let machine = TestMachine()
  let guest: TestDomain

  /// 32-bit paging (SDM vol. 3 4.3): the directory in frame 8, the one table in frame 9.
  private static let table: UInt64 = 0x9000

  init() {
    guest = machine.makeDomain(1)
    guest.write(UInt32(0x9000 | 7), at: GuestVirtualAddress(0x8000))
  }

  private func map(_ page: UInt64, _ frame: UInt64, writable: Bool = true) {
    // Present, a user's, accessed and dirty.
    guest.write(UInt32(frame << 12) | (writable ? 0x67 : 0x65), at: GuestVirtualAddress(Self.table + page * 4))
  }

  /// Turns paging on for the length of one instruction, which starts at address 0.
  private func carryOut(_ code: String, _ set: (inout GeneralRegisters) -> Void = { _ in }) throws(OperandError) {
    guest.vcpu.object.storedPaging.cr0 = [.paging, .protectionEnable, .writeProtect]
    guest.vcpu.object.storedPaging.cr3 = 0x8000
    guest.vcpu.object.pagingIsCurrent = true
    set(&guest.vcpu.object.registers)
    defer { guest.vcpu.object.storedPaging = PagingState() }
    guard let instruction = try? decodeInstruction(codeBytes(code), .bits32).get() else {
      Issue.record("\(code) is not decoded")
      return
    }
    try instruction.carryOut(for: guest.vcpu) { _ in 0 }
  }

  private func refusal(_ code: String, _ set: (inout GeneralRegisters) -> Void = { _ in }) -> OperandError? {
    do throws(OperandError) {
      try carryOut(code, set)
      return nil
    } catch {
      return error
    }
  }

  private func bytes(_ place: UInt64, _ count: Int = 4) -> [UInt8] {
    guest.bytes(count, at: GuestVirtualAddress(place))
  }
  private func put(_ bytes: [UInt8], _ place: UInt64) {
    for (index, byte) in bytes.enumerated() {
      guest.write(byte, at: GuestVirtualAddress(place + UInt64(index)))
    }
  }

  private func fault(_ address: UInt64, _ code: PageFaultErrorCode) -> OperandError {
    .translation(.pageFault(PageFault(address: GuestVirtualAddress(address), errorCode: code)))
  }

  @Test func writesBothPages() throws {
    map(1, 15)
    map(2, 11)
    put([0, 0, 0, 0], 0xFFFC)
    put([0, 0, 0, 0], 0xB000)
    put([9, 9, 9, 9], 0x10000)
    // MOV [ebx], eax
    try carryOut("89 03") { ($0.rbx, $0.rax) = (0x1FFD, 0x4433_2211) }
    #expect(bytes(0xFFFC) == [0, 0x11, 0x22, 0x33])
    #expect(bytes(0xB000) == [0x44, 0, 0, 0])
    #expect(bytes(0x10000) == [9, 9, 9, 9])
    // MOV eax, [ebx]
    try carryOut("8b 03") { $0.rax = 0 }
    #expect(guest.vcpu.object.registers.rax == 0x4433_2211)
    // ADD [ebx], eax
    try carryOut("01 03") { $0.rax = 0x0101_0101 }
    #expect(bytes(0xFFFD, 3) + bytes(0xB000, 1) == [0x12, 0x23, 0x34, 0x45])
  }

  @Test func movesStringsBetweenPagesThatLieApart() throws {
    map(1, 15)
    map(2, 11)
    map(3, 20)
    map(4, 18)
    put([1, 2], 0xFFFE)
    put([3, 4], 0xB000)
    put([0, 0, 0, 0], 0x14FFC)
    put([0, 0, 0, 0], 0x12000)
    try carryOut("a5") { ($0.rsi, $0.rdi) = (0x1FFE, 0x3FFF) }
    #expect(bytes(0x14FFF, 1) + bytes(0x12000, 3) == [1, 2, 3, 4])
    // STOS
    try carryOut("ab") { ($0.rax, $0.rdi) = (0x0807_0605, 0x3FFD) }
    #expect(bytes(0x14FFD, 3) + bytes(0x12000, 1) == [5, 6, 7, 8])
  }

  /// The second page forbids it: no byte of the first is written, no register changes, and the fault is the second's.
  @Test(arguments: ["89 03", "01 03", "0f c1 03", "0f b1 03", "c7 03 01 02 03 04", "a5", "ab", "0f ab 03", "d1 23"])
  func asksBothPagesBeforeItWrites(_ code: String) {
    map(1, 15)
    map(2, 11, writable: false)
    map(3, 12)
    put([7, 7, 7, 7], 0xFFFC)
    put([7, 7, 7, 7], 0xB000)
    let set: (inout GeneralRegisters) -> Void = {
      ($0.rax, $0.rbx, $0.rdi, $0.rsi, $0.rip) = (1, 0x1FFE, 0x1FFE, 0x3000, 0x100)
    }
    #expect(refusal(code, set) == fault(0x2000, [.present, .write]))
    #expect(bytes(0xFFFC) == [7, 7, 7, 7] && bytes(0xB000) == [7, 7, 7, 7])
    #expect(guest.vcpu.object.registers.rip == 0x100 && guest.vcpu.object.registers.rax == 1)
    #expect(guest.vcpu.object.registers.rdi == 0x1FFE)
    // Reading is allowed there.
    #expect(refusal("8b 03", set) == nil)
  }

  /// A source that can be read does not help a destination that can't be written, and nor the other way round.
  @Test func asksSourceAndDestination() {
    map(1, 15)
    map(2, 11, writable: false)
    #expect(refusal("a5") { ($0.rsi, $0.rdi) = (0x1000, 0x2000) } == fault(0x2000, [.present, .write]))
    #expect(refusal("a5") { ($0.rsi, $0.rdi) = (0x6000, 0x2000) } == fault(0x6000, []))
    #expect(refusal("a6") { ($0.rsi, $0.rdi) = (0x1000, 0x2000) } == nil)
    #expect(refusal("a6") { ($0.rsi, $0.rdi) = (0x1000, 0x6000) } == fault(0x6000, []))
  }

  /// Half in memory, half where there is none: memory gets and gives its part, the rest reads as ones.
  @Test func crossesFromMemoryIntoNothing() throws {
    map(1, 15)
    map(2, 0x3000)
    put([1, 2, 3, 4], 0xFFFC)
    try carryOut("8b 03") { $0.rbx = 0x1FFE }
    #expect(guest.vcpu.object.registers.rax == 0xFFFF_0403)
    try carryOut("89 03") { $0.rax = 0x0D0C_0B0A }
    #expect(bytes(0xFFFC) == [1, 2, 0x0A, 0x0B])
    // And the other way round.
    map(1, 0x3000)
    map(2, 11)
    try carryOut("89 03") { $0.rax = 0x0D0C_0B0A }
    #expect(bytes(0xB000, 2) == [0x0C, 0x0D])
  }

  /// A second page behind a read-only grant: #GP, and nothing is written.
  @Test func readOnlyGrantsTakeNothing() {
    map(1, 15)
    map(2, 40)
    let place = guest.place(40)
    guest.map(GuestFrame(40), to: place.frame, .grantReadOnly)
    put([7, 7, 7, 7], 0xFFFC)
    #expect(refusal("89 03") { ($0.rbx, $0.rax) = (0x1FFE, 0) } == .readOnlyGrant)
    #expect(bytes(0xFFFC) == [7, 7, 7, 7])
    guest.map(GuestFrame(40), to: place.frame, .ram)
  }

  /// BTS reaches as far from its operand as the bit's number says.
  @Test func bitsFarFromTheirOperand() throws {
    map(1, 15)
    map(5, 11)
    put([0, 0, 0, 0], 0xB010)
    try carryOut("0f ab 0b") { ($0.rbx, $0.rcx) = (0x1000, (0x4010 * 8) + 9) }
    #expect(bytes(0xB010) == [0, 2, 0, 0])
    #expect(guest.vcpu.object.registers.rflags & 1 == 0)
    try carryOut("0f b3 0b") { ($0.rbx, $0.rcx) = (0x6000, UInt64(UInt32(bitPattern: -0xFF0 * 8 + 9))) }
    #expect(bytes(0xB010) == [0, 0, 0, 0])
    #expect(guest.vcpu.object.registers.rflags & 1 == 1)
  }
}
