import CFuzz
import CGuest

/// Restores what the fuzzer needs itself: its shared page, its console's port, its callback, its local APIC.
struct FuzzRepairs {
  private let consolePort: EventPort?
  private let consolePeer: DomainID
  private let consolePeerPort: EventPort
  /// Whether the vCPU's record lies in a page of its own: it moves only once.
  let hasMovedRecord: Bool
  private(set) var hasGrantFrame = false
  private let apicBase: UInt64
  private let canSetUpcallVector: Bool

  private static var apicBaseRegister: UInt32 { 0x1B }
  private static var apicModeBits: UInt64 { 3 << 10 }
  /// The ports that a search goes through.
  private static var portCount: UInt32 { 4096 }

  /// Learns how things are, and waits a moment for the console to be connected.
  init(hasMovedRecord: Bool) {
    self.hasMovedRecord = hasMovedRecord
    apicBase = cguest_rdmsr(Self.apicBaseRegister)
    canSetUpcallVector = Hypervisor.hasUpcallVector
    var port: EventPort?
    var peer = DomainID.zero
    var peerPort = EventPort(0)
    if case .ring(let ring) = Console.backend {
      let deadline = Clock.now.adding(.seconds(2))
      while port == nil && Clock.now < deadline {
        if case .interdomain(let remote, let remotePort) = try? XenEvents.status(of: ring.port) {
          port = ring.port
          peer = remote
          peerPort = remotePort
        } else {
          XenScheduler.yield()
        }
      }
    }
    consolePort = port
    consolePeer = peer
    consolePeerPort = peerPort
  }

  /// Puts the shared page back into its place, should it have gone elsewhere.
  func mendSharedPage() { try? XenMemory.addToPhysmap(.sharedInfo, index: 0, at: SharedPage.frame) }

  func mendCallback() -> Bool {
    do {
      try XenParameters.set(.callbackIRQ, to: HVMParameter.callbackVector(TrapTable.upcallVector))
      return true
    } catch {
      return false
    }
  }

  /// Connects the console again where its port is closed or is something else now.
  func mendConsole() -> Bool {
    guard let port = consolePort else { return true }
    do {
      let status = try XenEvents.status(of: port)
      if status == .interdomain(remote: consolePeer, remotePort: consolePeerPort) { return true }
      if status != .closed { try XenEvents.close(port) }
      // New ports are the lowest free ones: those below are taken until it is this one's turn.
      var fillers: [EventPort] = []
      defer { for filler in fillers { try? XenEvents.close(filler) } }
      while true {
        let filler = try XenEvents.allocateUnbound(for: .current)
        if filler == port { break }
        fillers.append(filler)
        if fillers.count > Int(port.rawValue) + 1 { return false }
      }
      try XenEvents.close(port)
      return try XenEvents.bindInterdomain(consolePeerPort, of: consolePeer) == port
    } catch {
      return false
    }
  }

  /// Has an event come within a millisecond, whatever is masked, pending or unbound, so that waiting ends.
  func armClock() {
    _ = try? XenEvents.bindVirtualIRQ(.timer)
    // The pending bits last: an event that comes meanwhile is lost, or wakes for nothing, but never stays half set.
    VCPURecord.window.store8(0, at: VCPURecord.layout.upcallPending)
    VCPURecord.window.store64(0, at: VCPURecord.layout.pendingSelector)
    let page = SharedPage.window
    for word in 0..<SharedPage.layout.bitmapWords { page.store64(0, at: SharedPage.layout.maskBits + word * 8) }
    for word in 0..<SharedPage.layout.bitmapWords { page.store64(0, at: SharedPage.layout.pendingBits + word * 8) }
    try? XenVCPU.setPeriodicTimer(.milliseconds(1))
  }

  func stopClock() { try? XenVCPU.stopPeriodicTimer() }

  /// Makes sure that RAM is at a place.
  func renew(_ frame: GuestFrame) {
    try? XenMemory.removeFromPhysmap(frame)
    _ = try? XenMemory.populate([frame])
  }

  mutating func mapGrantTable(_ frame: GuestFrame) {
    do {
      try XenMemory.addToPhysmap(.grantTable, index: 0, at: frame)
      hasGrantFrame = true
    } catch {
      // Busy: a grant is mapped there, perhaps one that can't be written.
      hasGrantFrame = error != .hypercall(.busy) && Probe.isPresent(frame)
    }
  }

  /// Closes the ports from a number on, so that new ones can be had. New ports are the lowest free ones: behind a long
  /// row of free ones there are hardly any.
  func closePorts(from first: UInt32) {
    var freeInRow = 0
    for number in first..<Self.portCount where EventPort(number) != consolePort {
      do {
        try XenEvents.close(EventPort(number))
        freeInRow = 0
      } catch {
        freeInRow += 1
        if freeInRow == 64 { return }
      }
    }
  }

  /// Has the local APIC neither count down nor hold anything back.
  func resetLocalAPIC() {
    if cguest_rdmsr(Self.apicBaseRegister) != apicBase {
      // From x2APIC mode the way back leads over the disabled state (Intel SDM vol. 3 11.12.5).
      write(apicBase & ~Self.apicModeBits)
      write(apicBase)
    }
    guard cguest_rdmsr(Self.apicBaseRegister) & Self.apicModeBits == 1 << 11 else { return }
    // A call may have put something in its place, of which a grant stays until it is unmapped.
    do throws(GuestError) {
      try XenMemory.removeFromPhysmap(GuestFrame(0xFEE00))
    } catch {
      guard error == .hypercall(.notFound) else { return }
    }
    let registers = unsafe MemoryWindow(unsafeAddress: 0xFEE0_0000, byteCount: Int(pageSize))
    registers.store32(1 << 16, at: 0x320)  // the timer's vector, masked
    registers.store32(0, at: 0x380)
    for vector in stride(from: 0x330, through: 0x370, by: 0x10) { registers.store32(1 << 16, at: vector) }
    registers.store32(0x1FF, at: 0xF0)  // enabled
    registers.store32(0, at: 0x80)
    // The processor priority is that of what is in service still.
    for _ in 0..<16 where registers.load32(at: 0xA0) != 0 { registers.store32(0, at: 0xB0) }
  }

  private func write(_ value: UInt64) {
    RunRegister.flags.value = 2
    RunRegister.rcx.value = UInt64(Self.apicBaseRegister)
    RunRegister.rax.value = value & 0xFFFF_FFFF
    RunRegister.rdx.value = value >> 32
    _ = cfuzz_run64(Instruction.wrmsr.address)
  }
}

extension Probe {
  /// Whether something else than nothing is at a frame that is mapped one to one.
  static func isPresent(_ frame: GuestFrame) -> Bool { cguest_load64(frame.address.rawValue) != UInt64.max }
}
