import Core
import Testing

@testable import Layouts

@Suite struct CR4ChangeTests {
  private let offered: ControlRegister4 = [
    .pageSizeExtensions, .physicalAddressExtension, .globalPages, .fxsave, .processContextIdentifiers,
    .supervisorExecutionPrevention,
  ]

  private func move(
    from old: ControlRegister4 = [.physicalAddressExtension], to operand: UInt64, cr3: UInt64 = 0x1000,
    isLongMode: Bool = true
  ) -> CR4Change.Outcome? {
    CR4Change(from: old, to: operand, offered: offered, cr3: cr3, isLongMode: isLongMode).outcome
  }

  @Test(arguments: 0..<64 as Range<UInt64>) func aBitThatIsNotOfferedFaults(bit: UInt64) {
    let operand = ControlRegister4.physicalAddressExtension.rawValue | 1 << bit
    #expect((move(to: operand) != nil) == offered.contains(ControlRegister4(rawValue: 1 << bit)))
  }

  @Test func longModeKeepsItsPaging() {
    #expect(move(to: 0) == nil)
    #expect(move(to: 0, isLongMode: false) == CR4Change.Outcome(cr4: [], flushes: true))
  }

  @Test func identifiersStartInLongModeWithTheFirst() {
    let wanted: ControlRegister4 = [.physicalAddressExtension, .processContextIdentifiers]
    #expect(move(to: wanted.rawValue) == CR4Change.Outcome(cr4: wanted, flushes: true))
    #expect(move(to: wanted.rawValue, cr3: 0x1001) == nil)
    #expect(move(to: wanted.rawValue, isLongMode: false) == nil)
    #expect(move(from: wanted, to: wanted.rawValue, cr3: 0x1001) == CR4Change.Outcome(cr4: wanted, flushes: false))
  }

  @Test func whatTranslatesFlushes() {
    let old: ControlRegister4 = [.physicalAddressExtension]
    for bit in [ControlRegister4.pageSizeExtensions, .globalPages, .supervisorExecutionPrevention] {
      #expect(move(from: old, to: old.union(bit).rawValue)?.flushes == true)
      #expect(move(from: old.union(bit), to: old.rawValue)?.flushes == true)
    }
    #expect(move(from: old, to: old.union(.fxsave).rawValue)?.flushes == false)
    #expect(move(from: old, to: old.rawValue)?.flushes == false)
  }
}
