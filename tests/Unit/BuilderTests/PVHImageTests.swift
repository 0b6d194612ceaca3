import Testing
import XenABI

@testable import Builder

@Suite struct PVHImageTests {
  func parse(_ file: [UInt8]) throws(ImageError) -> PVHImage { try PVHImage(file.span.bytes) }

  func error(_ file: [UInt8]) -> ImageError? {
    do throws(ImageError) {
      _ = try parse(file)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [LinkedKernels.bits32, LinkedKernels.bits64])
  func loadsWhatALinkerMade(file: [UInt8]) throws {
    let image = try parse(file)
    #expect(image.entry == GuestPhysicalAddress(0x10_0000))
    #expect(image.lowest == GuestPhysicalAddress(0x10_0000))
    #expect(image.end == GuestPhysicalAddress(0x10_3238))
    #expect(image.width == (file.count == LinkedKernels.bits32.count ? .bits32 : .bits64))
    #expect(image.header.entry == 0x10_0000)
    var memory = TestMemory(base: 0x10_0000, count: 0x4000)
    try image.load(file.span.bytes, into: &memory)
    #expect(memory.slice(0x10_0000, 3) == [0xF4, 0xEB, 0xFD])
    #expect(memory.load(0x10_2000, as: UInt32.self) == 0x1234_5678)
    #expect(memory.slice(0x10_2004, 0x1234).allSatisfy { $0 == 0 })
    #expect(memory.load(0x10_3238, as: UInt8.self) == 0xEE)
    #expect(memory.load(0x10_1FFF, as: UInt8.self) == 0xEE)
  }

  @Test(arguments: [false, true])
  func loadsToThePhysicalAddress(is64: Bool) throws {
    let file = ELFFile.kernel(is64: is64, entry: 0x10_0004).bytes
    let image = try parse(file)
    #expect(image.entry == GuestPhysicalAddress(0x10_0004))
    #expect(image.end == GuestPhysicalAddress(0x10_0020))
    var memory = TestMemory(base: 0x10_0000, count: 64)
    try image.load(file.span.bytes, into: &memory)
    #expect(memory.bytes == Array(1...16) + Array(repeating: 0, count: 16) + Array(repeating: 0xEE, count: 32))
  }

  @Test func saysWhereTheWriterRefused() throws {
    let file = ELFFile.kernel().bytes
    let image = try parse(file)
    var memory = TestMemory(base: 0x10_0000, count: 16)
    #expect(throws: ImageError.destination(.outsideMemory)) { try image.load(file.span.bytes, into: &memory) }
  }

  @Test func checksAgainstTheMemoryMap() throws {
    var kernel = ELFFile.kernel()
    kernel.segments.append(.init(physicalAddress: 0x20_0000, contents: [1], memorySize: 0x1000))
    let file = kernel.bytes
    let image = try parse(file)
    try image.check(file.span.bytes, against: GuestMemoryMap(frames: 0x201))
    #expect(throws: ImageError.segmentOutsideMemory(2)) {
      try image.check(file.span.bytes, against: GuestMemoryMap(frames: 0x200))
    }
    #expect(throws: ImageError.segmentOutsideMemory(0)) {
      try image.check(file.span.bytes, against: GuestMemoryMap(frames: 0x100))
    }
  }

  @Test func findsTheNoteInASection() throws {
    var kernel = ELFFile.kernel()
    kernel.segments.removeLast()
    #expect(error(kernel.bytes) == .noEntryNote)
    for is64 in [false, true] {
      kernel.is64 = is64
      kernel.sectionNotes =
        ELFFile.note(1, name: "GNU", descriptor: [1, 2, 3])
        + ELFFile.note(18, name: "Other", descriptor: ELFFile.number(7 as UInt32))
        + ELFFile.note(18, descriptor: ELFFile.number(0x10_0008 as UInt32))
      #expect(try parse(kernel.bytes).entry == GuestPhysicalAddress(0x10_0008))
    }
  }

  @Test func findsTheNoteBehindOthersPaddedToEight() throws {
    var kernel = ELFFile.kernel()
    kernel.segments[1].alignment = 8
    kernel.segments[1].contents =
      ELFFile.note(5, name: "GNU", descriptor: [1, 2, 3, 4, 5], alignment: 8)
      + ELFFile.note(18, descriptor: ELFFile.number(0x10_0000 as UInt64), alignment: 8)
    #expect(try parse(kernel.bytes).entry == GuestPhysicalAddress(0x10_0000))
  }

  /// Toolchains put the GNU property note, which wants 8, beside others, which are padded to 4.
  @Test(arguments: [false, true])
  func padsNotesToFourInASegmentAlignedToEight(is64: Bool) throws {
    var kernel = ELFFile.kernel(is64: is64)
    kernel.segments[1].alignment = 8
    let notes =
      ELFFile.note(5, name: "GNU", descriptor: [UInt8](repeating: 2, count: 16), alignment: 8)
      + ELFFile.note(6, descriptor: Array("mini-os\0".utf8) + [0])
      + ELFFile.note(18, descriptor: ELFFile.number(0x10_0004 as UInt32))
    kernel.segments[1].contents = notes
    #expect(try parse(kernel.bytes).entry == GuestPhysicalAddress(0x10_0004))
    kernel.segments.removeLast()
    kernel.sectionNotes = notes
    kernel.sectionAlignment = 8
    #expect(try parse(kernel.bytes).entry == GuestPhysicalAddress(0x10_0004))
  }

  @Test func readsWhatTheKernelExpectsOfItsLoader() throws {
    func image(_ notes: [UInt8]) throws -> PVHImage {
      var kernel = ELFFile.kernel()
      kernel.segments[1].contents += notes
      return try parse(kernel.bytes)
    }
    let bare = try image([])
    #expect(!bare.mapsItsModules && !bare.searchesRootPointer)
    #expect(try image(ELFFile.note(16, descriptor: ELFFile.number(1 as UInt32))).mapsItsModules)
    #expect(try !image(ELFFile.note(16, descriptor: ELFFile.number(0 as UInt32))).mapsItsModules)
    let linux = ELFFile.note(6, descriptor: Array("linux\0".utf8))
    #expect(try image(linux).searchesRootPointer)
    func features(_ word: UInt32) -> [UInt8] { ELFFile.note(17, descriptor: ELFFile.number(word)) }
    #expect(try image(linux + features(0x801)).searchesRootPointer)
    #expect(try !image(linux + features(0x8801)).searchesRootPointer)
    #expect(try !image(ELFFile.note(6, descriptor: Array("linuxish\0".utf8))).searchesRootPointer)
    #expect(try image(ELFFile.note(6, descriptor: Array("linux".utf8))).searchesRootPointer)
  }

  @Test func aMalformedNoteElsewhereDoesNotHideTheEntry() throws {
    var kernel = ELFFile.kernel()
    var broken = ELFFile.note(1, descriptor: [0, 0, 0, 0])
    broken.store(UInt32.max, at: 4)
    kernel.segments.insert(.init(type: 4, physicalAddress: 0, contents: broken), at: 1)
    #expect(try parse(kernel.bytes).entry == GuestPhysicalAddress(0x10_0000))
    kernel.segments.removeLast()
    #expect(error(kernel.bytes) == .noteMalformed)
  }

  @Test func refusesAnEntryThatIsNotOne() {
    #expect(error(ELFFile.kernel(entry: 0x10_0020).bytes) == .entryOutsideImage)
    #expect(error(ELFFile.kernel(entry: 0xF_FFFF).bytes) == .entryOutsideImage)
    #expect(error(ELFFile.kernel(entry: 1 << 32 | 0x10_0000).bytes) == .entryOutsideImage)
    var kernel = ELFFile.kernel()
    kernel.segments[1].contents = ELFFile.note(18, descriptor: [0, 0])
    #expect(error(kernel.bytes) == .entryNoteSize)
  }

  @Test func refusesWrongHeaders() {
    let good = ELFFile.kernel().bytes
    func changed(_ offset: Int, _ value: UInt8) -> [UInt8] {
      var file = good
      file[offset] = value
      return file
    }
    #expect(error(good) == nil)
    #expect(error([]) == .notELF)
    #expect(error(Array(good.prefix(3))) == .notELF)
    #expect(error(changed(0, 0)) == .notELF)
    #expect(error(Array(good.prefix(51))) == .headerTruncated)
    #expect(error(Array(good.prefix(63))) == .headerTruncated)
    #expect(error(changed(4, 3)) == .unknownClass)
    #expect(error(changed(5, 2)) == .notLittleEndian)
    #expect(error(changed(6, 0)) == .unknownVersion)
    #expect(error(changed(16, 3)) == nil)
    for type: UInt8 in [0, 1, 4] { #expect(error(changed(16, type)) == .notExecutable) }
    #expect(error(changed(18, 40)) == .notX86)
    #expect(error(changed(54, 55)) == .programHeaderSize)
    #expect(error(changed(56, 0)) == .nothingToLoad)
    #expect(error(changed(57, 1)) == .tooManyProgramHeaders)
    #expect(error(changed(39, 0xFF)) == .programHeadersTruncated)
    #expect(error(changed(56, 100)) == .programHeadersTruncated)
  }

  @Test func refusesWrongSegments() {
    let kernel = ELFFile.kernel()
    let header = kernel.programHeader(0)
    func changed(_ offset: Int, _ value: UInt64) -> [UInt8] {
      var file = kernel.bytes
      file.store(value, at: header + offset)
      return file
    }
    #expect(error(changed(40, 15)) == .segmentLargerInFile(0))
    #expect(error(changed(8, UInt64.max)) == .segmentTruncated(0))
    #expect(error(changed(8, UInt64(kernel.bytes.count - 15))) == .segmentTruncated(0))
    #expect(error(changed(40, UInt64.max)) == .segmentWraps(0))
    #expect(error(changed(24, UInt64.max)) == .segmentWraps(0))
    #expect(error(changed(40, 0)) == .nothingToLoad)
    var two = kernel
    two.segments.append(.init(physicalAddress: 0x10_001F, contents: [1]))
    #expect(error(two.bytes) == .segmentOverlaps(2))
    two.segments[2].physicalAddress = 0x10_0020
    #expect(error(two.bytes) == nil)
    two.segments[2].physicalAddress = 0xF_FFFF
    #expect(error(two.bytes) == nil)
    two.segments[2].memorySize = 2
    #expect(error(two.bytes) == .segmentOverlaps(2))
    #expect(ImageError.segmentOverlaps(2).programHeader == 2)
    #expect(ImageError.notELF.programHeader == nil)
  }

  @Test func anySizeOfTruncationIsAnError() {
    // The last bytes of the linked files are section headers, without which they still load.
    for file in [LinkedKernels.bits32, LinkedKernels.bits64] {
      for count in 0..<file.count {
        let cut = Array(file.prefix(count))
        guard let image = try? parse(cut) else { continue }
        #expect(count >= 0xE4)
        var memory = TestMemory(base: 0x10_0000, count: 0x4000)
        #expect(throws: Never.self) { try image.load(cut.span.bytes, into: &memory) }
      }
    }
  }

  /// Whatever the bytes are: an error or an image, never a trap, and a load never leaves the file or the memory.
  @Test(arguments: [LinkedKernels.bits32, LinkedKernels.bits64, ELFFile.kernel(is64: false).bytes])
  func corruptionNeverTraps(file: [UInt8]) {
    var random = SplitMix64(seed: 0x41_70_75_73)
    var accepted = 0
    let interesting: [UInt64] = [0, 1, 4, 0x7F, 0xFF, 0x7FFF_FFFF, 0xFFFF_FFFF, 1 << 63, UInt64.max, UInt64.max - 7]
    for _ in 0..<20_000 {
      var changed = file
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0..<changed.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: changed[place] = UInt8.random(in: 0...255, using: &random)
        case 1: changed[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        default:
          let value = interesting.randomElement(using: &random) ?? 0
          let start = min(place & ~3, changed.count - 8)
          if Bool.random(using: &random) {
            changed.store(value, at: start)
          } else {
            changed.store(UInt32(truncatingIfNeeded: value), at: start)
          }
        }
      }
      if Int.random(in: 0..<8, using: &random) == 0 {
        changed.removeLast(Int.random(in: 0..<changed.count, using: &random))
      }
      guard let image = try? parse(changed) else { continue }
      accepted += 1
      #expect(image.lowest <= image.entry && image.entry < image.end)
      var memory = TestMemory(base: 0x10_0000, count: 0x4000)
      try? image.load(changed.span.bytes, into: &memory)
      // A file that changes between the check and the load is judged again.
      try? image.load(Array(changed.prefix(changed.count / 2)).span.bytes, into: &memory)
      if let map = try? GuestMemoryMap(frames: 0x200) { try? image.check(changed.span.bytes, against: map) }
    }
    #expect(accepted > 100)
  }
}
