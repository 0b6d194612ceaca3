import Foundation

/// A raw disk image in the machine's folder, which QEMU shows as a virtio-blk PCI device.
public struct Disk: Sendable {
  /// The image's bytes at the start of the run.
  public enum Content: Sendable {
    /// So many bytes of zeros; the file is sparse.
    case zeros(byteCount: Int)
    case bytes([UInt8])
    /// Those of a file, which stays as it is.
    case copy(of: String)
  }

  public var content: Content
  /// The device refuses writes.
  public var isReadOnly: Bool
  /// More properties of the device, as QEMU has them: `vectors=0` has it signal by its line.
  public var properties: [String]

  public init(_ content: Content, isReadOnly: Bool = false, properties: [String] = []) {
    self.content = content
    self.isReadOnly = isReadOnly
    self.properties = properties
  }

  /// A disk of zeros of `mebibytes` MiB.
  public static func blank(mebibytes: Int) -> Disk { Disk(.zeros(byteCount: mebibytes << 20)) }

  /// The file's name in the machine's folder; the first disk is 0.
  static func fileName(_ index: Int) -> String { "disk\(index).img" }

  /// Makes the image in `folder`.
  func create(_ index: Int, in folder: URL) throws {
    let file = folder.appendingPathComponent(Self.fileName(index))
    switch content {
    case .bytes(let bytes): try Data(bytes).write(to: file)
    case .copy(let path): try FileManager.default.copyItem(atPath: path, toPath: file.path)
    case .zeros(let byteCount):
      try Data().write(to: file)
      let handle = try FileHandle(forWritingTo: file)
      try handle.truncate(atOffset: UInt64(byteCount))
      try handle.close()
    }
  }

  /// The words by which QEMU gets the disk. The caches are the host's, so a flush is what makes writes last.
  func words(_ index: Int) -> [String] {
    let drive = "file=\(Self.fileName(index)),format=raw,if=none,id=disk\(index),cache=writeback"
    return [
      "-drive", drive + (isReadOnly ? ",readonly=on" : ""),
      "-device", (["virtio-blk-pci", "drive=disk\(index)"] + properties).joined(separator: ","),
    ]
  }
}
