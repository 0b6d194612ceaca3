/// The number of a virtual disk (public header `io/blkif.h`, "vdev"; xen-vbd-interface(7)), which also names its folder in
/// the store. What the guest calls the disk is its own affair.
///
/// | name | number |
/// |---|---|
/// | `xvdN`, `dN`, the first 16 disks and 15 partitions | 202 << 8 \| N << 4 \| partition |
/// | the same, up to disk 2^20 - 1 and partition 255 | 1 << 28 \| N << 8 \| partition |
/// | `sdN`, 16 disks, 15 partitions | 8 << 8 \| N << 4 \| partition |
/// | `hda`, `hdb`, 63 partitions | 3 << 8 \| N << 6 \| partition |
/// | `hdc`, `hdd`, 63 partitions | 22 << 8 \| (N - 2) << 6 \| partition |
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

  /// The same by the names of SCSI disks.
  init?(scsi index: UInt32, partition: UInt32) {
    guard index < 16, partition < 16 else { return nil }
    rawValue = 8 << 8 | index << 4 | partition
  }

  /// The same by the names of IDE disks.
  init?(ide index: UInt32, partition: UInt32) {
    guard index < 4, partition < 64 else { return nil }
    rawValue = (index < 2 ? 3 : 22) << 8 | (index & 1) << 6 | partition
  }

  /// Out of a name such as `xvda`, `xvdb2`, `xvdaa`, `hda1`, `sdc` or `d0p1`, or of a number: decimal, hexadecimal after
  /// `0x`, octal after `0`. Nil where it is none of these.
  public init?(name: some Collection<UInt8>) {
    var text = VirtualDiskName(name)
    guard let disk = text.disk() else { return nil }
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

  private mutating func skip(_ letter: UInt8) -> Bool {
    guard next == letter else { return false }
    place = text.index(after: place)
    return true
  }

  /// The whole of it. No two of the forms begin with the same letter.
  mutating func disk() -> VirtualDisk? {
    if skip(0x78) {
      guard skip(0x76), skip(0x64), let drive = drive() else { return nil }
      return VirtualDisk(index: drive.index, partition: drive.partition)
    }
    if skip(0x68) {
      guard skip(0x64), let drive = drive() else { return nil }
      return VirtualDisk(ide: drive.index, partition: drive.partition)
    }
    if skip(0x73) {
      guard skip(0x64), let drive = drive() else { return nil }
      return VirtualDisk(scsi: drive.index, partition: drive.partition)
    }
    if skip(0x64) {
      guard let index = number() else { return nil }
      if next == nil { return VirtualDisk(index: index) }
      guard skip(0x70), let partition = number(), next == nil else { return nil }
      return VirtualDisk(index: index, partition: partition)
    }
    guard let value = number(), next == nil, value <= 0x7FFF_FFFF else { return nil }
    return VirtualDisk(rawValue: value)
  }

  /// Letters, which count in base 26 without a zero (z is followed by aa), and the number of a partition or nothing.
  private mutating func drive() -> (index: UInt32, partition: UInt32)? {
    var ordinal: UInt32 = 0
    while let letter = next, letter >= 0x61, letter <= 0x7A {
      guard ordinal < 1 << 20 else { return nil }
      ordinal = ordinal &* 26 &+ UInt32(letter &- 0x60)
      _ = skip(letter)
    }
    guard ordinal > 0 else { return nil }
    guard let first = next else { return (ordinal &- 1, 0) }
    guard first != 0x30, let partition = digits(base: 10), next == nil else { return nil }
    return (ordinal &- 1, partition)
  }

  /// A number as C writes it.
  private mutating func number() -> UInt32? {
    guard next == 0x30 else { return digits(base: 10) }
    _ = skip(0x30)
    if skip(0x78) || skip(0x58) { return digits(base: 16) }
    guard let byte = next, byte >= 0x30, byte <= 0x39 else { return 0 }
    return digits(base: 8)
  }

  /// Digits up to the first other character; nil without any, and for what 32 bits do not hold.
  private mutating func digits(base: UInt32) -> UInt32? {
    var value: UInt32? = nil
    while let byte = next, let digit = Self.digit(byte), digit < base {
      let (product, overflow) = (value ?? 0).multipliedReportingOverflow(by: base)
      let (sum, carry) = product.addingReportingOverflow(digit)
      if overflow || carry { return nil }
      value = sum
      _ = skip(byte)
    }
    return value
  }

  private static func digit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case 0x30...0x39: UInt32(byte &- 0x30)
    case 0x41...0x46: UInt32(byte &- 0x37)
    case 0x61...0x66: UInt32(byte &- 0x57)
    default: nil
    }
  }
}
