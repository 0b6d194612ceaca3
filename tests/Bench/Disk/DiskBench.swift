/// Times domain 0's own use of the disk that `disk=` names, beside which the split driver's is put. It runs in domain 0's
/// place.
@main
struct DiskBench: Guest {
  static func run() {
    guard let disk = DiskList(MemoryGauge()).find(CommandLineOptions.current["disk"] ?? "vda") else {
      Panic.report("there is no such disk")
    }
    for pageCount in [1, 16] {
      for action in [BlockRequest.Action.read, .write] { measure(disk, action, pageCount) }
    }
    console.print("bench done")
  }

  /// Requests one after the other, each waited for. A line of the bench has rounds, nanoseconds and a name.
  private static func measure(_ disk: BlockDevice, _ action: BlockRequest.Action, _ pageCount: Int) {
    guard let pages = Pages(count: pageCount) else { Panic.report("no memory for the disk's pages") }
    let rounds: UInt64 = 1000
    let start = Clock.now
    for _ in 0..<rounds {
      var request = BlockRequest(action: action, sector: 0)
      for page in 0..<pageCount {
        request.buffers.append(
          BlockBuffer(
            memory: .own(pages.frame.advanced(by: UInt64(page))), offset: 0, byteCount: UInt16(pageSize)))
      }
      var answer: BlockStatus?
      disk.submit(request) { answer = $0 }
      while answer == nil {
        Processor.wait { disk.hasWork }
        disk.serve()
      }
      if answer != .okay { Panic.report("the disk refused a request") }
    }
    let name = "block \(action == .read ? "read" : "write") \(pageCount * 4) KB"
    console.print("bench \(rounds) \(Clock.now.since(start).rawValue) \(name)")
  }
}
