import Core
import Testing

@testable import Layouts

/// What is written to a VMCB gives up the processor's copy of it, and no other: whichever member it is, the place that
/// it changes says which clean bit (AMD APM vol. 2 15.15.3, table 15-9).
@Suite struct VMCBGroupTests {
  /// The clean bit of a byte; nil for what the processor reads from memory each time.
  private static func cleanBit(_ offset: Int) -> UInt32? {
    switch offset {
    case 0x000..<0x018, 0x03C..<0x040, 0x050..<0x058: 0
    case 0x040..<0x050: 1
    case 0x058..<0x05C: 2
    case 0x060..<0x068: 3
    case 0x090..<0x098, 0x0B0..<0x0B8, 0x668..<0x670: 4
    case 0x4D0..<0x4D8, 0x548..<0x560: 5
    case 0x560..<0x570: 6
    case 0x460..<0x470, 0x480..<0x490: 7
    case 0x400..<0x440, 0x4CB: 8
    case 0x640..<0x648: 9
    case 0x0B8..<0x0C0, 0x670..<0x698: 10
    default: nil
    }
  }

  private typealias Write = (name: String, body: @Sendable (VMCB) -> Void)
  private static let writes: [Write] = [
    ("CR intercepts", { $0.interceptControlRegisters = 1 }), ("DR intercepts", { $0.interceptDebugRegisters = 1 }),
    ("exceptions", { $0.interceptExceptions = 1 }), ("instructions", { $0.interceptInstructions = .all }),
    ("I/O map", { $0.ioPermissionMap = 1 }), ("MSR map", { $0.msrPermissionMap = 1 }), ("TSC", { $0.tscOffset = 1 }),
    ("ASID", { $0.asid = 1 }), ("flush", { $0.tlbControl = 1 }), ("V_IRQ", { $0.virtualInterrupt = .pending }),
    ("shadow", { $0.interruptShadow = 1 }), ("NP", { $0.nestedControl = 1 }), ("event", { $0.eventInjection = 1 }),
    ("N_CR3", { $0.nestedRoot = 1 }), ("CPL", { $0.privilegeLevel = 3 }), ("EFER", { $0.efer = 1 }),
    ("CR4", { $0.cr4 = 1 }), ("CR3", { $0.cr3 = 1 }), ("CR0", { $0.cr0 = 1 }), ("DR7", { $0.dr7 = 1 }),
    ("DR6", { $0.dr6 = 1 }), ("RFLAGS", { $0.rflags = 1 }), ("RIP", { $0.rip = 1 }), ("RSP", { $0.rsp = 1 }),
    ("RAX", { $0.rax = 1 }), ("STAR", { $0.star = 1 }), ("LSTAR", { $0.lstar = 1 }), ("CSTAR", { $0.cstar = 1 }),
    ("SFMASK", { $0.sfmask = 1 }), ("KernelGSBase", { $0.kernelGSBase = 1 }), ("CS", { $0.sysenterCS = 1 }),
    ("ESP", { $0.sysenterESP = 1 }), ("EIP", { $0.sysenterEIP = 1 }), ("CR2", { $0.cr2 = 1 }),
    ("PAT", { $0.pageAttributeTable = 1 }), ("LBR", { $0.switchesBranchRecords = true }),
    ("DEBUGCTL", { $0.debugControl = 1 }), ("BR_FROM", { $0.lastBranchFrom = 1 }), ("BR_TO", { $0.lastBranchTo = 1 }),
    ("LASTEXCPFROM", { $0.lastExceptionFrom = 1 }), ("LASTEXCPTO", { $0.lastExceptionTo = 1 }),
  ]

  /// The clean bits after a write to a block of zeros, and the bytes that it has changed.
  private func outcome(_ body: (VMCB) -> Void) -> (clean: UInt32, changed: [Int]) {
    let block = UnsafeMutablePointer<UInt8>.allocate(capacity: 4096)
    defer { block.deallocate() }
    block.initialize(repeating: 0, count: 4096)
    let vmcb = VMCB(base: UInt(bitPattern: block))
    vmcb.cleanGroups = .all
    body(vmcb)
    return (vmcb.cleanGroups.rawValue, (0..<4096).filter { block[$0] != 0 && !(0xC0..<0xC4).contains($0) })
  }

  @Test func eachMemberGivesUpItsGroup() {
    for write in Self.writes { expectItsGroup(write) }
  }

  @Test func eachSegmentGivesUpItsGroup() {
    for number in 0..<10 as Range<UInt8> {
      guard let segment = VMCB.Segment(rawValue: number) else { continue }
      expectItsGroup(
        ("\(segment)", { $0.setSegment(segment, selector: 1, attributes: 1, limit: 1, base: 1) }))
      expectItsGroup(("\(segment) base", { $0.setSegmentBase(segment, 1) }))
    }
  }

  private func expectItsGroup(_ write: Write) {
    let (clean, changed) = outcome(write.body)
    #expect(!changed.isEmpty, "\(write.name)")
    var expected = VMCBGroup.all.rawValue
    for offset in changed {
      if let bit = Self.cleanBit(offset) { expected &= ~(1 << bit) }
    }
    #expect(clean == expected, "\(write.name)")
  }
}
