import Testing

@testable import GuestKitLogic

@Suite struct FrameMapTests {
  @Test func singleFramesComeFromTheLowestPlace() {
    let machine = HeapMachine(frames: 200)
    let taken = (0..<100).map { _ in machine.take(1) }
    #expect(taken == (1...100).map { $0 })
    for frame in [70, 3, 64, 63] { machine.give(frame, 1) }
    #expect((0..<5).map { _ in machine.take(1) } == [3, 63, 64, 70, 101])
  }

  @Test func runsComeFromTheHighestPlaceThatHasRoom() {
    let machine = HeapMachine(frames: 200)
    #expect(machine.take(10) == 190)
    #expect(machine.take(64) == 126)
    machine.give(190, 10)
    #expect(machine.take(11) == 115)
    #expect(machine.take(4, alignment: 4) == 196)
    #expect(machine.take(1, alignment: 8) == 192)
    #expect(machine.take(3) == 193)
    #expect(machine.take(2) == 190)
  }

  @Test func alignsRuns() {
    let machine = HeapMachine(frames: 1024)
    for alignment in [2, 4, 64, 128, 256] {
      for count in [1, 3, 64, 100] {
        let first = machine.take(count, alignment: alignment)
        #expect(first.map { $0 % alignment } == 0)
        if let first { machine.give(first, count) }
      }
    }
    #expect(machine.frames.freeCount == 1023)
    #expect(machine.take(1024, alignment: 1) == nil && machine.take(1023, alignment: 2) == nil)
    #expect(machine.take(1023) == 1)
    #expect(machine.take(1) == nil && machine.take(2) == nil)
  }

  @Test func countsWhatChanges() {
    let machine = HeapMachine(frames: 130)
    let before = machine.frames.freeCount
    machine.give(5, 3)
    #expect(machine.frames.freeCount == before)
    #expect(machine.take(129) == 1)
    #expect(machine.frames.freeCount == 0)
    machine.give(128, 2)
    #expect(machine.frames.freeCount == 2 && machine.frames.hasRun(of: 2) && !machine.frames.hasRun(of: 3))
    // Past the last frame there is none.
    machine.give(129, 100)
    #expect(machine.frames.freeCount == 2)
  }

  /// Against a model that looks at each place.
  @Test func agreesWithAModel() {
    let machine = HeapMachine(frames: 300)
    var isFree = [Bool](repeating: true, count: 300)
    isFree[0] = false
    var random = SplitMix64(seed: 28)
    var held: [(first: Int, count: Int)] = []
    for _ in 0..<20_000 {
      if random.next() % 2 == 0, !held.isEmpty {
        let run = held.remove(at: Int(random.next() % UInt64(held.count)))
        machine.give(run.first, run.count)
        for frame in run.first..<run.first + run.count { isFree[frame] = true }
      } else {
        let count = random.next() % 2 == 0 ? 1 : Int(random.next() % 40) + 1
        let alignment = random.next() % 3 == 0 ? 1 << Int(random.next() % 6) : 1
        let places = stride(from: 0, through: 300 - count, by: alignment).filter { first in
          isFree[first..<first + count].allSatisfy { $0 }
        }
        let expected = count == 1 && alignment == 1 ? places.first : places.last
        let found = machine.take(count, alignment: alignment)
        #expect(found == expected)
        guard let found else { continue }
        held.append((found, count))
        for frame in found..<found + count { isFree[frame] = false }
      }
      #expect(machine.frames.freeCount == isFree.filter { $0 }.count)
    }
  }
}
