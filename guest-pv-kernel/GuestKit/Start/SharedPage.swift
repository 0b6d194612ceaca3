/// The page that this domain shares with the hypervisor (`SharedInfoLayout`).
enum SharedPage {
  static var layout: SharedInfoLayout { SharedInfoLayout(.bits64) }

  /// Where it lies in guest-physical space.
  static var frame: GuestFrame { unsafe storedFrame }
  nonisolated(unsafe) private static var storedFrame = GuestFrame(0)
  static var window: MemoryWindow { unsafe storedWindow }
  nonisolated(unsafe) private static var storedWindow = unsafe MemoryWindow(unsafeAddress: 0, byteCount: 0)

  /// Whether it is there.
  static var isReady: Bool { window.byteCount > 0 }

  /// Has the hypervisor put it in the place of a page of low RAM, and masks every port.
  static func start() {
    guard let place = PhysicalMemory.takeLow() else { Panic.report("no page for the shared information") }
    do {
      try XenMemory.addToPhysmap(.sharedInfo, index: 0, at: place)
    } catch {
      Panic.report("the shared information page was refused", error)
    }
    unsafe storedFrame = place
    unsafe storedWindow = MemoryWindow(unsafeAddress: place.address.rawValue, byteCount: Int(pageSize))
    for word in 0..<layout.bitmapWords { window.store64(UInt64.max, at: layout.maskBits + word * 8) }
  }
}

/// The boot vCPU's record (`VCPUInfoLayout`).
enum VCPURecord {
  static var layout: VCPUInfoLayout { VCPUInfoLayout(.bits64) }

  /// Where it lies. It begins in the shared page; `move` takes it elsewhere.
  static var window: MemoryWindow { unsafe moved ?? SharedPage.window.window(at: 0, byteCount: VCPUInfoLayout.size) }
  nonisolated(unsafe) private static var moved: MemoryWindow?

  /// Moves it to `offset` bytes into a page of RAM, for good; once only. What was pending is pending there.
  static func move(to page: consuming Pages, offset: Int) throws(GuestError) {
    let window = page.window.window(at: offset, byteCount: VCPUInfoLayout.size)
    try withInterruptsOff { () throws(GuestError) in
      try XenVCPU.registerInfo(at: page.frame, offset: UInt32(offset))
      unsafe moved = window
    }
    _ = page.leak()
  }
}
