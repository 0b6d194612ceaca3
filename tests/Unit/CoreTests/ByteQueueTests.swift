import Testing
import XenABI

@testable import Core

@Suite struct ByteQueueTests {
  private static let capacity: UInt64 = 16 << 10

  @Test func hasNoRoomBeforeItHasItsMemory() {
    var queue = ByteQueue()
    let room = queue.room
    let taken = queue.append(0x61)
    let next = queue.next()
    #expect(room == 0 && !taken && next == nil)
  }

  /// What goes in comes out once, in order, however full the queue is and wherever it wraps.
  @Test(arguments: 0..<4 as Range<UInt64>) func keepsTheOrder(_ seed: UInt64) throws {
    let machine = TestMachine()
    let frames = machine.hypervisor.object.allocator.allocate(FrameOrder(2), owner: .hypervisor)
    let place = try #require(frames).address
    var queue = ByteQueue()
    queue.place(at: place, capacity: Self.capacity, in: machine.map)
    var random = SplitMix64(seed: seed)
    var put: UInt64 = 0
    var taken: UInt64 = 0
    for _ in 0..<200 {
      for _ in 0..<random.next() % (2 * Self.capacity) {
        let isFull = put - taken == Self.capacity
        try #require(queue.append(UInt8(truncatingIfNeeded: put &* 7)) == !isFull)
        if !isFull { put += 1 }
      }
      #expect(queue.count == put - taken && queue.room == Self.capacity - queue.count)
      for _ in 0..<random.next() % (2 * Self.capacity) {
        guard let byte = queue.next() else { break }
        try #require(byte == UInt8(truncatingIfNeeded: taken &* 7))
        taken += 1
      }
      #expect(queue.isEmpty == (put == taken))
    }
  }
}
