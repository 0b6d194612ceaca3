#if canImport(XenABI)
  import XenABI
#endif
#if canImport(CMachine)
  import CMachine
#endif
#if canImport(Core)
  import Core
#endif

/// The I/O and MSR bitmaps (Intel SDM vol. 3 24.6.4, 24.6.9): a set bit exits.
struct VMXPermissionMaps: BitwiseCopyable {
  /// The I/O bitmap of domUs, for both halves of the ports: every port exits.
  let allPorts: MachineAddress
  /// Domain 0's I/O bitmaps, one page a half: the devices it owns do not exit.
  let controlDomainPorts: MachineAddress
  /// The MSR bitmap.
  let registers: MachineAddress

  /// The frames that the maps take, as an order.
  static var order: FrameOrder { FrameOrder(2) }

  /// Builds the maps in four contiguous frames.
  init(at frames: MachineAddress, in map: DirectMap) {
    allPorts = frames
    controlDomainPorts = frames.advanced(by: pageSize)
    registers = frames.advanced(by: 3 &* pageSize)
    fill(frames, byteCount: 4 &* pageSize, map)
    var port: UInt64 = 0
    while port < 0x1_0000 {
      if PortPolicy.controlDomainOwns(UInt16(truncatingIfNeeded: port)) { clear(controlDomainPorts, port, map) }
      port &+= 1
    }
    // The VMCS holds these, or the processor for as long as the vCPU has it: the guest has them to itself.
    allow(0x174, writes: true, map)  // SYSENTER_CS
    allow(0x175, writes: true, map)
    allow(0x176, writes: true, map)
    allow(0x277, writes: true, map)  // PAT
    allow(0xC000_0081, writes: true, map)  // STAR
    allow(0xC000_0082, writes: true, map)
    allow(0xC000_0083, writes: true, map)
    allow(0xC000_0084, writes: true, map)
    allow(0xC000_0100, writes: true, map)  // FS base
    allow(0xC000_0101, writes: true, map)
    allow(0xC000_0102, writes: true, map)
    allow(0xC000_0103, writes: false, map)  // TSC_AUX: writes are remembered
  }

  private func fill(_ start: MachineAddress, byteCount: UInt64, _ map: DirectMap) {
    var offset: UInt64 = 0
    while offset < byteCount {
      apus_store64(place(start, offset, map), .max)
      offset &+= 8
    }
  }

  private func clear(_ start: MachineAddress, _ bit: UInt64, _ map: DirectMap) {
    let word = place(start, bit / 64 &* 8, map)
    apus_store64(word, apus_load64(word) & ~(1 << (bit & 63)))
  }

  /// Lets a guest read an MSR, and write it, without an exit. The bitmap has four parts of 1 KiB: reads of the low
  /// MSRs and of those from 0xC0000000 on, then writes of both.
  private func allow(_ msr: UInt32, writes: Bool, _ map: DirectMap) {
    let high: UInt64 = msr >= 0xC000_0000 ? 0x400 &* 8 : 0
    let bit = high &+ UInt64(msr & 0x1FFF)
    clear(registers, bit, map)
    if writes { clear(registers, bit &+ 0x800 &* 8, map) }
  }

  private func place(_ start: MachineAddress, _ offset: UInt64, _ map: DirectMap) -> UInt {
    map.base &+ UInt(truncatingIfNeeded: start.rawValue &+ offset)
  }
}
