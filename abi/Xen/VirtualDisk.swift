/// The number of a virtual disk (public header `io/blkif.h`, "vdev"), which also names its folder in the store.
///
/// `xvdN` is 202 << 8 | N << 4 | partition for the first sixteen; later ones and higher partitions take the extended
/// form 1 << 28 | N << 8 | partition.
public struct VirtualDisk: RawRepresentable, Equatable, BitwiseCopyable, Sendable {
  public var rawValue: UInt32
  @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// The disk of that index, `xvda` being 0, or a partition of it, from 1 on. Nil where no number stands for it.
  public init?(index: UInt32, partition: UInt32 = 0) {
    if index < 16 && partition < 16 {
      rawValue = 202 << 8 | index << 4 | partition
    } else if index < 1 << 20 && partition < 256 {
      rawValue = 1 << 28 | index << 8 | partition
    } else {
      return nil
    }
  }

  /// Out of a name such as `xvda`, `xvdb2` or `xvdaa`, or of a decimal number. Nil where it is neither.
  public init?(name: some Collection<UInt8>) {
    var text = VirtualDiskName(name)
    guard let disk = text.number() ?? text.disk() else { return nil }
    self = disk
  }
}

/// Reads a disk's name.
private struct VirtualDiskName<Text: Collection<UInt8>> where Text.Element == UInt8 {
  private let text: Text
  private var place: Text.Index

  init(_ text: Text) {
    self.text = text
    place = text.startIndex
  }

  private var next: UInt8? { place == text.endIndex ? nil : text[place] }
  private mutating func skip() { place = text.index(after: place) }

  private mutating func decimal() -> UInt32? {
    guard next != nil else { return nil }
    var value: UInt32 = 0
    while let byte = next {
      guard byte >= 0x30, byte <= 0x39, value < 1 << 28 else { return nil }
      value = value &* 10 &+ UInt32(byte &- 0x30)
      skip()
    }
    return value
  }

  /// The whole of it as a number.
  mutating func number() -> VirtualDisk? {
    let start = place
    if let value = decimal() { return VirtualDisk(rawValue: value) }
    place = start
    return nil
  }

  /// The whole of it as `xvd`, letters, and the number of a partition or nothing.
  mutating func disk() -> VirtualDisk? {
    guard skip(0x78), skip(0x76), skip(0x64) else { return nil }
    // Letters count in base 26 without a zero: z is followed by aa.
    var ordinal: UInt32 = 0
    while let letter = next, letter >= 0x61, letter <= 0x7A {
      guard ordinal < 1 << 20 else { return nil }
      ordinal = ordinal &* 26 &+ UInt32(letter &- 0x60)
      skip()
    }
    guard ordinal > 0 else { return nil }
    if next == nil { return VirtualDisk(index: ordinal &- 1) }
    guard let partition = decimal(), partition > 0 else { return nil }
    return VirtualDisk(index: ordinal &- 1, partition: partition)
  }

  private mutating func skip(_ letter: UInt8) -> Bool {
    guard next == letter else { return false }
    skip()
    return true
  }
}
