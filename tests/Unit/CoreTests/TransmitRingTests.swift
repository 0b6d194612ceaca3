import Testing
import XenABI

@testable import Core

@Suite struct TransmitRingTests {
  @Test func hasNoRoomBeforeItHasItsMemory() {
    var ring = TransmitRing()
    let room = ring.room
    let taken = ring.append(0x61)
    let next = ring.next()
    #expect(room == 0 && !taken && next == nil)
  }

  /// What goes in comes out once, in order, however full the ring is and wherever it wraps.
  @Test(arguments: 0..<4 as Range<UInt64>) func keepsTheOrder(_ seed: UInt64) throws {
    let machine = TestMachine()
    let frames = machine.hypervisor.object.allocator.allocate(FrameOrder(2), owner: .hypervisor)
    let place = try #require(frames).address
    var ring = TransmitRing()
    ring.place(at: place, in: machine.map)
    var random = SplitMix64(seed: seed)
    var put: UInt64 = 0
    var taken: UInt64 = 0
    for _ in 0..<200 {
      for _ in 0..<random.next() % (2 * TransmitRing.capacity) {
        let isFull = put - taken == TransmitRing.capacity
        try #require(ring.append(UInt8(truncatingIfNeeded: put &* 7)) == !isFull)
        if !isFull { put += 1 }
      }
      #expect(ring.count == put - taken && ring.room == TransmitRing.capacity - ring.count)
      for _ in 0..<random.next() % (2 * TransmitRing.capacity) {
        guard let byte = ring.next() else { break }
        try #require(byte == UInt8(truncatingIfNeeded: taken &* 7))
        taken += 1
      }
      #expect(ring.isEmpty == (put == taken))
    }
  }
}
