import Testing

@testable import Core

@Suite struct PortPolicyTests {
  @Test func aGuestReadsOnes() {
    for port in [0, 0x20, 0x60, 0x61, 0x64, 0x70, 0x71, 0x80, 0x3F8, 0x4D0, 0xCF8, 0xCFC, 0xCFE, 0xFFFF] as [UInt16] {
      #expect(PortPolicy.read(port, .byte, isControlDomain: false) == .value(0xFF))
      #expect(PortPolicy.read(port, .word, isControlDomain: false) == .value(0xFFFF))
      #expect(PortPolicy.read(port, .doubleword, isControlDomain: false) == .value(0xFFFF_FFFF))
      #expect(PortPolicy.write(port, .byte, 0, isControlDomain: false) == .ignored)
    }
  }

  @Test func theTimerChannelReadsZero() {
    for isControlDomain in [false, true] {
      #expect(PortPolicy.read(0x42, .byte, isControlDomain: isControlDomain) == .value(0))
      #expect(PortPolicy.read(0x41, .word, isControlDomain: isControlDomain) == .value(0x00FF))
      #expect(PortPolicy.read(0x42, .word, isControlDomain: isControlDomain) == .value(0xFF00))
      #expect(PortPolicy.read(0x40, .doubleword, isControlDomain: isControlDomain) == .value(0xFF00_FFFF))
      #expect(PortPolicy.read(0x3F, .doubleword, isControlDomain: isControlDomain) == .value(0x00FF_FFFF))
      #expect(PortPolicy.read(0x43, .byte, isControlDomain: isControlDomain) == .value(0xFF))
    }
  }

  @Test func theControlDomainHasTheMachine() {
    for port in [0x60, 0x64, 0x70, 0x71, 0x1F0, 0x2F8, 0xCF8, 0xCFC, 0xB004] as [UInt16] {
      #expect(PortPolicy.read(port, .byte, isControlDomain: true) == .machine)
      #expect(PortPolicy.write(port, .byte, 1, isControlDomain: true) == .machine)
      #expect(PortPolicy.controlDomainOwns(port))
    }
    for port in [0x20, 0x21, 0xA0, 0xA1, 0x40, 0x43, 0x61, 0xE9, 0x3F8, 0x3FF, 0x4D0, 0x4D1] as [UInt16] {
      #expect(PortPolicy.write(port, .doubleword, 1, isControlDomain: true) == .ignored)
      #expect(!PortPolicy.controlDomainOwns(port))
    }
    // No byte of a wider access may be kept.
    #expect(PortPolicy.read(0x3F6, .doubleword, isControlDomain: true) == .value(0xFFFF_FFFF))
    #expect(PortPolicy.read(0x3F6, .word, isControlDomain: true) == .machine)
    #expect(PortPolicy.read(0xFFFF, .doubleword, isControlDomain: true) == .machine)
  }

  @Test func theLogPortTakesBytes() {
    #expect(PortPolicy.write(0xE9, .byte, 0x141, isControlDomain: false) == .log(0x41))
    #expect(PortPolicy.write(0xE9, .byte, 0x41, isControlDomain: true) == .log(0x41))
    #expect(PortPolicy.write(0xE9, .word, 0x41, isControlDomain: true) == .ignored)
  }
}
