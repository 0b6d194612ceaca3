import Foundation
import Testing
import XenABI

@testable import Core

@Suite struct FrameAllocatorTests {
  private func isClear(_ machine: TestMachine, _ first: MachineFrame, _ order: FrameOrder) -> Bool {
    let zeros = [UInt8](repeating: 0, count: Int(order.byteCount))
    return memcmp(machine.map.pointer(first.address), zeros, zeros.count) == 0
  }

  private func fill(_ machine: TestMachine, _ first: MachineFrame, _ order: FrameOrder) {
    machine.map.pointer(first.address).initializeMemory(as: UInt8.self, repeating: 0xC3, count: Int(order.byteCount))
  }

  @Test func blocksAreAlignedClearedAndOwned() {
    let machine = TestMachine()
    for order in [FrameOrder(0), FrameOrder(3), FrameOrder(9)] {
      guard let first = machine.hypervisor.object.allocator.allocate(order, owner: DomainID(7)) else {
        Issue.record("no block of order \(order.rawValue)")
        continue
      }
      #expect(first.rawValue & (order.frameCount - 1) == 0)
      #expect(isClear(machine, first, order))
      for index in 0..<order.frameCount {
        let entry = machine.hypervisor.entry(first.advanced(by: index))?.object.owner
        #expect(entry == DomainID(7))
      }
    }
  }

  @Test func aBlockUnderALimitLiesUnderIt() {
    let machine = TestMachine()
    let first = machine.hypervisor.object.allocator.allocate(FrameOrder(2), owner: .zero, below: MachineFrame(600))
    #expect((first?.rawValue ?? .max) + 4 <= 600)
    let none = machine.hypervisor.object.allocator.allocate(.page, owner: .zero, below: MachineFrame(1))
    #expect(none == nil)
  }

  @Test func aParticularFrameCanBeClaimedOnce() {
    let machine = TestMachine()
    let free = machine.freeFrames
    #expect(machine.claim(MachineFrame(3001)))
    #expect(!machine.claim(MachineFrame(3001)))
    #expect(!machine.claim(MachineFrame(2560), .superpage2M))
    #expect(!machine.claim(MachineFrame(1 << 40)))
    machine.hypervisor.object.allocator.free(MachineFrame(3001))
    #expect(machine.freeFrames == free)
    #expect(machine.claim(MachineFrame(2560), .superpage2M))
    #expect(machine.freeFrames == free - 512)
  }

  @Test func anObjectTakesWhatItNeedsAndNoMore() {
    let machine = TestMachine()
    let free = machine.freeFrames
    guard let first = machine.hypervisor.object.allocator.allocate(byteCount: 4096 * 4 + 1, owner: .hypervisor) else {
      Issue.record("no frames")
      return
    }
    #expect(machine.freeFrames == free - 5)
    machine.hypervisor.object.allocator.free(first, byteCount: 4096 * 4 + 1)
    #expect(machine.freeFrames == free)
  }

  @Test func idleScrubbingClearsEverything() {
    let machine = TestMachine(frames: 1024)
    #expect(machine.hypervisor.object.allocator.dirtyCount == machine.freeFrames)
    var turns = 0
    while machine.hypervisor.object.allocator.scrubOne() { turns += 1 }
    #expect(machine.hypervisor.object.allocator.dirtyCount == 0)
    #expect(turns < 2000)
    #expect(machine.hypervisor.auditFrames() == 0)
  }

  /// Random allocations, claims and frees against a model: no frame is given twice, none is lost, all come cleared.
  @Test(arguments: [1, 2, 3, 4]) func agreesWithAModel(seed: UInt64) {
    let machine = TestMachine(frames: 2048)
    let total = machine.freeFrames
    var random = SplitMix64(seed: seed)
    var blocks: [(first: UInt64, order: FrameOrder)] = []
    var taken = Set<UInt64>()
    for _ in 0..<3000 {
      switch random.next() % 8 {
      case 0...3:
        let order = FrameOrder(UInt8(random.next() % 8))
        if let first = machine.hypervisor.object.allocator.allocate(order, owner: DomainID(1)) {
          check(first, order)
        } else {
          #expect(machine.freeFrames < order.frameCount * 64)
        }
      case 4:
        let order = FrameOrder(UInt8(random.next() % 5))
        let first = MachineFrame(random.next() % 2048 & ~(order.frameCount - 1))
        if machine.claim(first, order) { check(first, order) }
      case 5:
        _ = machine.hypervisor.object.allocator.scrubOne()
      default:
        guard !blocks.isEmpty else { continue }
        let (first, order) = blocks.remove(at: Int(random.next() % UInt64(blocks.count)))
        fill(machine, MachineFrame(first), order)
        for frame in first..<(first + order.frameCount) { taken.remove(frame) }
        // Whole, or frame by frame in any direction: they must find together again.
        if random.next() & 1 == 0 {
          machine.hypervisor.object.allocator.free(MachineFrame(first), order)
        } else {
          for index in 0..<order.frameCount {
            machine.hypervisor.object.allocator.free(MachineFrame(first + (order.frameCount - 1 - index)))
          }
        }
      }
      #expect(machine.freeFrames == total - UInt64(taken.count))
    }
    for (first, order) in blocks { machine.hypervisor.object.allocator.free(MachineFrame(first), order) }
    #expect(machine.freeFrames == total)
    #expect(machine.hypervisor.auditFrames() == 0)
    // Everything has merged: the largest block is there again.
    #expect(machine.claim(MachineFrame(1024), FrameOrder(10)))

    func check(_ first: MachineFrame, _ order: FrameOrder) {
      #expect(isClear(machine, first, order))
      for frame in first.rawValue..<(first.rawValue + order.frameCount) {
        #expect(taken.insert(frame).inserted)
      }
      blocks.append((first.rawValue, order))
    }
  }

  @Test func referencesKeepAFrame() {
    let machine = TestMachine()
    let free = machine.freeFrames
    guard let frame = machine.hypervisor.object.allocator.allocate(.page, owner: .hypervisor),
      let entry = machine.hypervisor.entry(frame)
    else {
      Issue.record("no frame")
      return
    }
    let isTaken = entry.object.takeReference()
    #expect(isTaken)
    machine.hypervisor.dropReference(frame)
    #expect(machine.freeFrames == free - 1)
    machine.hypervisor.dropReference(frame)
    #expect(machine.freeFrames == free)
    let isTakenAgain = entry.object.takeReference()
    #expect(!isTakenAgain)
  }
}
