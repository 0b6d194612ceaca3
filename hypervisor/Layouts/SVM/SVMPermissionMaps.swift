#if canImport(XenABI)
  import XenABI
#endif
#if canImport(Core)
  import Core
#endif

/// The MSR and I/O permission maps (AMD APM vol. 2 15.10, 15.11): a set bit exits.
package struct SVMPermissionMaps: BitwiseCopyable {
  /// The I/O map of domUs: every port exits.
  package let allPorts: MachineAddress
  /// Domain 0's I/O map: the devices it owns do not exit.
  package let controlDomainPorts: MachineAddress
  /// The MSR map: two frames, two bits an MSR, read then write.
  package let registers: MachineAddress

  /// Three frames an I/O map (64 Ki bits and three), two the MSR map: all at once.
  package static var frameCount: UInt64 { 8 }

  /// Builds the maps in eight contiguous frames.
  package init(at frames: MachineAddress, in map: DirectMap) {
    allPorts = frames
    controlDomainPorts = frames.advanced(by: 3 &* pageSize)
    registers = frames.advanced(by: 6 &* pageSize)
    var all = Bitmap(frames, byteCount: 8 &* pageSize, map)
    all.fill(0xFF)
    var port: UInt64 = 0
    var control = Bitmap(controlDomainPorts, byteCount: 3 &* pageSize, map)
    while port < 0x1_0000 {
      if PortPolicy.controlDomainOwns(UInt16(port)) { control.clear(port) }
      port &+= 1
    }
    var msrs = Bitmap(registers, byteCount: 2 &* pageSize, map)
    // VMLOAD, VMSAVE and the VMCB switch these: the guest has them to itself.
    msrs.allow(0xC000_0100, writes: true)  // FS base
    msrs.allow(0xC000_0101, writes: true)
    msrs.allow(0xC000_0102, writes: true)
    msrs.allow(0xC000_0081, writes: true)  // STAR
    msrs.allow(0xC000_0082, writes: true)
    msrs.allow(0xC000_0083, writes: true)
    msrs.allow(0xC000_0084, writes: true)
    msrs.allow(0x174, writes: true)  // SYSENTER
    msrs.allow(0x175, writes: true)
    msrs.allow(0x176, writes: true)
    msrs.allow(0x277, writes: true)  // PAT: with nested paging, the VMCB's
    msrs.allow(0xC000_0103, writes: false)  // TSC_AUX: writes are remembered
  }

  /// A bit map in frames of the pool.
  private struct Bitmap {
    let map: DirectMap
    let start: MachineAddress
    let byteCount: UInt64

    init(_ start: MachineAddress, byteCount: UInt64, _ map: DirectMap) {
      self.map = map
      self.start = start
      self.byteCount = byteCount
    }

    mutating func fill(_ byte: UInt8) {
      // The frames were allocated for the maps, contiguous, by the caller.
      unsafe map.pointer(start).initializeMemory(as: UInt8.self, repeating: byte, count: Int(byteCount))
    }

    mutating func clear(_ bit: UInt64) {
      guard bit / 8 < byteCount else { return }
      let place = unsafe map.pointer(start.advanced(by: bit / 8)).assumingMemoryBound(to: UInt8.self)
      unsafe place.pointee &= ~(1 << UInt8(bit & 7))
    }

    /// Lets a guest read an MSR, and write it, without an exit.
    mutating func allow(_ msr: UInt32, writes: Bool) {
      // 15.11: MSRs 0-1FFFh at byte 0, C0000000h-C0001FFFh at 800h, C0010000h-C0011FFFh at 1000h.
      let base: UInt64
      switch msr {
      case 0...0x1FFF: base = 0
      case 0xC000_0000...0xC000_1FFF: base = 0x800 &* 8
      case 0xC001_0000...0xC001_1FFF: base = 0x1000 &* 8
      default: return
      }
      let bit = base &+ UInt64(msr & 0x1FFF) &* 2
      clear(bit)
      if writes { clear(bit &+ 1) }
    }
  }
}
