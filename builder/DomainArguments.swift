#if canImport(XenABI)
  import XenABI
#endif

/// A domain's name as it may be given to one: 1 to 127 letters, digits, `_`, `.` and `-` of ASCII.
package struct GuestName: Equatable, BitwiseCopyable, Sendable {
  /// The most letters of a name.
  package static var capacity: Int { ApusDomainName.nameLimit }

  private var bytes: InlineArray<128, UInt8>
  /// The number of letters.
  package let count: Int

  /// The name, or nil where the text is none.
  package init?(_ text: RawSpan) {
    guard text.byteCount >= 1, text.byteCount <= Self.capacity else { return nil }
    bytes = InlineArray(repeating: 0)
    count = text.byteCount
    for index in 0..<count {
      let byte = text.loadChecked(at: index, as: UInt8.self)
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2E, 0x2D: bytes[index] = byte
      default: return nil
      }
    }
  }

  /// The letter at `index`, which is below `count`.
  package subscript(index: Int) -> UInt8 {
    precondition(index < count)
    return bytes[index]
  }

  package static func == (a: Self, b: Self) -> Bool {
    guard a.count == b.count else { return false }
    for index in 0..<a.count where a.bytes[index] != b.bytes[index] { return false }
    return true
  }
}

/// What a boot module's arguments say of the domain to be built from it:
/// ```
/// domU name=NAME mem=SIZE [vcpus=1] [weight=1...65535] [cap=0...100] [-- the guest's own arguments]
/// ```
/// SIZE is in MiB, or has one of the letters B, K, M, G behind it.
package struct DomainArguments: BitwiseCopyable {
  package var name: GuestName
  /// The domain's memory, in frames.
  package var frames: UInt64
  /// The domain's share of the CPU in relation to others'; 256 unless said.
  package var weight: UInt16
  /// The most of a CPU that the domain gets, in percent; 0 is no limit.
  package var cap: UInt16
  /// The guest's command line within the module's.
  package var guestArguments: TextRange

  /// Reads a module's arguments. Nil: the module is not marked `domU`.
  ///
  /// The mark is the first word, or the second after the file's name that most loaders put in front.
  package static func parse(_ line: RawSpan) throws(OptionError) -> DomainArguments? {
    guard var words = wordsAfterMark(line) else { return nil }
    var name: GuestName? = nil
    var frames: UInt64? = nil
    var weight: UInt64? = nil
    var cap: UInt64? = nil
    var vcpus: UInt64? = nil
    while let word = words.next(in: line), !line.text(word, equals: "--") {
      let option = line.option(word)
      if line.text(option.key, equals: "name") {
        if name != nil { throw OptionError(.repeated, word, expected: "one name=") }
        name = GuestName(line.extracting(line.bounds(of: try value(option, expected: nameForm))))
        if name == nil { throw OptionError(.malformed, word, expected: nameForm) }
      } else if line.text(option.key, equals: "mem") {
        if frames != nil { throw OptionError(.repeated, word, expected: "one mem=") }
        frames = try memory(option, in: line)
      } else if line.text(option.key, equals: "vcpus") {
        try number(option, in: line, into: &vcpus, range: 1...1, expected: "vcpus=1: a domain has one vCPU for now")
      } else if line.text(option.key, equals: "weight") {
        try number(option, in: line, into: &weight, range: 1...65535, expected: "weight=1 to 65535")
      } else if line.text(option.key, equals: "cap") {
        try number(option, in: line, into: &cap, range: 0...100, expected: "cap=0 to 100, in percent of a CPU")
      } else {
        throw OptionError(.unknown, word, expected: "name=, mem=, vcpus=, weight=, cap= or --")
      }
    }
    let end = TextRange(offset: words.position, count: 0)
    guard let name else { throw OptionError(.missing, end, expected: nameForm) }
    guard let frames else { throw OptionError(.missing, end, expected: memoryForm) }
    return DomainArguments(
      name: name, frames: frames, weight: UInt16(truncatingIfNeeded: weight ?? 256),
      cap: UInt16(truncatingIfNeeded: cap ?? 0), guestArguments: words.rest(in: line))
  }

  private static var nameForm: StaticString { "name= with 1 to 127 of A-Z a-z 0-9 _ . -" }
  private static var memoryForm: StaticString { "mem=SIZE from 1M to 64G, in MiB or with K, M or G, whole frames" }

  /// The words after the mark, or nil without it.
  private static func wordsAfterMark(_ line: RawSpan) -> WordScanner? {
    var words = WordScanner()
    guard let first = words.next(in: line) else { return nil }
    var ahead = words
    if let second = ahead.next(in: line), line.text(second, equals: "domU") { return ahead }
    return line.text(first, equals: "domU") ? words : nil
  }

  private static func value(_ option: TextOption, expected: StaticString) throws(OptionError) -> TextRange {
    guard let value = option.value else { throw OptionError(.value, option.word, expected: expected) }
    return value
  }

  private static func memory(_ option: TextOption, in line: RawSpan) throws(OptionError) -> UInt64 {
    let value = try value(option, expected: memoryForm)
    guard let bytes = line.size(value, unit: .mebibytes), bytes & (pageSize &- 1) == 0
    else { throw OptionError(.malformed, option.word, expected: memoryForm) }
    let frames = bytes >> pageShift
    guard frames >= GuestPhysicalLayout.leastFrames, frames <= GuestPhysicalLayout.mostFrames
    else { throw OptionError(.outOfRange, option.word, expected: memoryForm) }
    return frames
  }

  private static func number(
    _ option: TextOption, in line: RawSpan, into result: inout UInt64?, range: ClosedRange<UInt64>,
    expected: StaticString
  ) throws(OptionError) {
    if result != nil { throw OptionError(.repeated, option.word, expected: expected) }
    guard let number = line.number(try value(option, expected: expected))
    else { throw OptionError(.malformed, option.word, expected: expected) }
    guard range.contains(number) else { throw OptionError(.outOfRange, option.word, expected: expected) }
    result = number
  }
}
