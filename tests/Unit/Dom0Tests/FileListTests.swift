import Testing
import XenABI

@testable import Dom0Logic
@testable import FuzzEntries

/// Files by name, and archives whole, cut short and corrupt.
@Suite struct FileListTests {
  /// A member of a ustar archive with its header and padding.
  static func member(_ name: String, _ content: String, type: Character = "0", prefix: String = "") -> [UInt8] {
    var header = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, _ offset: Int) {
      for (index, byte) in text.utf8.enumerated() { header[offset + index] = byte }
    }
    let size = Array(content.utf8)
    put(name, 0)
    put("0000644", 100)
    put("0000000", 108)
    put("0000000", 116)
    put(octal(size.count, 11), 124)
    put("00000000000", 136)
    put(String(type), 156)
    put("ustar\u{0}00", 257)
    put(prefix, 345)
    put("        ", 148)
    put(octal(header.reduce(0) { $0 + Int($1) }, 6) + "\u{0} ", 148)
    return header + size + [UInt8](repeating: 0, count: (512 - size.count % 512) % 512)
  }

  private static func octal(_ value: Int, _ digits: Int) -> String {
    let text = String(value, radix: 8)
    return String(repeating: "0", count: digits - text.count) + text
  }

  static let archive =
    member("guest.cfg", "name = 'g'") + member("boot/", "", type: "5") + member("vmlinux", "KERNEL", prefix: "boot/x")
    + member("././@LongLink", "a-long-name\u{0}", type: "L") + member("boot/initrd", String(repeating: "i", count: 600))
    + [UInt8](repeating: 0, count: 1024)

  private func list(_ bytes: [UInt8]) -> FileList {
    let list = FileList()
    list.add(NamedFile(name: "guests.tar", source: BufferSource(bytes)))
    return list
  }

  private func content(_ file: NamedFile?) -> [UInt8]? {
    var bytes: [UInt8]?
    guard let file else { return nil }
    file.source.read(at: 0, count: Int(file.source.byteCount)) { bytes = $0 }
    return bytes
  }

  @Test func findsTheMembersOfAnArchive() {
    let list = list(Self.archive)
    #expect(list.names == ["guests.tar", "guest.cfg", "vmlinux", "initrd"])
    #expect(list.takeTroubles() == [])
    #expect(content(list.find("guest.cfg")) == Array("name = 'g'".utf8))
    #expect(content(list.find("/boot/vmlinux")) == Array("KERNEL".utf8))
    #expect(content(list.find("initrd"))?.count == 600)
    #expect(list.find("nothing") == nil)
  }

  @Test func takesAnythingElseForAFile() {
    for bytes in [Array("name = 'g'".utf8), [], [UInt8](repeating: 0, count: 2048), [UInt8](repeating: 7, count: 600)] {
      let list = list(bytes)
      #expect(list.names == ["guests.tar"])
      #expect(list.takeTroubles() == [])
    }
  }

  @Test func saysWhatIsWrongWithAnArchive() {
    var broken = Self.archive
    broken[1024 + 20] ^= 1
    let corrupt = list(broken)
    #expect(corrupt.names == ["guests.tar", "guest.cfg"])
    #expect(corrupt.takeTroubles() == ["the archive guests.tar: the checksum of a header is wrong"])
    #expect(corrupt.takeTroubles() == [])

    let cut = list(Array(Self.archive.prefix(512 + 5)))
    #expect(cut.names == ["guests.tar"])
    #expect(cut.takeTroubles() == [])  // nothing whole in it: a file that begins like an archive

    let inMember = list(Array(Self.archive.prefix(2048 + 3)))
    #expect(inMember.names == ["guests.tar", "guest.cfg"])
    #expect(inMember.takeTroubles() == ["the archive guests.tar: 'boot/x/vmlinux' is cut short"])

    let noEnd = list(Array(Self.archive.prefix(1024)))
    #expect(noEnd.names == ["guests.tar", "guest.cfg"])
    #expect(noEnd.takeTroubles() == ["the archive guests.tar: it ends without its end mark: is it cut short?"])
  }

  /// Every prefix of an archive, and seeded damage: an answer, and no member past the archive's end.
  @Test func survivesTruncationAndDamage() {
    for count in stride(from: 0, to: Self.archive.count, by: 7) { ConfigFuzz.run(Array(Self.archive.prefix(count))) }
    var random = SplitMix64(seed: 5)
    for _ in 0..<2000 {
      var bytes = Self.archive
      for _ in 0..<3 {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      ConfigFuzz.run(bytes)
    }
  }

  /// A disk's answers come later: the list fills as they do.
  @Test func readsAnArchiveThatAnswersLater() {
    let disk = SlowSource(Self.archive)
    let list = FileList()
    list.add(NamedFile(name: "vda", source: disk))
    #expect(list.pendingCount == 1 && list.names == ["vda"])
    var rounds = 0
    while disk.answer() { rounds += 1 }
    #expect(rounds == 6)
    #expect(list.pendingCount == 0 && list.names == ["vda", "guest.cfg", "vmlinux", "initrd"])
    let broken = SlowSource(Self.archive, fails: true)
    list.add(NamedFile(name: "vdb", source: broken))
    while broken.answer() {}
    #expect(list.takeTroubles() == ["vdb can't be read"])
  }

  private final class SlowSource: ByteSource {
    let bytes: [UInt8]
    let fails: Bool
    var waiting: [() -> Void] = []

    init(_ bytes: [UInt8], fails: Bool = false) {
      self.bytes = bytes
      self.fails = fails
      super.init(byteCount: UInt64(bytes.count))
    }

    override func read(at offset: UInt64, count: Int, _ completion: @escaping Completion) {
      let piece = fails ? nil : Array(bytes[Int(offset)..<Int(offset) + count])
      waiting.append { completion(piece) }
    }

    func answer() -> Bool {
      if waiting.isEmpty { return false }
      waiting.removeFirst()()
      return true
    }
  }

  @Test(arguments: [
    ("/boot/guest.cfg", "guest.cfg"), ("build/linux.elf name=vmlinux x", "vmlinux"), ("", "module3"), ("a/", "module3"),
    ("name= k", "name="),
  ])
  func namesModules(_ words: String, _ name: String) {
    #expect(NamedFile.moduleName(words, index: 3) == name)
  }

  @Test func cutsSlices() {
    let slice = SourceSlice(of: BufferSource(Array(0..<100)), at: 90, count: 50)
    #expect(slice.byteCount == 10)
    var bytes: [UInt8]? = []
    slice.read(at: 2, count: 3) { bytes = $0 }
    #expect(bytes == [92, 93, 94])
    slice.read(at: 8, count: 3) { bytes = $0 }
    #expect(bytes == nil)
    slice.read(at: .max, count: 1) { bytes = $0 }
    #expect(bytes == nil)
  }
}
