import CGuest

/// A virtio source of entropy in its legacy form (Virtual I/O Device specification 1.0, 4.1.4.8 and 5.4): one queue,
/// whose completions come as the first message of the function's MSI-X table.
struct EntropyDevice: ~Copyable {
  let pci: PCIDevice
  private let port: UInt16
  /// Descriptors, then the available ring; a page on, the used ring; a page on, the buffer.
  private let pages: Pages
  private var used: UInt16 = 0

  init?() {
    guard let pci = PCIDevice(vendor: 0x1AF4, device: 0x1005), let pages = Pages(count: 3) else { return nil }
    pci.enable()
    self.pci = pci
    self.pages = pages
    port = UInt16(truncatingIfNeeded: pci.base(0))
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

  var queueSize: UInt16 { cguest_in16(port + 0x0C) }
  /// The table's entry that the queue uses; 0xFFFF where the device has refused it.
  var vector: UInt16 { cguest_in16(port + 0x16) }

  /// Asks for 16 bytes.
  func request() {
    let ring = pages.window
    ring.store64(pages.address.rawValue + 2 * pageSize, at: 0)
    ring.store32(16, at: 8)
    ring.store16(2, at: 12)  // the device writes
    let available = Int(queueSize) * 16
    let index = ring.load16(at: available + 2)
    ring.store16(0, at: available + 4 + Int(index % queueSize) * 2)
    ring.store16(index &+ 1, at: available + 2)
    cguest_out16(port + 0x10, 0)
  }

  /// The bytes that the last request has brought; nil while it has not.
  mutating func answer() -> UInt32? {
    let index = pages.window.load16(at: Int(pageSize) + 2)
    guard index != used else { return nil }
    let element = Int(pageSize) + 4 + Int(used % queueSize) * 8
    used = index
    return pages.window.load32(at: element + 4)
  }
}
