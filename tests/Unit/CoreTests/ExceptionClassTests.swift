import Testing

@testable import Core

/// Which exceptions make a double fault together, as the table of the manual has it (Intel SDM vol. 3 6.15, table 6-5).
@Suite struct ExceptionClassTests {
  private func outcome(_ first: UInt8, _ second: UInt8) -> ExceptionClass.Outcome {
    ExceptionClass(vector: first).interrupted(by: ExceptionClass(vector: second))
  }

  @Test func benignEventsGiveWay() {
    for first in [1, 2, 3, 4, 5, 6, 7, 9, 16, 17, 18, 19, 32, 255] as [UInt8] {
      for second in [0, 1, 10, 13, 14, 17] as [UInt8] { #expect(outcome(first, second) == .second) }
    }
  }

  @Test func contributoryExceptionsMakeADoubleFault() {
    for first in [0, 10, 11, 12, 13] as [UInt8] {
      for second in [0, 10, 11, 12, 13] as [UInt8] { #expect(outcome(first, second) == .doubleFault) }
      for second in [1, 3, 6, 14, 17] as [UInt8] { #expect(outcome(first, second) == .second) }
    }
  }

  @Test func aPageFaultMakesOneWithItsLike() {
    for second in [0, 10, 11, 12, 13, 14] as [UInt8] { #expect(outcome(14, second) == .doubleFault) }
    for second in [1, 6, 17] as [UInt8] { #expect(outcome(14, second) == .second) }
  }

  @Test func aDoubleFaultsHandlerThatCantBeCalledIsTheEnd() {
    for second in [0, 10, 11, 12, 13, 14] as [UInt8] { #expect(outcome(8, second) == .tripleFault) }
    for second in [1, 6, 17] as [UInt8] { #expect(outcome(8, second) == .second) }
  }
}
