import Testing

@testable import Layouts

/// ASIDs and VPIDs: none is used a second time before what it stood for is flushed.
@Suite struct AddressSpaceIDTests {
  @Test func aNumberComesAgainOnlyAfterAFlush() {
    var identifiers = AddressSpaceIDs(count: 8)
    var used: Set<UInt32> = []
    var flushes = 0
    for _ in 0..<100 {
      let generation = identifiers.generation
      let (number, mustFlush) = identifiers.take()
      #expect(number > 0)
      #expect(number < 8)
      #expect((identifiers.generation != generation) == mustFlush)
      if mustFlush {
        used = []
        flushes += 1
      }
      #expect(used.insert(number).inserted)
    }
    #expect(flushes == 14)
  }

  @Test func aFlushThatMayNotHaveBeenDoneIsAskedForAgain() {
    var identifiers = AddressSpaceIDs(count: 8)
    while !identifiers.take().mustFlush {}
    let generation = identifiers.generation
    identifiers.expire()
    let (number, mustFlush) = identifiers.take()
    #expect(mustFlush)
    #expect(number == 1)
    #expect(identifiers.generation == generation + 1)
  }
}
