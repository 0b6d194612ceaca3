import CGuest

/// Where the arguments of a call lie, and putting them there.
extension Fuzzer {
  /// A place for `byteCount` bytes: mostly a good one; else at a page's end, across two pages, or where it must fail.
  mutating func place(_ byteCount: UInt64, list: ListKind? = nil) -> UInt64 {
    isBounded = false
    let kind = random.below(100)
    isWritten = kind < 82
    isWhole = kind < 70
    switch kind {
    case 0..<62: return goodPlace(byteCount, list: list)
    case 62..<70:
      isBounded = true
      return view(list?.page ?? 3, pageSize &- min(byteCount, pageSize))
    case 70..<82: return crossing(byteCount, list)
    case 82..<86: return tablePlace()
    case 86..<89:
      if list != nil { return view(6, offset(byteCount)) }
      if random.chance(50) { return view(6, offset(8)) }
      return cguest_image_start() &+ random.below(cguest_rodata_start() &- cguest_image_start())
    default: return badPlace(isList: list != nil)
    }
  }

  /// A place within one page that can be read and written.
  mutating func goodPlace(_ byteCount: UInt64, list: ListKind? = nil) -> UInt64 {
    let page = list?.page ?? structurePage()
    return view(page, byteCount >= pageSize ? 0 : offset(byteCount))
  }

  private mutating func structurePage() -> UInt64 {
    switch random.below(7) {
    case 0...2: random.below(UInt64(3))
    case 3: 5
    case 4: 7
    case 5: 9
    default: 11
    }
  }

  private mutating func offset(_ byteCount: UInt64) -> UInt64 {
    let offset = random.below(pageSize &- min(byteCount, pageSize) &+ 1)
    return random.chance(90) ? offset & ~7 : offset
  }

  /// The last bytes of a page and the first of the next, whatever that is.
  private mutating func crossing(_ byteCount: UInt64, _ list: ListKind?) -> UInt64 {
    let inside = 1 &+ random.below(max(min(byteCount, pageSize), 2) &- 1)
    if let list {
      isBounded = true
      return view(list.page, pageSize &- inside)
    }
    let page: UInt64
    switch random.below(7) {
    case 0: page = 0
    case 1: page = 2
    case 2: page = 3
    case 3: page = 5
    case 4: page = 7
    case 5: page = 9
    default: page = 11
    }
    isBounded = page > 2
    return view(page, pageSize &- inside)
  }

  /// In a page table that the address itself is translated by.
  private mutating func tablePlace() -> UInt64 {
    playground.soilTables()
    let table = random.below(4)
    // The first entry of level 4 is the fuzzer's own half.
    let offset = max(random.below(pageSize) & ~7, table == 0 ? 8 : 0)
    if random.chance(50) { return playground.tableAddress(table) &+ offset }
    let page: UInt64
    switch table {
    case 0: page = 14
    case 1: page = 19
    case 2: page = 18
    default: page = 17
    }
    return view(page, offset)
  }

  /// Where a call must fail, or finds what nobody put there for it; for a list only the former.
  private mutating func badPlace(isList: Bool) -> UInt64 {
    let offset = random.below(pageSize)
    switch random.below(isList ? 14 : 17) {
    case 0: return 0
    case 1: return random.below(pageSize)
    case 2: return view(4, offset)
    case 3: return view(8, offset)
    case 4: return view(10, offset)
    case 5: return view(12, offset)
    case 6: return Playground.window &+ 0x40_0000 &+ random.below(UInt64(0x40_0000))
    case 7: return width == .bits32 ? 0xFFFF_FFFF : 0x7FFF_FFFF_FFFF &- random.below(UInt64(64))
    case 8: return width == .bits32 ? 0xFFFF_F000 &+ offset : 0x8000_0000_0000 &+ random.below(UInt64(64))
    case 9: return width == .bits32 ? 0x7FFF_FFF8 : 0xFFFF_7FFF_FFFF_FFFF
    case 10: return UInt64.max &- random.below(UInt64(64))
    case 11: return width == .bits32 ? 0xC000_0000 : 0xFFFF_8080_0000_0000 &+ random.below(UInt64(1) << 40)
    case 12: return width == .bits32 ? 0x9000_0000 : Playground.aliases[0] &+ 0x4000_0000 &+ offset
    case 13: return 0xFEE0_0000 &+ offset
    case 14: return view(Playground.firstToy &+ random.below(Playground.windowToys), offset)
    case 15: return Playground.window &+ 0x20_0000 &+ random.below(UInt64(0x20_0000))
    default:
      let address = number()
      return Self.windowOffset(address) == nil ? address : 0
    }
  }

