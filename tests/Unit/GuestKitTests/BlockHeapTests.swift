import Testing
import XenABI

@testable import GuestKitLogic

@Suite struct BlockHeapTests {
  @Test func blocksAreAlignedAndApart() {
    let machine = HeapMachine(frames: 2048)
    var random = SplitMix64(seed: 1)
    var blocks: [(address: UInt64, count: Int)] = []
    for _ in 0..<3000 {
      let count = Int(random.next() % (random.next() % 8 == 0 ? 9000 : 500))
      let alignment = 16 << Int(random.next() % 32 == 0 ? random.next() % 8 : 0)
      guard let address = machine.allocate(count, alignment: alignment) else { continue }
      #expect(address % UInt64(alignment) == 0 && address % pageSize != 0)
      blocks.append((address, count))
    }
    blocks.sort { $0.address < $1.address }
    for (block, next) in zip(blocks, blocks.dropFirst()) {
      #expect(block.address + UInt64(max(block.count, 8)) <= next.address)
    }
    #expect(machine.heap.usedBytes >= blocks.reduce(0) { $0 + $1.count })
  }

  @Test func keepsWhatBlocksHold() {
    let machine = HeapMachine(frames: 512)
    var random = SplitMix64(seed: 2)
    var blocks: [(address: UInt64, words: Int, seed: UInt64)] = []
    func check(_ block: (address: UInt64, words: Int, seed: UInt64)) -> Bool {
      (0..<block.words).allSatisfy { machine.words.load(block.address + UInt64($0) * 8) == block.seed &+ UInt64($0) }
    }
    for _ in 0..<20_000 {
      if random.next() % 5 < 2, !blocks.isEmpty {
        let block = blocks.remove(at: Int(random.next() % UInt64(blocks.count)))
        #expect(check(block))
        machine.free(block.address)
      } else {
        let words = Int(random.next() % (random.next() % 50 == 0 ? 1500 : 60)) + 1
        guard let address = machine.allocate(words * 8) else { continue }
        let seed = random.next()
        for word in 0..<words { machine.words.store(seed &+ UInt64(word), address + UInt64(word) * 8) }
        blocks.append((address, words, seed))
      }
    }
    #expect(blocks.allSatisfy(check))
  }

  /// What was used for small blocks is there for others once it is free, but for a page of each size.
  @Test func givesPagesBack() {
    let machine = HeapMachine(frames: 1024)
    for size in [1, 40, 100, 300, 700, 2000, 2016, 2017, 50_000] {
      var blocks: [UInt64] = []
      while let block = machine.allocate(size) { blocks.append(block) }
      #expect(blocks.count * size > 1000 * 4096 / 33)
      for block in blocks { machine.free(block) }
      #expect(machine.heap.usedBytes == 0)
    }
    #expect(machine.frames.freeCount >= 1023 - 20)
    #expect(machine.allocate(.max / 2) == nil)
    #expect(machine.allocate(16, alignment: 4096) == nil)
  }

  /// A table that doubles, between blocks that stay: it is refused no sooner than the memory is nearly used up, for what
  /// stays does not lie in its way. (A search that goes on where the last one ended fails at less than half.)
  @Test(arguments: [16, 64, 256]) func leavesRoomForLargeBlocks(mebibytes: Int) {
    let machine = HeapMachine(frames: mebibytes * 256)
    let total = machine.frames.freeCount
    var random = SplitMix64(seed: 3)
    var table = machine.allocate(4096) ?? 0
    var capacity = 4096
    var count = 0
    var blocks: [UInt64] = []
    while true {
      // A guest's nodes, and what comes and goes while they are made.
      for _ in 0..<40 {
        guard let passing = machine.allocate(Int(random.next() % 20_000)),
          let name = machine.allocate(60), let value = machine.allocate(Int(random.next() % 100)),
          let log = count % 40 == 0 ? machine.allocate(16 << 10) : 0
        else { break }
        machine.free(passing)
        blocks += [name, value] + (log == 0 ? [] : [log])
        count += 1
      }
      if count * 64 > capacity {
        guard let larger = machine.allocate(capacity * 2) else { break }
        machine.free(table)
        table = larger
        capacity *= 2
      }
      if machine.frames.freeCount < total / 16 { break }
      if random.next() % 4 == 0, blocks.count > 100 {
        for _ in 0..<50 { machine.free(blocks.remove(at: Int(random.next() % UInt64(blocks.count)))) }
      }
    }
    #expect(machine.frames.freeCount < total / 4)
  }
}
