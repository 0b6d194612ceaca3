/// The name of a guest's disk, and the number that goes with it in the store (the public note `vbd-interface`): whole
/// disks `xvda`, `xvdb`..., and partitions such as `xvda1`.
struct VirtualDevice: Equatable {
  let name: String
  let number: UInt32

  /// The most disks there are names for.
  private static var diskLimit: Int { 1 << 12 }

  /// The device of that name; nil where it is none of Xen's virtual disks.
  init?(_ name: String) {
    let bytes = Array(name.utf8)
    guard bytes.count > 3, bytes.starts(with: "xvd".utf8) else { return nil }
    var index = 3
    var disk = 0
    while index < bytes.count, bytes[index] >= UInt8(ascii: "a"), bytes[index] <= UInt8(ascii: "z") {
      // Bijective base 26: z is followed by aa.
      disk = disk * 26 + Int(bytes[index] - UInt8(ascii: "a")) + 1
      if disk > Self.diskLimit { return nil }
      index += 1
    }
    guard disk > 0 else { return nil }
    disk -= 1
    var partition = 0
    if index < bytes.count {
      if bytes[index] == UInt8(ascii: "0") { return nil }
      while index < bytes.count {
        guard bytes[index].isDigit else { return nil }
        partition = partition * 10 + Int(bytes[index] - UInt8(ascii: "0"))
        if partition > 255 { return nil }
        index += 1
      }
    }
    self.name = name
    // The first sixteen disks and partitions have the numbers of major 202; the others a form of their own.
    number =
      disk < 16 && partition < 16
      ? UInt32(202 << 8 | disk << 4 | partition) : UInt32(1 << 28 | disk << 8 | partition)
  }
}
