import Core
import Testing

@testable import Layouts

@Suite struct CR0ChangeTests {
  private let protected = ControlRegister0.protectionEnable.union(.extensionType)
  private var paged: ControlRegister0 { protected.union(.paging) }

  private func move(
    from old: ControlRegister0, to new: ControlRegister0, cr4: ControlRegister4 = ControlRegister4(),
    efer: ExtendedFeatures = ExtendedFeatures(), isLongCode: Bool = false, isCodeLong: Bool = false
  ) -> CR0Change.Outcome? {
    CR0Change(
      from: old, to: new.rawValue, cr4: cr4, efer: efer, isLongCode: isLongCode, isCodeLong: isCodeLong
    ).outcome
  }

  @Test func numericErrorChangesNothingElse() throws {
    let outcome = try #require(move(from: protected, to: protected.union(.numericError)))
    #expect(outcome.cr0 == protected.union(.numericError))
    #expect(!outcome.loadsPointers)
    #expect(!outcome.flushes)
  }

  @Test func extensionTypeStaysAndReservedBitsAreLeftOut() throws {
    let change = CR0Change(
      from: protected, to: 0x1FFA_FFC1, cr4: ControlRegister4(), efer: ExtendedFeatures(), isLongCode: false,
      isCodeLong: false)
    #expect(try #require(change.outcome).cr0 == protected)
  }

  @Test func impossibleCombinationsFault() {
    #expect(move(from: protected, to: ControlRegister0.paging) == nil)
    #expect(move(from: protected, to: protected.union(.notWriteThrough)) == nil)
    #expect(move(from: protected, to: ControlRegister0(rawValue: 1 << 32 | 1)) == nil)
    #expect(
      move(from: protected.union(.writeProtect), to: protected, cr4: .controlFlowEnforcement) == nil)
  }

  @Test func pagingWithLongModeEnabledActivatesIt() throws {
    let efer = ExtendedFeatures.longModeEnable
    let outcome = try #require(
      move(from: protected, to: paged.union(.numericError), cr4: .physicalAddressExtension, efer: efer))
    #expect(outcome.efer == efer.union(.longModeActive))
    #expect(!outcome.loadsPointers)
    #expect(outcome.flushes)
    // Not without PAE, and not from a segment that would be 64-bit code at once.
    #expect(move(from: protected, to: paged, efer: efer) == nil)
    #expect(
      move(from: protected, to: paged, cr4: .physicalAddressExtension, efer: efer, isCodeLong: true) == nil)
  }

  @Test func longModeIsLeftFromCompatibilityModeOnly() throws {
    let efer = ExtendedFeatures.longModeEnable.union(.longModeActive)
    let cr4 = ControlRegister4.physicalAddressExtension
    #expect(try #require(move(from: paged, to: protected, cr4: cr4, efer: efer)).efer == .longModeEnable)
    #expect(move(from: paged, to: protected, cr4: cr4, efer: efer, isLongCode: true, isCodeLong: true) == nil)
    #expect(
      move(from: paged, to: protected, cr4: cr4.union(.processContextIdentifiers), efer: efer) == nil)
  }

  @Test func paeTakesItsPointersWhenPagingOrCachingChanges() throws {
    let cr4 = ControlRegister4.physicalAddressExtension
    #expect(try #require(move(from: protected, to: paged, cr4: cr4)).loadsPointers)
    #expect(try #require(move(from: paged, to: paged.union(.cacheDisable), cr4: cr4)).loadsPointers)
    #expect(try !#require(move(from: paged, to: paged.union(.numericError), cr4: cr4)).loadsPointers)
    #expect(try !#require(move(from: protected, to: paged)).loadsPointers)
  }
}
