/// A page that this domain shares with a backend in domain 0, and the port to it, to be used with no regard to anybody.
struct SharedRing {
  let page: MemoryWindow
  let port: EventPort

  init(page: MemoryWindow, port: EventPort) {
    self.page = page
    self.port = port
  }

  /// The ring that two HVM parameters name.
  init(frame: HVMParameter, port: HVMParameter) throws(GuestError) {
    let frame = GuestFrame(try XenParameters.get(frame))
    self.port = EventPort(UInt32(truncatingIfNeeded: try XenParameters.get(port)))
    // The page was put there for this; the first 4 GiB are mapped one to one.
    page = unsafe MemoryWindow(unsafeAddress: frame.address.rawValue, byteCount: Int(pageSize))
  }

  func notify() { try? XenEvents.send(port) }
}
