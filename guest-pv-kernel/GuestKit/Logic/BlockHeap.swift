#if canImport(XenABI)
  import XenABI
#endif

/// Where a heap gets its pages.
protocol HeapMemory: WordMemory {
  /// The address of neighbouring pages; nil where there are not so many.
  func takePages(_ count: Int) -> UInt64?
  func givePages(_ address: UInt64, _ count: Int)
}

/// A heap of blocks: those of up to 2016 bytes share a page with others of their size, larger ones have pages of their
/// own. A page of which no block is in use goes back, but for one of each size.
///
/// The page's first bytes say what it is, so that a block needs no header; no block begins with a page.
struct BlockHeap<Memory: HeapMemory> {
  private let memory: Memory
  /// The first page of each size that has a free block, 0 for none.
  private var open = InlineArray<20, UInt64>(repeating: 0)
  /// Bytes that are handed out.
  private(set) var usedBytes = 0

  init(_ memory: Memory) { self.memory = memory }

  /// Offsets in a page's header.
  private enum Header {
    /// The index of the size; for pages of a large block `large`, and their number in the bits above.
    static var kind: UInt64 { 0 }
    /// The first block that was given back.
    static var free: UInt64 { 8 }
    /// The first place that was never handed out.
    static var fresh: UInt64 { 16 }
    /// Blocks in use.
    static var used: UInt64 { 24 }
    /// The neighbours in the list of pages with free blocks.
    static var next: UInt64 { 32 }
    static var previous: UInt64 { 40 }
    static var size: UInt64 { 48 }
    /// That of a large block, which has no other fields.
    static var largeSize: UInt64 { 16 }
  }
  private static var large: UInt64 { 0xFF }

  /// The sizes: steps of 16 up to 128, then such that a page is filled.
  private static func size(_ index: Int) -> UInt64 {
    switch index {
    case ..<7: UInt64(index) * 16 + 32
    case 7: 160
    case 8: 192
    case 9: 224
    case 10: 256
    case 11: 320
    case 12: 384
    case 13: 448
    case 14: 576
    case 15: 672
    case 16: 800
    case 17: 1008
    case 18: 1344
    default: 2016
    }
  }

  /// The size that holds so many bytes; nil where none does.
  private static func index(_ byteCount: UInt64) -> Int? {
    switch byteCount {
    case ...32: 0
    case ...128: Int((byteCount + 15) / 16) - 2
    case ...160: 7
    case ...192: 8
    case ...224: 9
    case ...256: 10
    case ...320: 11
    case ...384: 12
    case ...448: 13
    case ...576: 14
    case ...672: 15
    case ...800: 16
    case ...1008: 17
    case ...1344: 18
    case ...2016: 19
    default: nil
    }
  }

  /// The address of fresh bytes; nil where there is no memory left, or for an alignment of a page or more.
  mutating func allocate(byteCount: UInt64, alignment: UInt64 = 16) -> UInt64? {
    guard alignment <= 16, let index = Self.index(byteCount) else {
      return allocatePages(byteCount: byteCount, offset: max(alignment, Header.largeSize))
    }
    var page = open[index]
    if page == 0 {
      guard let new = memory.takePages(1) else { return nil }
      page = new
      begin(page, index)
    }
    let size = Self.size(index)
    var block = memory.load(page + Header.free)
    if block != 0 {
      memory.store(memory.load(block), page + Header.free)
    } else {
      block = memory.load(page + Header.fresh)
      memory.store(block + size, page + Header.fresh)
    }
    memory.store(memory.load(page + Header.used) + 1, page + Header.used)
    if isFull(page, size) { close(page, index) }
    usedBytes += Int(size)
    return block
  }

  /// Takes back what `allocate` gave.
  mutating func free(_ block: UInt64) {
    let page = block & ~(pageSize - 1)
    let kind = memory.load(page + Header.kind)
    if kind & 0xFF == Self.large {
      let count = Int(kind >> 8)
      usedBytes -= count * Int(pageSize)
      memory.givePages(page, count)
      return
    }
    let index = Int(kind)
    let size = Self.size(index)
    usedBytes -= Int(size)
    if isFull(page, size) { reopen(page, index) }
    memory.store(memory.load(page + Header.free), block)
    memory.store(block, page + Header.free)
    let used = memory.load(page + Header.used) - 1
    memory.store(used, page + Header.used)
    // One page is kept, for a block that comes and goes.
    if used == 0 && memory.load(page + Header.next) | memory.load(page + Header.previous) != 0 {
      close(page, index)
      memory.givePages(page, 1)
    }
  }

  private func isFull(_ page: UInt64, _ size: UInt64) -> Bool {
    memory.load(page + Header.free) == 0 && memory.load(page + Header.fresh) + size > page + pageSize
  }

  /// Makes a page one of blocks of a size.
  private mutating func begin(_ page: UInt64, _ index: Int) {
    memory.store(UInt64(index), page + Header.kind)
    memory.store(0, page + Header.free)
    memory.store(page + Header.size, page + Header.fresh)
    memory.store(0, page + Header.used)
    reopen(page, index)
  }

  /// Puts a page before the others that have free blocks.
  private mutating func reopen(_ page: UInt64, _ index: Int) {
    memory.store(open[index], page + Header.next)
    memory.store(0, page + Header.previous)
    if open[index] != 0 { memory.store(page, open[index] + Header.previous) }
    open[index] = page
  }

  /// Takes a page out of the list of those.
  private mutating func close(_ page: UInt64, _ index: Int) {
    let next = memory.load(page + Header.next)
    let previous = memory.load(page + Header.previous)
    if next != 0 { memory.store(previous, next + Header.previous) }
    if previous != 0 { memory.store(next, previous + Header.next) } else { open[index] = next }
  }

  private mutating func allocatePages(byteCount: UInt64, offset: UInt64) -> UInt64? {
    guard offset < pageSize, byteCount <= .max - 2 * pageSize else { return nil }
    let count = (byteCount + offset + pageSize - 1) / pageSize
    guard let page = memory.takePages(Int(count)) else { return nil }
    memory.store(count << 8 | Self.large, page + Header.kind)
    usedBytes += Int(count * pageSize)
    return page + offset
  }
}
