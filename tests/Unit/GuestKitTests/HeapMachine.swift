import XenABI

@testable import GuestKitLogic

/// A guest's memory of some frames from address 0 on, of which the first hold the map of them all, and a heap in it.
final class HeapMachine {
  private(set) var words: Words
  private(set) var frames: FrameMap<Words>
  private(set) var heap: BlockHeap<Pages>
  private let pages: Pages

  /// The memory itself.
  final class Words: WordMemory {
    private var words: [UInt64]
    init(count: Int) { words = [UInt64](repeating: 0xDEAD, count: count) }
    func load(_ address: UInt64) -> UInt64 { words[Int(address / 8)] }
    func store(_ value: UInt64, _ address: UInt64) { words[Int(address / 8)] = value }
  }

  /// The heap's pages are the machine's frames.
  final class Pages: HeapMemory {
    let words: Words
    weak var machine: HeapMachine?
    init(_ words: Words) { self.words = words }
    func load(_ address: UInt64) -> UInt64 { words.load(address) }
    func store(_ value: UInt64, _ address: UInt64) { words.store(value, address) }
    func takePages(_ count: Int) -> UInt64? { machine?.take(count).map { UInt64($0) << pageShift } }
    func givePages(_ address: UInt64, _ count: Int) { machine?.give(Int(address >> pageShift), count) }
  }

  init(frames count: Int) {
    words = Words(count: count * Int(pageSize) / 8)
    frames = FrameMap(frameCount: count, at: 0, in: words)
    pages = Pages(words)
    heap = BlockHeap(pages)
    let own = (FrameMap<Words>.byteCount(frames: count) + Int(pageSize) - 1) / Int(pageSize)
    frames.set(own..<count, taken: false)
    pages.machine = self
  }

  func take(_ count: Int, alignment: Int = 1) -> Int? { frames.take(count: count, alignment: alignment) }
  func give(_ first: Int, _ count: Int) { frames.set(first..<first + count, taken: false) }
  func allocate(_ byteCount: Int, alignment: Int = 16) -> UInt64? {
    heap.allocate(byteCount: UInt64(byteCount), alignment: UInt64(alignment))
  }
  func free(_ block: UInt64) { heap.free(block) }
}
