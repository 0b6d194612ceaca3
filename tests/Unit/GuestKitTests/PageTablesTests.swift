import Testing
import XenABI

@testable import GuestKitLogic

/// Frames of a machine that is only a dictionary.
enum FakeMemory: PageTableMemory {
  nonisolated(unsafe) static var tables: [UInt64: [UInt64]] = [:]
  nonisolated(unsafe) static var next: UInt64 = 1000
  nonisolated(unsafe) static var limit = Int.max
  nonisolated(unsafe) static var forgotten: [UInt64] = []

  static func reset(limit: Int = .max) {
    unsafe tables = [:]
    unsafe forgotten = []
    unsafe Self.limit = limit
  }
  static var tableCount: Int { unsafe tables.count }

  static func takeTable() -> GuestFrame? {
    if unsafe tables.count >= limit { return nil }
    unsafe next += 1
    unsafe tables[next] = Array(repeating: 0, count: 512)
    return GuestFrame(unsafe next)
  }
  static func giveTable(_ table: GuestFrame) {
    let old = unsafe tables.removeValue(forKey: table.rawValue)
    #expect(old != nil, "a table is given back once")
  }
  static func load(_ table: GuestFrame, _ index: Int) -> PageTableEntry {
    PageTableEntry(rawValue: unsafe tables[table.rawValue]?[index] ?? 0)
  }
  static func store(_ entry: PageTableEntry, _ table: GuestFrame, _ index: Int) {
    unsafe tables[table.rawValue]?[index] = entry.rawValue
  }
  static func forget(_ address: GuestVirtualAddress) { unsafe forgotten.append(address.rawValue) }
}

@Suite(.serialized) struct PageTablesTests {
  typealias Tables = PageTables<FakeMemory>

  @Test func translatesWhatWasMapped() throws {
    FakeMemory.reset()
    let tables = try #require(Tables.make())
    let address = GuestVirtualAddress(0xFFFF_8123_4567_8000)
    try tables.map(address, to: GuestFrame(0x1234), rights: .readWrite)
    let found = try #require(tables.translate(GuestVirtualAddress(address.rawValue + 0x123)))
    #expect(found.address.rawValue == 0x1234_123 && found.size == .small && found.rights == .readWrite)
    #expect(tables.translate(GuestVirtualAddress(address.rawValue + 0x1000)) == nil)
    #expect(FakeMemory.tableCount == 4)
    tables.free()
    #expect(FakeMemory.tableCount == 0)
  }

  @Test func keepsOffsetsOfLargePages() throws {
    FakeMemory.reset()
    let tables = try #require(Tables.make())
    try tables.map(GuestVirtualAddress(0x4000_0000), to: GuestFrame(0x600), size: .large, rights: .readExecute)
    let found = try #require(tables.translate(GuestVirtualAddress(0x401F_FFFF)))
    #expect(found.address.rawValue == 0x60_0000 + 0x1F_FFFF && found.size == .large && found.rights == .readExecute)
    tables.free()
  }

  @Test func refusesWhatDoesNotFit() throws {
    FakeMemory.reset()
    let tables = try #require(Tables.make())
    #expect(throws: MappingError.misaligned) {
      try tables.map(GuestVirtualAddress(0x1001), to: GuestFrame(1), rights: .readOnly)
    }
    #expect(throws: MappingError.misaligned) {
      try tables.map(GuestVirtualAddress(0x20_0000), to: GuestFrame(1), size: .large, rights: .readOnly)
    }
    #expect(throws: MappingError.misaligned) {
      try tables.map(GuestVirtualAddress(0x8000_0000_0000), to: GuestFrame(1), rights: .readOnly)
    }
    try tables.map(GuestVirtualAddress(0x20_0000), to: GuestFrame(512), size: .large, rights: .readOnly)
    #expect(throws: MappingError.occupied) {
      try tables.map(GuestVirtualAddress(0x20_1000), to: GuestFrame(1), rights: .readOnly)
    }
    try tables.map(GuestVirtualAddress(0x40_1000), to: GuestFrame(1), rights: .readOnly)
    #expect(throws: MappingError.occupied) {
      try tables.map(GuestVirtualAddress(0x40_0000), to: GuestFrame(1024), size: .large, rights: .readOnly)
    }
    tables.free()
    FakeMemory.reset(limit: 2)
    let short = try #require(Tables.make())
    #expect(throws: MappingError.outOfMemory) {
      try short.map(GuestVirtualAddress(0x1000), to: GuestFrame(1), rights: .readOnly)
    }
    short.free()
    #expect(FakeMemory.tableCount == 0)
  }

  @Test func sharesWithoutOwning() throws {
    FakeMemory.reset()
    let kernel = try #require(Tables.make())
    try kernel.map(GuestVirtualAddress(0x1000), to: GuestFrame(1), rights: .readWrite)
    let before = FakeMemory.tableCount
    let task = try #require(Tables.make())
    task.share(kernel)
    try task.map(GuestVirtualAddress(0x80_0000_0000), to: GuestFrame(2), rights: .readWrite.union(.user))
    #expect(task.translate(GuestVirtualAddress(0x1000)) == kernel.translate(GuestVirtualAddress(0x1000)))
    #expect(kernel.translate(GuestVirtualAddress(0x80_0000_0000)) == nil)
    task.free()
    #expect(FakeMemory.tableCount == before)
    kernel.free()
    #expect(FakeMemory.tableCount == 0)
  }

  /// Random maps, unmaps and changes of rights agree with a dictionary of pages.
  @Test(arguments: [1, 2, 3, 4] as [UInt64]) func agreesWithAModel(seed: UInt64) throws {
    FakeMemory.reset()
    var random = SplitMix64(seed: seed)
    let tables = try #require(Tables.make())
    var model: [UInt64: PageTranslation] = [:]
    // 2048 pages around the corners of tables: four stretches of 512 that are not neighbours.
    let bases: [UInt64] = [0, 0x3FE0_0000, 0x7F_FFE0_0000, 0xFFFF_FFFF_FFE0_0000]
    let allRights: [PageRights] = [.readOnly, .readWrite, .readExecute, .readWrite.union(.user)]
    for _ in 0..<4000 {
      let address = bases[Int(random.next() % 4)] + random.next() % 512 * pageSize
      let rights = allRights[Int(random.next() % 4)]
      switch random.next() % 4 {
      case 0, 1:
        let frame = GuestFrame(random.next() % 1_000_000)
        if model[address] == nil {
          try tables.map(GuestVirtualAddress(address), to: frame, rights: rights)
          model[address] = PageTranslation(address: frame.address, size: .small, rights: rights)
        } else {
          #expect(throws: MappingError.occupied) {
            try tables.map(GuestVirtualAddress(address), to: frame, rights: rights)
          }
        }
      case 2:
        #expect(tables.unmap(GuestVirtualAddress(address)) == (model.removeValue(forKey: address) != nil))
      default:
        #expect(tables.protect(GuestVirtualAddress(address), rights) == (model[address] != nil))
        if let old = model[address] {
          model[address] = PageTranslation(address: old.address, size: .small, rights: rights)
        }
      }
    }
    for base in bases {
      for page in 0..<512 as Range<UInt64> {
        let address = base + page * pageSize
        #expect(tables.translate(GuestVirtualAddress(address)) == model[address])
      }
    }
    tables.free()
    #expect(FakeMemory.tableCount == 0)
  }
}

/// A generator that gives the same numbers for the same seed.
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
