import Testing
import XenABI

@testable import Core

/// A map in a machine of its own, and what it should lead to, frame by frame.
private struct MapRig {
  let machine = TestMachine(frames: 2048)
  let domain: TestDomain
  var model: [UInt64: (frame: UInt64, type: P2MType)] = [:]

  init(_ format: NestedTableFormat) { domain = machine.makeDomain(1, frames: 0, format: format) }

  mutating func set(_ place: UInt64, _ order: FrameOrder, _ frame: UInt64, _ type: P2MType) {
    do throws(HypercallError) {
      let allocator = machine.hypervisor
      try domain.domain.object.p2m.set(
        GuestFrame(place), order, to: MachineFrame(frame), type, allocator: &allocator.object.allocator
      ).complete(on: domain.domain)
    } catch {
      Issue.record("\(error)")
    }
    for index in 0..<min(order.frameCount, 1 << 18) {
      model[place + index] = type == .hole ? nil : (frame + index, type)
    }
  }

  /// A fetch of code that the map does not let through.
  func fetch(_ place: UInt64) throws {
    let allocator = machine.hypervisor
    let flushes = domain.domain.object.flushCount
    try domain.domain.object.p2m.splitForExecution(of: GuestFrame(place), allocator: &allocator.object.allocator)
      .complete(on: domain.domain)
    #expect(domain.domain.object.flushCount == flushes + 1)
  }

  func agrees(at place: UInt64) -> Bool {
    let entry = domain.place(place)
    guard let expected = model[place] else { return entry.type == .hole }
    return entry.type == expected.type && entry.frame.rawValue == expected.frame
  }
}

@Suite struct P2MTests {
  static let formats: [NestedTableFormat] = [
    .nested(largestLeaf: .superpage1G), .nested(largestLeaf: .superpage2M), .extended(largestLeaf: .superpage2M),
    .extended(largestLeaf: .superpage1G),
  ]

  @Test(arguments: formats.indices) func splitsASuperpageAndKeepsTheRest(format: Int) {
    var rig = MapRig(Self.formats[format])
    rig.set(1 << 18, .superpage1G, 1 << 18, .ram)
    rig.set(1 << 18 | 5 << 9 | 7, .page, 99, .grantReadOnly)
    rig.set(1 << 18 | 6 << 9, .superpage2M, 0, .hole)
    for place in [0, 1, 5 << 9 | 6, 5 << 9 | 7, 5 << 9 | 8, 6 << 9, 7 << 9, 511 << 9 | 511, 512 << 9] {
      #expect(rig.agrees(at: 1 << 18 | UInt64(place)))
    }
    #expect(rig.domain.place(1 << 18 | 7 << 9).order == .superpage2M)
  }

  /// Where the processor can't bear code in superpages, only single pages hold any, and a fetch splits what it hits.
  @Test(arguments: [FrameOrder.superpage2M, .superpage1G]) func codeIsFetchedFromPages(order: FrameOrder) throws {
    let format = NestedTableFormat.extended(largestLeaf: .superpage1G).executingFromPages
    var rig = MapRig(format)
    let base: UInt64 = 1 << 18
    rig.set(base, order, base, .ram)
    rig.set(base << 1, .page, 7, .ram)
    #expect(format.leaf(MachineFrame(base), order, .ram) & 0b111 == 0b011)
    #expect(format.leaf(MachineFrame(7), .page, .ram) & 0b111 == 0b111)
    let place = base | 5 << 9 & (order.frameCount - 1) | 7
    _ = rig.domain.place(place)  // the lookup remembers the superpage
    #expect(rig.domain.place(place).order == order)
    let tables = rig.domain.domain.object.p2m.tableCount
    try rig.fetch(place)
    #expect(rig.domain.place(place).order == .page)
    #expect(rig.domain.domain.object.p2m.tableCount == tables + (order == .superpage1G ? 2 : 1))
    for index in [0, 1, 6, 7, 8, 511, order.frameCount - 1] {
      #expect(rig.agrees(at: base + index))
      #expect(rig.agrees(at: place &- 7 &+ index & 511))
    }
    #expect(order == .superpage2M || rig.domain.place(base | 6 << 9).order == .superpage2M)
    // Again, and where there is nothing: nothing changes.
    try rig.fetch(place)
    try rig.fetch(3 << 18)
    #expect(rig.domain.domain.object.p2m.tableCount == tables + (order == .superpage1G ? 2 : 1))
  }

