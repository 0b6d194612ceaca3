import Testing
import XenABI

@testable import Core

/// 32-bit and PAE paging: two levels of four-byte entries, three of eight bytes.
@Suite struct GuestPageWalkLegacyTests {
  private let linear: UInt64 = 0xC123_4567
  private let limits = PagingLimits(physicalAddressBits: 38, hasGigabytePages: true)
  private let memory = FakePhysicalMemory()

  private func state(pae: Bool) -> PagingState {
    PagingState(
      cr0: .protectionEnable.union(.paging).union(.writeProtect), cr3: pae ? 0x1020 : 0x1018,
      cr4: pae ? .physicalAddressExtension : .pageSizeExtensions, efer: pae ? .noExecuteEnable : [],
      privilegeLevel: 0, alignmentCheck: false)
  }

  private func result(_ state: PagingState, _ access: MemoryAccess) -> Result<GuestTranslation, PageWalkError> {
    Result { () throws(PageWalkError) in
      // The upper half is not part of a linear address in these modes.
      try state.translate(GuestVirtualAddress(linear | 5 << 32), for: access, limits: limits, in: memory)
    }
  }

  private func fault(_ code: PageFaultErrorCode) -> Result<GuestTranslation, PageWalkError> {
    .failure(.pageFault(PageFault(address: GuestVirtualAddress(linear), errorCode: code)))
  }

  // The entries' addresses: the directory's at 0x1000, the table's at 0x2000 (32-bit); the pointer's at 0x1020, the
  // directory's at 0x2000, the table's at 0x3000 (PAE).
  private var directory32: UInt64 { 0x1000 + (linear >> 22) * 4 }
  private var table32: UInt64 { 0x2000 + (linear >> 12 & 1023) * 4 }
  private var pointerPAE: UInt64 { 0x1020 + (linear >> 30) * 8 }
  private var directoryPAE: UInt64 { 0x2000 + (linear >> 21 & 511) * 8 }
  private var tablePAE: UInt64 { 0x3000 + (linear >> 12 & 511) * 8 }

  @Test func smallPagesIn32Bit() {
    memory.set32(directory32, 0x2000 | 0x3)
    memory.set32(table32, 0xFEDC_B000 | 0x3)
    let state = state(pae: false)
    #expect(result(state, .write) == .success(GuestTranslation(0xFEDC_B567, bytesLeft: 0xA99)))
    #expect(memory.loadEntry32(GuestPhysicalAddress(directory32)) == 0x2023)
    #expect(memory.loadEntry32(GuestPhysicalAddress(table32)) == 0xFEDC_B063)
    // The neighbours of a four-byte entry stay.
    #expect(memory.loadEntry32(GuestPhysicalAddress(table32 ^ 4)) == 0)
    #expect(memory.exchanges == 2)
  }

  @Test func rightsIn32Bit() {
    memory.set32(directory32, 0x2000 | 0x27)
    memory.set32(table32, 0xFEDC_B000 | 0x25)
    var state = state(pae: false)
    state.privilegeLevel = 3
    #expect(result(state, .write) == fault([.present, .write, .user]))
    // There is neither NX nor, without SMEP, a mark of a fetch.
    memory.set32(table32, 0xFEDC_B000 | 0x23)
    #expect(result(state, .execute) == fault([.present, .user]))
    memory.set32(directory32, 0)
    #expect(result(state, .read) == fault(.user))
    state.privilegeLevel = 0
    state.cr4.formUnion(.supervisorExecutionPrevention)
    #expect(result(state, .execute) == fault(.instructionFetch))
  }

  @Test func largePagesIn32Bit() {
    // Bits 20:13 are the address's bits 39:32.
    memory.set32(directory32, 0xFFC0_0000 | 0x2A << 13 | 1 << 12 | 0x83)
    var state = state(pae: false)
    let offset = linear & 0x3F_FFFF
    #expect(
      result(state, .write) == .success(GuestTranslation(0x2A_FFC0_0000 + offset, bytesLeft: 0x40_0000 - offset)))
    #expect(memory.loadEntry32(GuestPhysicalAddress(directory32))! & 0x60 == 0x60)
    for bit in [19, 20, 21] {  // 38 address bits: 38, 39, and the one that never is
      memory.set32(directory32, 0xFFC0_0000 | 1 << bit | 0xE3)
      #expect(result(state, .read) == fault([.present, .reserved]))
    }
    // Without PSE the bit means nothing.
    memory.set32(directory32, 0x2000 | 0xA3)
    memory.set32(table32, 0x5000 | 0x23)
    state.cr4.subtract(.pageSizeExtensions)
    #expect(result(state, .read) == .success(GuestTranslation(0x5567, bytesLeft: 0xA99)))
  }

  @Test func smallPagesInPAE() {
    memory[pointerPAE] = 0x2001
    memory[directoryPAE] = 0x3000 | 0x3
    memory[tablePAE] = 0x2A_FEDC_B000 | 0x3
    let state = state(pae: true)
    #expect(result(state, .write) == .success(GuestTranslation(0x2A_FEDC_B567, bytesLeft: 0xA99)))
    // The pointer knows no accessed bit.
    #expect(memory[pointerPAE] == 0x2001)
    #expect(memory[directoryPAE] & 0x60 == 0x20)
    #expect(memory[tablePAE] & 0x60 == 0x60)
  }

  @Test func largePagesInPAE() {
    memory[pointerPAE] = 0x2001
    memory[directoryPAE] = 0x2A_FEC0_0000 | 0xE7
    var state = state(pae: true)
    state.privilegeLevel = 3
    let offset = linear & 0x1F_FFFF
    #expect(
      result(state, .write) == .success(GuestTranslation(0x2A_FEC0_0000 + offset, bytesLeft: 0x20_0000 - offset)))
    memory[directoryPAE] |= EntryBits.nx
    #expect(result(state, .execute) == fault([.present, .user, .instructionFetch]))
    memory[directoryPAE] |= 1 << 13
    #expect(result(state, .read) == fault([.present, .user, .reserved]))
  }

  @Test func reservedBitsInPAE() {
    let state = state(pae: true)
    func set(_ level: Int, _ bit: UInt64) {
      memory[pointerPAE] = 0x2001 | (level == 3 ? bit : 0)
      memory[directoryPAE] = 0x3000 | 0x23 | (level == 2 ? bit : 0)
      memory[tablePAE] = 0x5000 | 0x23 | (level == 1 ? bit : 0)
    }
    for level in 1...3 {
      for bit in 38...62 as ClosedRange<UInt64> {
        set(level, 1 << bit)
        #expect(result(state, .read) == fault([.present, .reserved]))
      }
    }
    for bit in [1, 2, 6, 7, 8, 63] as [UInt64] {
      set(3, 1 << bit)
      #expect(result(state, .read) == fault([.present, .reserved]))
    }
    // Bit 5 is reserved too, but a processor that sets it has to be followed.
    for bit in [3, 4, 5, 9, 10, 11] as [UInt64] {
      set(3, 1 << bit)
      #expect(result(state, .read) == .success(GuestTranslation(0x5567, bytesLeft: 0xA99)))
    }
    memory[pointerPAE] = 0
    #expect(result(state, .write) == fault(.write))
  }
}
