import Builder
import Testing
import XenABI

@testable import Dom0Logic
@testable import FuzzEntries

/// Where a guest's memory comes from, where its pieces go, and what it finds in the store.
@Suite struct BuildingTests {
  /// Whatever the size and the pieces: all frames once, superpages aligned, in their places.
  @Test(arguments: 1...100 as ClosedRange<UInt64>)
  func asksForEveryFrameOnce(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let frames = UInt64.random(in: 256...(seed % 5 == 0 ? 5 << 18 : 20_000), using: &random)
    var extents = MemoryExtents(frames: frames)
    var next: UInt64 = 0
    var total: UInt64 = 0
    while let batch = extents.next(atMost: UInt64.random(in: 0...5000, using: &random)) {
      #expect(!batch.places.isEmpty)
      var batch = batch
      if batch.order == .superpage2M && UInt64.random(in: 0..<50, using: &random) == 0 {
        let done = Int.random(in: 0..<batch.places.count, using: &random)
        extents.retry(batch, after: done)
        batch = MemoryExtents.Batch(places: Array(batch.places[..<done]), order: batch.order)
      }
      for place in batch.places {
        if next == GuestPhysicalLayout.lowMemoryEnd.frame.rawValue { next = 1 << 20 }
        #expect(place.rawValue == next && place.rawValue % batch.order.frameCount == 0)
        next += batch.order.frameCount
        total += batch.order.frameCount
      }
    }
    #expect(total == frames && extents.frameCount == 0)
  }

  @Test func promisesWhatIsThere() {
    let promise = MemoryBudget.Promise(current: 100, target: 300)
    #expect(promise.outstanding == 200)
    #expect(MemoryBudget.Promise(current: 300, target: 100).outstanding == 0)
    #expect(MemoryBudget(free: 1000, promises: [promise]).available == 1000 - 200 - MemoryBudget.reserve)
    #expect(MemoryBudget(free: 300, promises: [promise]).available == 0)
    #expect(MemoryBudget(free: 10, promises: []).available == 0)
  }

  private static func kernel(_ bytes: [UInt8]) -> KernelFile { unsafe KernelFile(bytes.span.bytes) }

  /// The first bytes of a Linux boot image with a payload.
  private static func bootImage(_ payload: [UInt8], version: UInt8 = 8) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 4 * 512)
    bytes[0x1F1] = 1
    bytes[0x1FE] = 0x55
    bytes[0x1FF] = 0xAA
    bytes.replaceSubrange(0x202..<0x206, with: Array("HdrS".utf8))
    bytes[0x206] = version
    bytes[0x207] = 2
    bytes[0x248] = 16
    return Array(bytes.prefix(1024 + 16)) + payload
  }

  @Test func tellsKernelsApart() {
    #expect(Self.kernel([0x7F, 0x45, 0x4C, 0x46, 2]) == .elf)
    #expect(Self.kernel([]) == .other && Self.kernel(Array("name".utf8)) == .other)
    #expect(Self.kernel([0x28, 0xB5, 0x2F, 0xFD, 0]) == .compressed(.zstd))
    #expect(Self.kernel(Self.bootImage([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0])) == .bootImage(.xz))
    #expect(Self.kernel(Self.bootImage([0x02, 0x21, 0x4C, 0x18])) == .bootImage(.lz4))
    #expect(Self.kernel(Self.bootImage([1, 2, 3])) == .bootImage(nil))
    #expect(Self.kernel(Self.bootImage([0x1F, 0x8B], version: 7)) == .bootImage(nil))
    let image = Self.bootImage([0x1F, 0x8B])
    for count in 0..<image.count { _ = Self.kernel(Array(image.prefix(count))) }
    #expect(KernelFile.elf.refusal == nil && KernelFile.other.refusal == nil)
    let refusal = Self.kernel(image).refusal ?? ""
    #expect(refusal.contains("gzip") && refusal.contains("tools/unpack-kernel.sh"))
  }

  @Test func loadsNothingOutsideOfMemory() {
    var random = SplitMix64(seed: 77)
    var header: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1] + [UInt8](repeating: 0, count: 9)
    header += [2, 0, 62, 0, 1, 0, 0, 0] + [UInt8](repeating: 0, count: 8) + [64, 0, 0, 0, 0, 0, 0, 0]
    header += [UInt8](repeating: 0, count: 12) + [64, 0, 56, 0, 2, 0, 0, 0, 0, 0, 0, 0]
    #expect(header.count == 64)
    for _ in 0..<500 {
      var bytes = header + (0..<200).map { _ in UInt8.random(in: 0...255, using: &random) }
      bytes[64] = 1
      bytes[120] = 4
      for place in [68, 124] { bytes.replaceSubrange(place..<place + 4, with: [0, 0, 0, 0]) }
      ELFFuzz.run(bytes)
      ELFFuzz.run(Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random))))
    }
  }

  @Test func makesAndRemovesNodes() throws {
    let store = Store()
    let uuid = try #require(GuestUUID("01234567-89ab-cdef-0123-456789abcdef"))
    var nodes = GuestNodes(
      domain: DomainID(3), name: "web", uuid: uuid, targetKibibytes: 32768, maximumKibibytes: 65536,
      consoleFrame: GuestFrame(0xFEFFF), consolePort: EventPort(1), storeFrame: GuestFrame(0xFEFFC),
      storePort: EventPort(2))
    nodes.disks = [
      try DiskSpecification.parse("vda,raw,xvda,r", line: 1),
      try DiskSpecification.parse("vdb,,hdb,untrusted", line: 2),
    ]
    store.introduce(DomainID(3))
    try nodes.create(in: store)
    let home = "/local/domain/3"
    #expect(try store.read("\(home)/name") == "web")
    #expect(try store.read("\(home)/vm") == "/vm/\(uuid.text)")
    #expect(try store.read("/vm/\(uuid.text)/name") == "web")
    #expect(try store.read("\(home)/memory/target") == "32768")
    #expect(try store.read("\(home)/console/ring-ref") == "1044479")
    #expect(try store.list("\(home)/device/vbd") == ["51712", "832"])
    #expect(
      try store.read("\(home)/device/vbd/51712/trusted") == "1" && store.read("\(home)/device/vbd/832/trusted") == "0")
    let back = try store.read("\(home)/device/vbd/51712/backend")
    #expect(back == "/local/domain/0/backend/vbd/3/51712")
    #expect(try store.read("\(back)/params") == "vda" && store.read("\(back)/mode") == "r")
    #expect(try store.read("\(back)/frontend") == "\(home)/device/vbd/51712")
    #expect(try store.permissions(of: "\(home)/name").map { $0.text } == ["n0", "r3"])
    #expect(try store.permissions(of: "\(home)/control/shutdown").map { $0.text } == ["n3"])
    #expect(try store.permissions(of: "\(home)/device/vbd/51712/state").map { $0.text } == ["n3", "r0"])
    #expect(try store.permissions(of: "\(back)/state").map { $0.text } == ["n0", "r3"])
    GuestNodes.remove(DomainID(3), uuid, from: store)
    store.release(DomainID(3))
    #expect(!store.exists(home) && !store.exists("/vm/\(uuid.text)") && !store.exists("/local/domain/0/backend/vbd/3"))
  }
}
