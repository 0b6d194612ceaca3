import Testing
import XenABI

@testable import Builder

@Suite struct DomainArgumentsTests {
  struct Parsed: Equatable {
    var name: String
    var frames: UInt64
    var weight: UInt16 = 256
    var cap: UInt16 = 0
    var guest = ""
  }

  func parse(_ text: String) throws(OptionError) -> Parsed? {
    let line = Array(text.utf8)
    guard let domain = try DomainArguments.parse(line.span.bytes) else { return nil }
    let name = (0..<domain.name.count).map { domain.name[$0] }
    return Parsed(
      name: String(decoding: name, as: UTF8.self), frames: domain.frames, weight: domain.weight, cap: domain.cap,
      guest: String(decoding: line[domain.guestArguments.offset..<domain.guestArguments.end], as: UTF8.self))
  }

  @Test(
    arguments: [
      ("build/guest.elf domU name=g1 mem=32", Parsed(name: "g1", frames: 0x2000)),
      ("domU name=g1 mem=32", Parsed(name: "g1", frames: 0x2000)),
      ("domU domU name=g1 mem=32", Parsed(name: "g1", frames: 0x2000)),
      ("/g domU mem=1G name=A_b.c-9", Parsed(name: "A_b.c-9", frames: 0x40000)),
      ("g domU name=x mem=1024K vcpus=1 weight=512 cap=50", Parsed(name: "x", frames: 256, weight: 512, cap: 50)),
      ("g domU name=x mem=64g --", Parsed(name: "x", frames: 16 << 20)),
      ("g domU name=x mem=4 -- a=b  -- c ", Parsed(name: "x", frames: 1024, guest: "a=b  -- c")),
      ("g domU name=x mem=4 --a", nil),
      (
        "g domU name=abcdefghijklmnopqrstuvwxyz01234 mem=4\0rest",
        Parsed(name: "abcdefghijklmnopqrstuvwxyz01234", frames: 1024)
      ),
      ("", nil), ("dom0.elf", nil), ("dom0.elf console=hvc0", nil), ("a b domU name=x mem=4", nil),
      ("g domUx name=x mem=4", nil),
    ] as [(String, Parsed?)])
  func table(text: String, expected: Parsed?) {
    #expect((try? parse(text)) == expected)
  }

  /// The word that an error points at, and its kind.
  func refusal(_ text: String) -> (OptionError.Kind, String)? {
    do throws(OptionError) {
      _ = try parse(text)
      return nil
    } catch {
      let line = Array(text.utf8)
      return (error.kind, String(decoding: line[error.word.offset..<error.word.end], as: UTF8.self))
    }
  }

  @Test(
    arguments: [
      ("g domU mem=32", .missing, ""),
      ("g domU name=x", .missing, ""),
      ("g domU name=x -- mem=32", .missing, ""),
      ("g domU name=x mem=32 color=red", .unknown, "color=red"),
      ("g domU name=x mem=32 kernel", .unknown, "kernel"),
      ("g domU name=x mem=4 --a", .unknown, "--a"),
      ("g domU name=x mem=32 =1", .unknown, "=1"),
      ("g domU name mem=32", .value, "name"),
      ("g domU name= mem=32", .malformed, "name="),
      ("g domU name=a/b mem=32", .malformed, "name=a/b"),
      ("g domU name=a name=b mem=32", .repeated, "name=b"),
      ("g domU name=a mem=1 mem=2", .repeated, "mem=2"),
      ("g domU name=a mem=1 cap=2 cap=2", .repeated, "cap=2"),
      ("g domU name=a mem", .value, "mem"),
      ("g domU name=a mem=", .malformed, "mem="),
      ("g domU name=a mem=32MB", .malformed, "mem=32MB"),
      ("g domU name=a mem=5000B", .malformed, "mem=5000B"),
      ("g domU name=a mem=0", .outOfRange, "mem=0"),
      ("g domU name=a mem=1020K", .outOfRange, "mem=1020K"),
      ("g domU name=a mem=65G", .outOfRange, "mem=65G"),
      ("g domU name=a mem=32 vcpus=2", .outOfRange, "vcpus=2"),
      ("g domU name=a mem=32 vcpus=0", .outOfRange, "vcpus=0"),
      ("g domU name=a mem=32 vcpus=one", .malformed, "vcpus=one"),
      ("g domU name=a mem=32 weight=0", .outOfRange, "weight=0"),
      ("g domU name=a mem=32 weight=65536", .outOfRange, "weight=65536"),
      ("g domU name=a mem=32 cap=101", .outOfRange, "cap=101"),
      ("g domU name=a mem=32 cap", .value, "cap"),
    ] as [(String, OptionError.Kind, String)])
  func refuses(text: String, kind: OptionError.Kind, word: String) throws {
    let found = try #require(refusal(text))
    #expect(found.0 == kind)
    #expect(found.1 == word)
  }

  @Test func namesAreComparedByTheirLetters() throws {
    func name(_ text: String) -> GuestName? { GuestName(Array(text.utf8).span.bytes) }
    #expect(name("a1") == name("a1"))
    #expect(name("a1") != name("a2"))
    #expect(name("a1") != name("a"))
    #expect(name("") == nil)
    #expect(name("a b") == nil)
    #expect(name(String(repeating: "x", count: 127))?.count == 127)
    #expect(name(String(repeating: "x", count: 128)) == nil)
  }

  @Test func anyBytesAreJudged() {
    var random = SplitMix64(seed: 7)
    let pieces = ["domU", " ", "name=", "mem=", "--", "=", "\0", "4G", "0x", "9999999999999999999", "vcpus=", "a", "é"]
    for _ in 0..<20_000 {
      let text = (0..<Int.random(in: 0..<12, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }
        .joined()
      let line = Array(text.utf8)
      do throws(OptionError) {
        if let domain = try DomainArguments.parse(line.span.bytes) { #expect(domain.guestArguments.end <= line.count) }
        _ = try HypervisorOptions(line.span.bytes)
      } catch {
        #expect(error.word.offset >= 0 && error.word.end <= line.count)
      }
    }
  }
}