  @Test func codeMayBeInSuperpagesElsewhere() {
    for format in Self.formats {
      #expect(format.largestExecutable == .superpage1G)
      let large = format.leaf(MachineFrame(0), .superpage2M, .ram)
      #expect(large & ~(1 << 7) == format.leaf(MachineFrame(0), .page, .ram))
    }
  }

  @Test func refusesWhatItCannotReach() {
    let machine = TestMachine()
    let domain = machine.makeDomain(1, frames: 0).domain
    let bad: [(UInt64, FrameOrder, UInt64)] = [
      (1 << 36, .page, 0), (1, .superpage2M, 0), (0, .superpage2M, 1), (0, FrameOrder(3), 0), (0, FrameOrder(27), 0),
      (.max, .page, 0),
    ]
    for (place, order, frame) in bad {
      var refusal: HypercallError?
      do throws(HypercallError) {
        try domain.map(GuestFrame(place), order, to: MachineFrame(frame), .ram)
      } catch {
        refusal = error
      }
      #expect(refusal == .invalidArgument)
    }
    #expect(domain.object.p2m.lookup(GuestFrame(.max)).type == .hole)
    #expect(domain.object.p2m.lookup(GuestFrame(1 << 36)).type == .hole)
  }

  @Test func aFlushIsDueOnlyWhereSomethingWas() {
    let machine = TestMachine()
    let domain = machine.makeDomain(1, frames: 0)
    let before = domain.domain.object.flushCount
    domain.map(GuestFrame(5), to: MachineFrame(9), .ram)
    #expect(domain.domain.object.flushCount == before)
    domain.map(GuestFrame(5), to: MachineFrame(0), .hole)
    #expect(domain.domain.object.flushCount == before + 1)
    domain.map(GuestFrame(5), to: MachineFrame(0), .hole)
    #expect(domain.domain.object.flushCount == before + 1)
  }

  @Test func tablesAreLimited() {
    let machine = TestMachine()
    let domain = machine.makeDomain(1, frames: 0)
    domain.domain.object.p2m.tableLimit = 4
    domain.map(GuestFrame(0), to: MachineFrame(9), .ram)
    #expect(throws: HypercallError.outOfMemory) {
      try domain.domain.map(GuestFrame(512), .page, to: MachineFrame(9), .ram)
    }
    #expect(domain.place(512).type == .hole)
    #expect(domain.domain.object.p2m.tableCount == 4)
  }

  /// Random changes of all sizes against a model; at the end all tables come back.
  @Test(arguments: formats.indices, [1, 2]) func agreesWithAModel(format: Int, seed: UInt64) {
    var rig = MapRig(Self.formats[format])
    let types: [P2MType] = [.ram, .ramReadOnly, .foreign, .grantReadWrite, .mmio, .shared, .hole, .hole]
    var random = SplitMix64(seed: seed)
    var touched: [UInt64] = []
    for _ in 0..<1500 {
      let order: FrameOrder = random.next() % 4 == 0 ? .superpage2M : .page
      let mask = order.frameCount - 1
      // Few regions, so that superpages and pages meet; also at the far end of the space.
      let base: UInt64 = random.next() & 1 == 0 ? 0 : (1 << 36) - 4096
      let place = (base + random.next() % 4096) & ~mask
      let type = types[Int(random.next() % UInt64(types.count))]
      rig.set(place, order, random.next() % (1 << 30) & ~mask, type)
      touched.append(place)
      touched.append(place + mask)
      let looks =
        (0..<8).map { _ in touched[Int(random.next() % UInt64(touched.count))] } + [place ^ random.next() % 1024]
      #expect(looks.allSatisfy { rig.agrees(at: $0) })
    }
    let bases: [UInt64] = [0, (1 << 36) - 4096]
    for base in bases {
      let wrong = (0..<UInt64(4096)).filter { !rig.agrees(at: base + $0) }
      #expect(wrong.isEmpty)
    }
    let allocator = rig.machine.hypervisor
    let before = rig.machine.freeFrames
    let tables = UInt64(rig.domain.domain.object.p2m.tableCount)
    while !rig.domain.domain.object.p2m.freeTables(allocator: &allocator.object.allocator, budget: 2) {}
    #expect(rig.domain.domain.object.p2m.tableCount == 1)
    #expect(rig.machine.freeFrames == before + tables - 1)
    #expect(rig.domain.place(0).type == .hole)
  }
}
