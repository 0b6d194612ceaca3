/// The guest's first disk through the split driver, request by request. See `StoreRows` for the lines.
enum DiskRows {
  private static var rounds: UInt64 { 1000 }

  static func run() throws(GuestError) {
    guard let device = BlockFrontend.devices().first else { return }
    let disk = try BlockFrontend.open(device)
    for pageCount in [1, 16] {
      for operation in [BlockOperation.read, .write] { try measure(disk, operation, pageCount) }
    }
  }

  private static func measure(
    _ disk: BlockFrontend, _ operation: BlockOperation, _ pageCount: Int
  ) throws(GuestError) {
    guard let pages = Pages(count: pageCount) else { throw .outOfMemory }
    let sectors = pageCount * Int(BlockSector.perPage)
    let start = Clock.now
    for _ in 0..<rounds { try disk.wait(for: try disk.submit(operation, 0, count: sectors, at: pages.frame)) }
    let name = "block \(operation == .read ? "read" : "write") \(pageCount * 4) KB"
    console.print("bench \(rounds) \(Clock.now.since(start).rawValue) \(name)")
  }
}
