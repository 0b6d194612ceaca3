import CGuest

/// A virtio source of entropy in its legacy form (Virtual I/O Device specification 1.0, 4.1.4.8 and 5.4): one queue,
/// whose completions come as the first message of the function's MSI-X table.
struct EntropyDevice: ~Copyable {
  let pci: PCIDevice
  private let port: UInt16
  /// Descriptors, then the available ring; at the next page's start the used ring; at the next one's the buffer.
  private let pages: Pages
  /// The entries of each, which the device chooses: 8 in QEMU 7.2, 1024 in 10.0.
  private let queueSize: Int
  private let usedRing: Int
  private let buffer: Int
  private var used: UInt16 = 0

  init?() {
    guard let pci = PCIDevice(vendor: 0x1AF4, device: 0x1005) else { return nil }
    pci.enable()
    let port = UInt16(truncatingIfNeeded: pci.base(0))
    cguest_out16(port + 0x0E, 0)
    let queueSize = Int(cguest_in16(port + 0x0C))
    let usedRing = Self.wholePages(queueSize * 16 + 6 + queueSize * 2)
    let buffer = usedRing + Self.wholePages(6 + queueSize * 8)
    guard queueSize > 0, let pages = Pages(count: buffer / Int(pageSize) + 1) else { return nil }
    self.pci = pci
    self.pages = pages
    self.port = port
    self.queueSize = queueSize
    self.usedRing = usedRing
    self.buffer = buffer
  }

  private static func wholePages(_ byteCount: Int) -> Int {
    (byteCount + Int(pageSize) - 1) / Int(pageSize) * Int(pageSize)
  }

  /// Where the table of messages lies: in the memory of the second base register, at its start.
  var table: UInt64 { UInt64(pci.base(1)) }

  /// Sets the queue up. MSI-X is enabled by now, so that the ports have the two vectors' registers.
  func start() {
    cguest_out8(port + 0x12, 0)
    cguest_out8(port + 0x12, 3)  // ACKNOWLEDGE, DRIVER
    cguest_out16(port + 0x0E, 0)
    cguest_out32(port + 0x08, UInt32(truncatingIfNeeded: pages.frame.rawValue))
    cguest_out16(port + 0x16, 0)
    cguest_out8(port + 0x12, 7)  // DRIVER_OK
  }

  /// The table's entry that the queue uses; 0xFFFF where the device has refused it.
  var vector: UInt16 { cguest_in16(port + 0x16) }

  /// Asks for 16 bytes.
  func request() {
    let ring = pages.window
    ring.store64(pages.address.rawValue + UInt64(buffer), at: 0)
    ring.store32(16, at: 8)
    ring.store16(2, at: 12)  // the device writes
    let available = queueSize * 16
    let index = ring.load16(at: available + 2)
    ring.store16(0, at: available + 4 + Int(index) % queueSize * 2)
    ring.store16(index &+ 1, at: available + 2)
    cguest_out16(port + 0x10, 0)
  }

  /// The bytes that the last request has brought; nil while it has not.
  mutating func answer() -> UInt32? {
    let index = pages.window.load16(at: usedRing + 2)
    guard index != used else { return nil }
    let element = usedRing + 4 + Int(used) % queueSize * 8
    used = index
    return pages.window.load32(at: element + 4)
  }
}
