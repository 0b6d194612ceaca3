#if canImport(XenABI)
  import XenABI
#endif

/// What a file is that is given as a kernel, by its first bytes.
enum KernelFile: Equatable {
  /// To be loaded.
  case elf
  /// A Linux boot image (the public document `boot.rst`): a real-mode part, and the kernel compressed behind it.
  case bootImage(Compression?)
  /// A file that was compressed as a whole.
  case compressed(Compression)
  case other

  enum Compression: Equatable {
    case gzip, xz, lz4, zstd, bzip2, lzma, lzo

    var name: String {
      switch self {
      case .gzip: "gzip"
      case .xz: "xz"
      case .lz4: "lz4"
      case .zstd: "zstd"
      case .bzip2: "bzip2"
      case .lzma: "lzma"
      case .lzo: "lzo"
      }
    }

    /// By the bytes that each format begins with.
    init?(_ bytes: [UInt8]) {
      if bytes.starts(with: [0x1F, 0x8B]) {
        self = .gzip
      } else if bytes.starts(with: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]) {
        self = .xz
      } else if bytes.starts(with: [0x02, 0x21, 0x4C, 0x18]) || bytes.starts(with: [0x04, 0x22, 0x4D, 0x18]) {
        self = .lz4
      } else if bytes.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) {
        self = .zstd
      } else if bytes.starts(with: [0x42, 0x5A, 0x68]) {
        self = .bzip2
      } else if bytes.starts(with: [0x5D, 0x00, 0x00]) {
        self = .lzma
      } else if bytes.starts(with: [0x89, 0x4C, 0x5A, 0x4F]) {
        self = .lzo
      } else {
        return nil
      }
    }
  }

  /// The kind of a file.
  init(_ image: RawSpan) {
    func bytes(_ offset: Int, _ count: Int) -> [UInt8] {
      guard offset >= 0, offset <= image.byteCount else { return [] }
      let end = min(offset + count, image.byteCount)
      return (offset..<end).map { image.loadChecked(at: $0, as: UInt8.self) }
    }
    let first = bytes(0, 6)
    if first.starts(with: [0x7F, 0x45, 0x4C, 0x46]) {
      self = .elf
    } else if bytes(0x1FE, 2) == [0x55, 0xAA], bytes(0x202, 4).elementsEqual("HdrS".utf8) {
      self = .bootImage(Self.payload(of: image).flatMap { Compression(bytes($0, 6)) })
    } else if let compression = Compression(first) {
      self = .compressed(compression)
    } else {
      self = .other
    }
  }

  /// Where the compressed kernel begins in a boot image: `payload_offset` at 0x248 counts from the end of the real-mode
  /// part, whose sectors are at 0x1F1; since version 2.08 of the boot protocol, at 0x206.
  private static func payload(of image: RawSpan) -> Int? {
    guard image.byteCount >= 0x250, image.loadChecked(at: 0x206, as: UInt16.self) >= 0x208 else { return nil }
    let sectors = Int(image.loadChecked(at: 0x1F1, as: UInt8.self))
    return ((sectors == 0 ? 4 : sectors) + 1) * 512 + Int(image.loadChecked(at: 0x248, as: UInt32.self))
  }

  /// Why the file is no kernel for a guest, to be printed after its name; nil for one to be loaded.
  var refusal: String? {
    switch self {
    case .elf, .other: nil  // the ELF loader says what is wrong with a file of another kind
    case .bootImage(let compression):
      "is a Linux boot image\(compression.map { ", compressed by \($0.name)" } ?? ""): \(Self.remedy)"
    case .compressed(let compression): "is compressed by \(compression.name): \(Self.remedy)"
    }
  }

  private static var remedy: String { "expected the ELF file inside; tools/unpack-kernel.sh on the host unpacks it" }
}
