import Testing
import XenABI

@testable import Core

/// Arguments and outcomes in the registers of both widths.
@Suite struct HypercallArgumentsTests {
  private func distinct() -> GeneralRegisters {
    var registers = GeneralRegisters()
    for number in 0..<16 { registers[encoding: UInt8(number)] = 0x1111_0000_0000_0000 | UInt64(number) << 32 | 0xAB00 }
    for number in 0..<16 { registers[encoding: UInt8(number)] |= UInt64(number) }
    return registers
  }

  @Test func wideArgumentsAreRDIRSIRDXR10R8() {
    let registers = distinct()
    let arguments = registers.arguments(.bits64)
    #expect(arguments.first == registers.rdi && arguments.second == registers.rsi && arguments.third == registers.rdx)
    #expect(arguments.fourth == registers.r10 && arguments.fifth == registers.r8)
  }

  @Test func narrowArgumentsAreEBXECXEDXESIEDI() {
    let arguments = distinct().arguments(.bits32)
    #expect(arguments.first == 0xAB03 && arguments.second == 0xAB01 && arguments.third == 0xAB02)
    #expect(arguments.fourth == 0xAB06 && arguments.fifth == 0xAB07)
  }

  @Test(arguments: [CallWidth.bits64, .bits32]) func argumentsComeBackAsTheyWereSet(_ width: CallWidth) {
    var registers = distinct()
    let before = registers.arguments(width)
    registers.setArguments(before, width)
    #expect(registers.arguments(width) == before)
  }

  @Test func aFinishedCallLeavesItsValueAlone() {
    var registers = distinct()
    let isWideFinished = registers.complete(.refused(.notImplemented), .bits64)
    #expect(isWideFinished)
    #expect(registers.rax == UInt64(bitPattern: -38))
    #expect(registers.arguments(.bits64) == distinct().arguments(.bits64))
    let isNarrowFinished = registers.complete(.refused(.notImplemented), .bits32)
    #expect(isNarrowFinished)
    #expect(registers.rax == 0xFFFF_FFDA)
  }

  @Test(arguments: [CallWidth.bits64, .bits32]) func aContinuationReplacesThreeArguments(_ width: CallWidth) {
    var registers = distinct()
    let before = registers.arguments(width)
    let rest = HypercallContinuation.memory(.populatePhysmap, GuestVirtualAddress(0x1234_5678), from: 5)
    let isFinished = registers.complete(.continues(rest), width)
    #expect(!isFinished)
    let after = registers.arguments(width)
    #expect(after.first == 5 << 6 | 6 && after.second == 0x1234_5678)
    #expect(after.fourth == before.fourth && after.fifth == before.fifth)
    #expect(registers.rax == distinct().rax)
  }

  @Test func repeatingChangesNothing() {
    var registers = distinct()
    let isFinished = registers.complete(.repeats, .bits64)
    #expect(!isFinished)
    for number in 0..<16 { #expect(registers[encoding: UInt8(number)] == distinct()[encoding: UInt8(number)]) }
  }
}
