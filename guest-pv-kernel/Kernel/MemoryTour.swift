/// Memory: the map, giving pages back and taking them again, moving a frame.
struct MemoryTour {
  private static var pattern: UInt64 { 0x5AA5_0FF0_1234_5678 }

  static func run(_ findings: inout Findings) throws(GuestError) {
    findings.section("giving memory back and taking it again")
    try pages(&findings)
    try largePage(&findings)
    if Hypervisor.features.contains(.directMapped) {
      findings.fact("memory.move", "this domain's frames are the machine's: none can move")
      return
    }
    try move(&findings)
    try batch(&findings)
  }

  /// The memory map, from the loader and from the hypervisor.
  static func map(_ findings: inout Findings) {
    findings.section("memory map")
    var ram: UInt64 = 0
    for index in 0..<MemoryMap.count {
      let entry = MemoryMap.entry(index)
      if entry.type == .ram { ram += entry.byteCount }
      findings.say(
        "memory_map: \(hexadecimal(entry.address.rawValue)) \(hexadecimal(entry.end.rawValue)) \(entry.type.rawValue)")
    }
    findings.fact("ram_kib", ram / 1024)
    do {
      let asked = try XenMemory.memoryMap()
      var askedRAM: UInt64 = 0
      for entry in asked where entry.kind.rawValue == HVMMemoryType.ram.rawValue { askedRAM += entry.byteCount }
      findings.check("memory.map_call_agrees", askedRAM / 1024, equals: ram / 1024)
    } catch {
      findings.check("memory.map_call_agrees", false, error.description, expected: "the same RAM")
    }
    findings.fact("free_frames", PhysicalMemory.freeCount)
  }

  /// Sixteen single pages go and come back.
  private static func pages(_ findings: inout Findings) throws(GuestError) {
    let count = 16
    let before = try XenMemory.currentReservation()
    findings.fact("reservation_frames", before)
    let maximum = try XenMemory.maximumReservation()
    findings.check("memory.maximum", maximum >= before, "\(maximum)", expected: "at least \(before)")
    guard let pages = Pages(count: count) else { return }
    let frames = (0..<UInt64(count)).map { pages.frame.advanced(by: $0) }
    for frame in frames { window(frame).store64(pattern, at: 0) }

    findings.check("memory.give_back", try XenMemory.decreaseReservation(frames), equals: count)
    findings.check("memory.reservation_shrunk", try XenMemory.currentReservation(), equals: before - UInt64(count))
    let hole = Probe.read(GuestVirtualAddress(frames[0].address.rawValue))
    findings.check(
      "memory.hole_is_empty", hole != pattern, hole.map { hexadecimal($0) } ?? "fault",
      expected: "anything but the page's old content")

    findings.check("memory.take_again", try XenMemory.populate(frames), equals: count)
    findings.say("gave back \(count) frames and took them again")
    findings.check("memory.reservation_grown", try XenMemory.currentReservation(), equals: before)
    var good = 0
    for frame in frames {
      window(frame).store64(pattern &+ frame.rawValue, at: 8)
      if window(frame).load64(at: 8) == pattern &+ frame.rawValue { good += 1 }
    }
    findings.check("memory.pages_work", good, equals: count)
  }

  /// A 2 MiB page goes and comes back in one piece.
  private static func largePage(_ findings: inout Findings) throws(GuestError) {
    let count = Int(FrameOrder.superpage2M.frameCount)
    guard let pages = Pages(count: count, alignment: count) else {
      findings.fact("memory.large_page", "no 2 MiB of free memory")
      return
    }
    let before = try XenMemory.currentReservation()
    findings.check(
      "memory.give_back_2m", try XenMemory.decreaseReservation([pages.frame], order: .superpage2M), equals: 1)
    findings.check("memory.take_again_2m", try XenMemory.populate([pages.frame], order: .superpage2M), equals: 1)
    findings.check("memory.reservation_same", try XenMemory.currentReservation(), equals: before)
    pages.window.store64(pattern, at: pages.window.byteCount - 8)
    findings.check(
      "memory.large_page_works", pages.window.load64(at: pages.window.byteCount - 8) == pattern, "written and read",
      expected: "the pattern")
  }

  /// A frame moves to a place where nothing is, with its content, and back.
  private static func move(_ findings: inout Findings) throws(GuestError) {
    guard let page = Pages() else { return }
    page.window.store64(pattern, at: 0)
    let place = UnusedFrames.take()
    defer { UnusedFrames.give(place) }
    try XenMemory.addToPhysmap(.guestFrame, index: page.frame.rawValue, at: place)
    let moved = Probe.read(GuestVirtualAddress(place.address.rawValue))
    findings.check(
      "memory.frame_moved", moved == pattern, moved.map { hexadecimal($0) } ?? "fault",
      expected: hexadecimal(pattern))
    let left = Probe.read(GuestVirtualAddress(page.address.rawValue))
    findings.check(
      "memory.old_place_empty", left != pattern, left.map { hexadecimal($0) } ?? "fault", expected: "nothing there")
    try XenMemory.addToPhysmap(.guestFrame, index: place.rawValue, at: page.frame)
    findings.check(
      "memory.frame_back", page.window.load64(at: 0) == pattern, hexadecimal(page.window.load64(at: 0)),
      expected: hexadecimal(pattern))
  }

  /// A frame moves by the call for lists; its place is emptied and filled anew.
  private static func batch(_ findings: inout Findings) throws(GuestError) {
    guard let page = Pages() else { return }
    page.window.store64(pattern, at: 0)
    let place = UnusedFrames.take()
    defer { UnusedFrames.give(place) }
    let errors = try XenMemory.addToPhysmapBatch(.guestFrame, indexes: [page.frame.rawValue], at: [place])
    findings.check("memory.batch", Int(errors[0]), equals: 0)
    let moved = Probe.read(GuestVirtualAddress(place.address.rawValue))
    findings.check(
      "memory.batch_moved", moved == pattern, moved.map { hexadecimal($0) } ?? "fault", expected: hexadecimal(pattern))
    try XenMemory.removeFromPhysmap(place)
    let left = Probe.read(GuestVirtualAddress(place.address.rawValue))
    findings.check(
      "memory.removed", left != pattern, left.map { hexadecimal($0) } ?? "fault", expected: "nothing there")
    findings.check("memory.refilled", try XenMemory.populate([page.frame]), equals: 1)
  }

  /// A page of RAM that this tour owns.
  private static func window(_ frame: GuestFrame) -> MemoryWindow {
    unsafe MemoryWindow(unsafeAddress: frame.address.rawValue, byteCount: Int(pageSize))
  }
}
