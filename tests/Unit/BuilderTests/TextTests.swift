import Testing
import XenABI

@testable import Builder

@Suite struct TextTests {
  func words(_ text: String) -> [String] {
    let line = Array(text.utf8)
    var scanner = WordScanner()
    var result: [String] = []
    while let word = scanner.next(in: line.span.bytes) {
      result.append(String(decoding: line[word.offset..<word.end], as: UTF8.self))
    }
    return result
  }

  func size(_ text: String, unit: SizeUnit) -> UInt64? {
    let line = Array(text.utf8)
    return line.span.bytes.size(TextRange(offset: 0, count: line.count), unit: unit)
  }

  func number(_ text: String) -> UInt64? {
    let line = Array(text.utf8)
    return line.span.bytes.number(TextRange(offset: 0, count: line.count))
  }

  @Test func splitsIntoWords() {
    #expect(words("") == [])
    #expect(words("  \t ") == [])
    #expect(words("a") == ["a"])
    #expect(words(" a=b\tc  d\r\n") == ["a=b", "c", "d"])
    #expect(words("a b\0c d") == ["a", "b"])
    #expect(words("\0c d") == [])
  }

  @Test func splitsAtTheFirstEqualsSign() {
    let line = Array("key=a=b x= y".utf8)
    func option(_ offset: Int, _ count: Int) -> TextOption {
      line.span.bytes.option(TextRange(offset: offset, count: count))
    }
    #expect(option(0, 7).key == TextRange(offset: 0, count: 3))
    #expect(option(0, 7).value == TextRange(offset: 4, count: 3))
    #expect(option(8, 2).value == TextRange(offset: 10, count: 0))
    #expect(option(11, 1).value == nil)
  }

  @Test func comparesWithLiterals() {
    let line = Array("domU x".utf8)
    func equals(_ offset: Int, _ count: Int, _ literal: StaticString) -> Bool {
      line.span.bytes.text(TextRange(offset: offset, count: count), equals: literal)
    }
    func starts(_ offset: Int, _ count: Int, _ literal: StaticString) -> Bool {
      line.span.bytes.text(TextRange(offset: offset, count: count), starts: literal)
    }
    #expect(equals(0, 4, "domU"))
    #expect(!equals(0, 3, "domU"))
    #expect(!equals(0, 5, "domU"))
    #expect(equals(5, 1, "x"))
    #expect(starts(0, 4, "do"))
    #expect(!starts(5, 4, "xyzz"))
    #expect(!starts(-3, 4, "domU"))
  }

  @Test func boundsStayInTheLine() {
    func bounds(_ offset: Int, _ count: Int) -> Range<Int> {
      Array("domU x".utf8).span.bytes.bounds(of: TextRange(offset: offset, count: count))
    }
    #expect(bounds(4, 99) == 4..<6)
    #expect(bounds(-4, -9) == 0..<0)
    #expect(bounds(.max, .max) == 6..<6)
    func length(_ text: String) -> Int { Array(text.utf8).span.bytes.lineLength }
    #expect(length("ab\0c") == 2)
    #expect(length("domU x") == 6)
  }

  @Test func numbers() {
    #expect(number("0") == 0)
    #expect(number("007") == 7)
    #expect(number("0x1F") == 31)
    #expect(number("0Xff") == 255)
    #expect(number("18446744073709551615") == .max)
    #expect(number("0xFFFFFFFFFFFFFFFF") == .max)
    for bad in [
      "", "x", "-1", "+1", "1 ", "0x", "12a", "18446744073709551616", "0x10000000000000000", "99999999999999999999",
    ] {
      #expect(number(bad) == nil, "\(bad)")
    }
  }

  @Test func sizes() {
    #expect(size("64M", unit: .kibibytes) == 64 << 20)
    #expect(size("64m", unit: .kibibytes) == 64 << 20)
    #expect(size("64", unit: .kibibytes) == 64 << 10)
    #expect(size("64", unit: .mebibytes) == 64 << 20)
    #expect(size("64B", unit: .mebibytes) == 64)
    #expect(size("2g", unit: .bytes) == 2 << 30)
    #expect(size("1T", unit: .bytes) == 1 << 40)
    #expect(size("0x10M", unit: .bytes) == 16 << 20)
    #expect(size("0x1B", unit: .bytes) == 27)
    for bad in ["", "M", "64MB", "M64", "0xM", "16777216T", "18446744073709551615K"] {
      #expect(size(bad, unit: .bytes) == nil, "\(bad)")
    }
  }

  @Test func whereArgumentsStart() {
    func convention(_ name: String) -> LoaderConvention { LoaderConvention(loaderName: Array(name.utf8).span.bytes) }
    #expect(convention("GRUB 2.06-13+deb12u1") == .argumentsOnly)
    #expect(convention("GRUB 0.97") == .fileNameFirst)
    #expect(convention("GNU GRUB 0.97") == .fileNameFirst)
    #expect(convention("qemu") == .fileNameFirst)
    #expect(convention("") == .fileNameFirst)

    func arguments(_ convention: LoaderConvention, _ text: String) -> String {
      let line = Array(text.utf8)
      let range = convention.arguments(in: line.span.bytes)
      return String(decoding: line[range.offset..<range.end], as: UTF8.self)
    }
    #expect(arguments(.fileNameFirst, "build/apus.elf console=com1  loglvl=all ") == "console=com1  loglvl=all")
    #expect(arguments(.fileNameFirst, "apus.elf") == "")
    #expect(arguments(.fileNameFirst, "") == "")
    #expect(arguments(.argumentsOnly, "console=com1") == "console=com1")
    #expect(arguments(.argumentsOnly, " ") == "")
    #expect(arguments(.argumentsOnly, "/boot/apus.elf console=com1") == "console=com1")
    #expect(arguments(.argumentsOnly, "(hd0,1)/apus.elf console=com1") == "console=com1")
    #expect(arguments(.argumentsOnly, "placeholder console=com1") == "console=com1")
  }
}
