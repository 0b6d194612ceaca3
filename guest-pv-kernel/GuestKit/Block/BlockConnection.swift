/// A frontend's nodes, ring and event channel, as they come to be (public headers `io/blkif.h`, `io/xenbus.h`).
struct BlockConnection: ~Copyable {
  let device: UInt32
  /// The folders of both ends in the store.
  let path: String
  let backendPath: String
  let backend: DomainID
  let layout: BlockRingLayout
  let pages: Pages
  let channel: EventChannel
  /// The grants of the ring's pages.
  let transfer = BlockTransfer()

  /// Says where the ring is, and waits for the backend.
  ///
  /// - Parameters:
  ///   - device: its number, as below `device/vbd` in the store.
  ///   - pageOrder: the pages of the ring, as a power of two, as far as the backend takes them.
  ///   - deadline: in system time.
  init(_ device: UInt32, pageOrder: UInt32, until deadline: Nanoseconds) throws(GuestError) {
    let path = "device/vbd/\(device)"
    let backendPath: String
    let backend: DomainID
    let order: UInt32
    do {
      backendPath = try XenStore.read("\(path)/backend")
      backend = DomainID(UInt16(truncatingIfNeeded: try XenStore.readNumber("\(path)/backend-id") ?? 0))
      try Self.begin(path, backendPath, until: deadline)
      order = min(pageOrder, Self.number("\(backendPath)/max-ring-page-order"), BlockRingLayout.maximumPageOrder)
    } catch GuestError.store(.notFound) {
      throw .block(.noDisk)
    }
    let layout = BlockRingLayout(.bits64, pageOrder: order)
    guard let pages = Pages(count: layout.pageCount) else { throw .outOfMemory }
    let channel = try EventChannel(unboundFor: backend)
    var references: [GrantReference] = []
    for index in 0..<layout.pageCount {
      references.append(
        try transfer.grant(pages.frame.advanced(by: UInt64(index)), to: backend, readOnly: false))
    }
    try Self.tell(path, references, channel.port, order)
    self.device = device
    self.path = path
    self.backendPath = backendPath
    self.backend = backend
    self.layout = layout
    self.pages = pages
    self.channel = channel
  }

  /// A number of the backend's; 0 where it does not say.
  static func number(_ path: String) -> UInt32 {
    guard let value = try? XenStore.readNumber(path) else { return 0 }
    return UInt32(clamping: value)
  }

  private static func begin(
    _ path: String, _ backendPath: String, until deadline: Nanoseconds
  ) throws(GuestError) {
    // Also after an earlier use: the backend begins anew then.
    try XenStore.write("\(path)/state", "\(XenbusState.initialising.rawValue)")
    let waits = "\(XenbusState.initialisationWait.rawValue)"
    guard
      try XenStore.waitForValue("\(backendPath)/state", until: deadline, { $0.utf8.elementsEqual(waits.utf8) }) != nil
    else { throw .block(.noBackend) }
  }

  private static func tell(
    _ path: String, _ references: [GrantReference], _ port: EventPort, _ order: UInt32
  ) throws(GuestError) {
    if references.count == 1 {
      // An earlier use may have left it; the folder it would be in is there.
      try XenStore.remove("\(path)/ring-page-order")
      try XenStore.write("\(path)/ring-ref", "\(references[0].rawValue)")
    } else {
      try XenStore.write("\(path)/ring-page-order", "\(order)")
      for (index, reference) in references.enumerated() {
        try XenStore.write("\(path)/ring-ref\(index)", "\(reference.rawValue)")
      }
    }
    try XenStore.write("\(path)/event-channel", "\(port.rawValue)")
    try XenStore.write("\(path)/protocol", "\(CallWidth.bits64.blockProtocol)")
    try XenStore.write("\(path)/feature-persistent", "0")
  }
}
