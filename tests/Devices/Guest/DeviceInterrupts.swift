/// Domain 0 with nothing but this to do: it takes the interrupts of two devices, by line, by MSI and by MSI-X, and prints
/// what it saw.
@main
struct DeviceInterrupts: Guest {
  static func run() throws(GuestError) {
    hiddenMemory()
    guard let device = EducationalDevice() else {
      report("line", false, "no device to test with")
      return
    }
    do throws(GuestError) {
      try lines(device)
      try messages(device)
      try tables()
    } catch {
      report("interrupts", false, "\(error)")
    }
    print("end of the test")
  }

  private static func report(_ name: String, _ isRight: Bool, _ detail: String = "") {
    print("\(isRight ? "PASS" : "FAIL") \(name) \(detail)")
  }

  private static func print(_ text: String) {
    console.print(text)
  }

  /// RAM that is not the domain's own reads as nothing, like a place where no device is: the hypervisor's image at the
  /// end of memory as well as free frames.
  private static func hiddenMemory() {
    var end: UInt64 = 1 << 20
    for index in 0..<MemoryMap.count where MemoryMap.entry(index).type == .ram {
      end = max(end, MemoryMap.entry(index).frames.upperBound << pageShift)
    }
    var seen = 0
    // A machine of 256 MiB, whose last 192 KiB are the firmware's.
    for address in stride(from: end, to: (256 << 20) - (192 << 10), by: 1 << 14) {
      let place = unsafe MemoryWindow(unsafeAddress: address, byteCount: 8)  // read only, and no device's
      if place.load64(at: 0) != .max { seen += 1 }
    }
    report("memory.hidden", seen == 0, "\(seen) places can be read")
  }

  /// Gives an interrupt a number.
  private static func map(_ request: MapPhysicalIRQ) throws(GuestError) -> PhysicalIRQ {
    var request = request
    try Hypercall.physicalDeviceMapIRQ(&request)
    return PhysicalIRQ(UInt32(bitPattern: request.physicalIRQ))
  }

  private static func soon() -> Nanoseconds { Clock.now.adding(.milliseconds(200)) }

  /// By the line of its pin: level-triggered, so that it comes again only after an end of interrupt.
  private static func lines(_ device: EducationalDevice) throws(GuestError) {
    let irq = try map(MapPhysicalIRQ(kind: .gsi, index: device.pci.line))
    let again = try map(MapPhysicalIRQ(kind: .gsi, index: device.pci.line))
    report("line.mapped", irq == again, "line \(device.pci.line), number \(irq.rawValue)")
    var query = IRQStatusQuery(physicalIRQ: irq)
    try Hypercall.physicalDeviceIRQStatus(&query)
    report("line.needs_end", query.status.contains(.needsEndOfInterrupt))
    do {
      let channel = try EventChannel(physicalIRQ: irq)
      for round in 1...3 {
        device.raise()
        report("line.arrives", channel.wait(until: soon()), "round \(round)")
        report("line.is_masked", !channel.wait(until: Clock.now.adding(.milliseconds(20))), "round \(round)")
        report("line.acknowledged", device.acknowledge() == 1)
        try Hypercall.physicalDeviceEndOfInterrupt(EndOfInterrupt(physicalIRQ: irq))
      }
      report("line.quiet", !channel.wait(until: Clock.now.adding(.milliseconds(20))))
    }
    // The port is closed: nobody is told any more.
    try Hypercall.physicalDeviceUnmapIRQ(UnmapPhysicalIRQ(physicalIRQ: Int32(irq.rawValue)))
  }

  /// By message: an edge, without an end of interrupt.
  private static func messages(_ device: EducationalDevice) throws(GuestError) {
    let irq = try map(MapPhysicalIRQ(kind: .msi, deviceFunction: device.pci.deviceFunction))
    do {
      let channel = try EventChannel(physicalIRQ: irq)
      for round in 1...3 {
        device.raise()
        report("msi.arrives", channel.wait(until: soon()), "round \(round), number \(irq.rawValue)")
        report("msi.acknowledged", device.acknowledge() == 1)
      }
    }
    device.raise()
    _ = device.acknowledge()
    try Hypercall.physicalDeviceUnmapIRQ(UnmapPhysicalIRQ(physicalIRQ: Int32(irq.rawValue)))
  }

  /// By an entry of a table in the device's memory.
  private static func tables() throws(GuestError) {
    guard var device = EntropyDevice() else {
      report("msix", false, "no device to test with")
      return
    }
    // A table that the function does not have, and memory of the domain's own.
    for wrong in [device.table + 0x10_0000, 0x10_0000] {
      let irq = try map(MapPhysicalIRQ(kind: .msi, deviceFunction: device.pci.deviceFunction, tableBase: wrong))
      do throws(GuestError) {
        _ = try EventChannel(physicalIRQ: irq)
        report("msix.refused", false)
      } catch {
        report("msix.refused", error == .hypercall(.invalidArgument), "\(error)")
      }
      try Hypercall.physicalDeviceUnmapIRQ(UnmapPhysicalIRQ(physicalIRQ: Int32(irq.rawValue)))
    }
    let irq = try map(MapPhysicalIRQ(kind: .msi, deviceFunction: device.pci.deviceFunction, tableBase: device.table))
    do {
      let channel = try EventChannel(physicalIRQ: irq)
      device.start()
      report("msix.vector", device.vector == 0)
      for round in 1...3 {
        device.request()
        report("msix.arrives", channel.wait(until: soon()), "round \(round), number \(irq.rawValue)")
        report("msix.answered", device.answer() == 16)
      }
    }
    try Hypercall.physicalDeviceUnmapIRQ(UnmapPhysicalIRQ(physicalIRQ: Int32(irq.rawValue)))
  }
}
