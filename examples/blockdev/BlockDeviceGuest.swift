/// A guest with a disk: writes a sector, reads it again. Its definition has `disk = [ "vda,raw,xvda,w" ]`, or another
/// disk of domain 0's.
@main
struct BlockDeviceGuest: Guest {
  static func run() throws(GuestError) {
    guard let device = BlockFrontend.devices().first else { throw .block(.noDisk) }
    let disk = try BlockFrontend.open(device)
    console.print("disk \(device): \(disk.sectorCount) sectors of 512 bytes")
    let text = Array("Written by a guest, at \(Clock.now.rawValue / 1_000_000) ms".utf8)
    try disk.write(0, text + [UInt8](repeating: 0, count: 512 - text.count))
    try disk.flush()
    let read = try disk.read(0, count: 1)
    console.print("sector 0: \(String(decoding: read.prefix { $0 != 0 }, as: UTF8.self))")
    try disk.close()
  }
}