  /// The address of a place in the window, by one of the ways to see it.
  private mutating func view(_ page: UInt64, _ offset: UInt64) -> UInt64 {
    let place = page << pageShift &+ offset
    if width == .bits32 || random.chance(70) { return Playground.window &+ place }
    return Playground.aliases[random.below(3)] &+ place
  }

  /// Whether the call finds the structure that was placed last as it was made.
  var isPlaced: Bool { isWhole && !wasMutated }

  /// Puts a structure at a place, sometimes with a word of it changed.
  mutating func put<Structure: WireStructure>(_ structure: Structure, maySpoil: Bool = true) -> UInt64 {
    let size = Structure.size(width)
    let address = place(UInt64(size))
    write(structure, at: address, maySpoil: maySpoil)
    return address
  }

  /// Writes a structure where it can be written.
  mutating func write<Structure: WireStructure>(_ structure: Structure, at address: UInt64, maySpoil: Bool = true) {
    var writer = WireWriter(WireBytes(), width: width)
    structure.write(to: &writer)
    let size = Structure.size(width)
    wasMutated = maySpoil && size >= 4 && random.chance(15)
    if wasMutated {
      writer.seek(random.below(size / 4) * 4)
      if random.chance(50) && writer.offset + 8 <= wireCapacity {
        writer.offset &= ~7
        writer.alignedU64(number())
      } else {
        writer.u32(number32())
      }
    }
    for index in 0..<size { store(writer.bytes[index], at: address &+ UInt64(index)) }
  }

  /// Writes a number of the call's width.
  mutating func write(word value: UInt64, at address: UInt64) {
    for index in 0..<UInt64(width.wordSize) {
      store(UInt8(truncatingIfNeeded: value >> (index * 8)), at: address &+ index)
    }
  }

  /// Stores a byte where it is a buffer's: anywhere else the call finds what is there. The window's own tables may have
  /// been tampered with, so the buffer is written where it lies.
  private func store(_ byte: UInt8, at address: UInt64) {
    if let place = bufferPlace(address) { cguest_store8(place, byte) }
  }

  /// A number that the hypervisor has written, or 0 where it can't have.
  func loadWord32(at address: UInt64) -> UInt32 {
    guard address & (pageSize - 1) <= pageSize - 4, let place = bufferPlace(address) else { return 0 }
    return cguest_load32(place)
  }

  /// Where a byte of a buffer in the window lies in the fuzzer's own part of the address space.
  private func bufferPlace(_ address: UInt64) -> UInt64? {
    guard let offset = Self.windowOffset(address), case .buffer(let index) = Playground.page(offset >> pageShift) else {
      return nil
    }
    return playground.bufferAddress(index) | offset & (pageSize - 1)
  }

  private static func windowOffset(_ address: UInt64) -> UInt64? {
    let size = Playground.pageCount << pageShift
    if address &- Playground.window < size { return address &- Playground.window }
    for index in Playground.aliases.indices where address &- Playground.aliases[index] < size {
      return address &- Playground.aliases[index]
    }
    return nil
  }

  /// A list of words, such as frames; returns its place and how many of them the hypervisor is to take. The second list
  /// of a call is of another kind, for the bytes of two that overlap make other numbers.
  mutating func words(
    _ few: UInt64, list: ListKind = .words, _ make: (inout Fuzzer) -> UInt64
  ) -> (address: UInt64, count: UInt64) {
    let count = random.below(few + 1)
    let written = max(count, 1)
    let size = UInt64(width.wordSize)
    let address = place(written * size, list: list)
    let bounded = isBounded
    for index in 0..<written { write(word: make(&self), at: address &+ index * size) }
    return (address, bounded && random.chance(30) ? number() : count)
  }
}
