#if canImport(XenABI)
  import XenABI
#endif
#if canImport(CMachine)
  import CMachine
#endif
#if canImport(Core)
  import Core
#endif

/// A virtual machine control block: a frame of which the first KiB is control and the rest the guest's saved state
/// (AMD APM vol. 2 appendix B). Each member is at the manual's offset.
@safe
package struct VMCB: BitwiseCopyable {
  let base: UInt

  /// The block at a linear address, which is mapped for as long as its vCPU lives.
  @inline(__always)
  init(base: UInt) { self.base = base }

  @inline(__always) private subscript(offset: UInt) -> UInt64 { apus_load64(base &+ offset) }
  @inline(__always) private subscript(word offset: UInt) -> UInt32 { apus_load32(base &+ offset) }

  /// The only ways to write: what is written names the group that the processor may hold a copy of, and the copy is
  /// given up with it.
  @inline(__always)
  private func store(_ value: UInt64, at offset: UInt, _ group: VMCBGroup) {
    apus_store64(base &+ offset, value)
    giveUp(group)
  }

  @inline(__always)
  private func store(_ value: UInt32, at offset: UInt, _ group: VMCBGroup) {
    apus_store32(base &+ offset, value)
    giveUp(group)
  }

  @inline(__always)
  private func giveUp(_ group: VMCBGroup) {
    if !group.isEmpty { cleanGroups = cleanGroups.subtracting(group) }
  }

  // Control area.
  var interceptControlRegisters: UInt32 {
    get { self[word: 0x000] }
    nonmutating set { store(newValue, at: 0x000, .intercepts) }
  }
  var interceptDebugRegisters: UInt32 {
    get { self[word: 0x004] }
    nonmutating set { store(newValue, at: 0x004, .intercepts) }
  }
  var interceptExceptions: UInt32 {
    get { self[word: 0x008] }
    nonmutating set { store(newValue, at: 0x008, .intercepts) }
  }
  var interceptInstructions: SVMInstructionIntercepts {
    get { SVMInstructionIntercepts(rawValue: self[0x00C]) }
    nonmutating set { store(newValue.rawValue, at: 0x00C, .intercepts) }
  }
  var ioPermissionMap: UInt64 {
    get { self[0x040] }
    nonmutating set { store(newValue, at: 0x040, .permissionMaps) }
  }
  var msrPermissionMap: UInt64 {
    get { self[0x048] }
    nonmutating set { store(newValue, at: 0x048, .permissionMaps) }
  }
  var tscOffset: UInt64 {
    get { self[0x050] }
    nonmutating set { store(newValue, at: 0x050, .intercepts) }
  }
  var asid: UInt32 {
    get { self[word: 0x058] }
    nonmutating set { store(newValue, at: 0x058, .addressSpace) }
  }
  /// 0 nothing, 1 everything, 3 this ASID, 7 this ASID's global pages too... (15.16.2: 3 flushes the ASID).
  var tlbControl: UInt32 {
    get { self[word: 0x05C] }
    nonmutating set { store(newValue, at: 0x05C, .neverKept) }
  }
  var virtualInterrupt: SVMVirtualInterrupt {
    get { SVMVirtualInterrupt(rawValue: self[0x060]) }
    nonmutating set { store(newValue.rawValue, at: 0x060, .virtualInterrupt) }
  }
  /// Bit 0: the guest is in the shadow of an STI or of a MOV SS.
  var interruptShadow: UInt64 {
    get { self[0x068] }
    nonmutating set { store(newValue, at: 0x068, .neverKept) }
  }
  var exitCode: UInt32 { self[word: 0x070] }
  var exitInformation1: UInt64 { self[0x078] }
  var exitInformation2: UInt64 { self[0x080] }
  /// What the exit interrupted the delivery of, in the form of an injection.
  var exitInterruptInformation: UInt64 { self[0x088] }
  /// Bit 0: nested paging.
  var nestedControl: UInt64 {
    get { self[0x090] }
    nonmutating set { store(newValue, at: 0x090, .nestedPaging) }
  }
  var eventInjection: UInt64 {
    get { self[0x0A8] }
    nonmutating set { store(newValue, at: 0x0A8, .neverKept) }
  }
  var nestedRoot: UInt64 {
    get { self[0x0B0] }
    nonmutating set { store(newValue, at: 0x0B0, .nestedPaging) }
  }
  /// Bit 0 of the word at 0B8h: DEBUGCTL and the branch records are the guest's (15.23).
  var switchesBranchRecords: Bool {
    get { self[0x0B8] & 1 != 0 }
    nonmutating set { store(self[0x0B8] & ~1 | (newValue ? 1 : 0), at: 0x0B8, .branchRecords) }
  }
  /// The groups that nobody wrote to since the last exit.
  @inline(__always)
  var cleanGroups: VMCBGroup {
    get { VMCBGroup(rawValue: self[word: 0x0C0]) }
    nonmutating set { apus_store32(base &+ 0x0C0, newValue.rawValue) }
  }
  var nextRIP: UInt64 { self[0x0C8] }
  /// The count of bytes at 0x0D1 (decode assists, 15.8.4).
  var fetchedCount: UInt8 { UInt8(truncatingIfNeeded: self[0x0D0]) }
  func fetchedByte(_ index: UInt) -> UInt8 {
    UInt8(truncatingIfNeeded: self[word: 0x0D1 &+ index])
  }

  // Saved state.
  private func segment(_ segment: Segment) -> UInt { 0x400 &+ UInt(segment.rawValue) &* 16 }
  func setSegment(_ which: Segment, selector: UInt16, attributes: UInt16, limit: UInt32, base: UInt64) {
    store(UInt64(selector) | UInt64(attributes) << 16 | UInt64(limit) << 32, at: segment(which), which.group)
    setSegmentBase(which, base)
  }
  func setSegmentBase(_ which: Segment, _ base: UInt64) { store(base, at: segment(which) &+ 8, which.group) }
  func segmentBase(_ which: Segment) -> UInt64 { self[segment(which) &+ 8] }
  func segmentSelector(_ which: Segment) -> UInt16 { UInt16(truncatingIfNeeded: self[word: segment(which)]) }
  func segmentAttributes(_ which: Segment) -> UInt16 { UInt16(truncatingIfNeeded: self[word: segment(which)] >> 16) }
  func segmentLimit(_ which: Segment) -> UInt32 { self[word: segment(which) &+ 4] }

  enum Segment: UInt8 {
    case es, cs, ss, ds, fs, gs, gdtr, ldtr, idtr, tr

    /// VMLOAD brings FS, GS, LDTR and TR anew each time.
    fileprivate var group: VMCBGroup {
      switch self {
      case .es, .cs, .ss, .ds: .segments
      case .gdtr, .idtr: .descriptorTables
      case .fs, .gs, .ldtr, .tr: .neverKept
      }
    }
  }

  var privilegeLevel: UInt8 {
    get { UInt8(truncatingIfNeeded: self[word: 0x4C8] >> 24) }
    nonmutating set { store(self[word: 0x4C8] & 0xFF_FFFF | UInt32(newValue) << 24, at: 0x4C8, .segments) }
  }
  var efer: UInt64 {
    get { self[0x4D0] }
    nonmutating set { store(newValue, at: 0x4D0, .controlRegisters) }
  }
  var cr4: UInt64 {
    get { self[0x548] }
    nonmutating set { store(newValue, at: 0x548, .controlRegisters) }
  }
  var cr3: UInt64 {
    get { self[0x550] }
    nonmutating set { store(newValue, at: 0x550, .controlRegisters) }
  }
  var cr0: UInt64 {
    get { self[0x558] }
    nonmutating set { store(newValue, at: 0x558, .controlRegisters) }
  }
  var dr7: UInt64 {
    get { self[0x560] }
    nonmutating set { store(newValue, at: 0x560, .debugRegisters) }
  }
  var dr6: UInt64 {
    get { self[0x568] }
    nonmutating set { store(newValue, at: 0x568, .debugRegisters) }
  }
  var rflags: UInt64 {
    get { self[0x570] }
    nonmutating set { store(newValue, at: 0x570, .neverKept) }
  }
  var rip: UInt64 {
    get { self[0x578] }
    nonmutating set { store(newValue, at: 0x578, .neverKept) }
  }
  var rsp: UInt64 {
    get { self[0x5D8] }
    nonmutating set { store(newValue, at: 0x5D8, .neverKept) }
  }
  var rax: UInt64 {
    get { self[0x5F8] }
    nonmutating set { store(newValue, at: 0x5F8, .neverKept) }
  }
  var star: UInt64 {
    get { self[0x600] }
    nonmutating set { store(newValue, at: 0x600, .neverKept) }
  }
  var lstar: UInt64 {
    get { self[0x608] }
    nonmutating set { store(newValue, at: 0x608, .neverKept) }
  }
  var cstar: UInt64 {
    get { self[0x610] }
    nonmutating set { store(newValue, at: 0x610, .neverKept) }
  }
  var sfmask: UInt64 {
    get { self[0x618] }
    nonmutating set { store(newValue, at: 0x618, .neverKept) }
  }
  var kernelGSBase: UInt64 {
    get { self[0x620] }
    nonmutating set { store(newValue, at: 0x620, .neverKept) }
  }
  var sysenterCS: UInt64 {
    get { self[0x628] }
    nonmutating set { store(newValue, at: 0x628, .neverKept) }
  }
  var sysenterESP: UInt64 {
    get { self[0x630] }
    nonmutating set { store(newValue, at: 0x630, .neverKept) }
  }
  var sysenterEIP: UInt64 {
    get { self[0x638] }
    nonmutating set { store(newValue, at: 0x638, .neverKept) }
  }
  var cr2: UInt64 {
    get { self[0x640] }
    nonmutating set { store(newValue, at: 0x640, .faultAddress) }
  }
  var pageAttributeTable: UInt64 {
    get { self[0x668] }
    nonmutating set { store(newValue, at: 0x668, .nestedPaging) }
  }
  var debugControl: UInt64 {
    get { self[0x670] }
    nonmutating set { store(newValue, at: 0x670, .branchRecords) }
  }
  var lastBranchFrom: UInt64 {
    get { self[0x678] }
    nonmutating set { store(newValue, at: 0x678, .branchRecords) }
  }
  var lastBranchTo: UInt64 {
    get { self[0x680] }
    nonmutating set { store(newValue, at: 0x680, .branchRecords) }
  }
  var lastExceptionFrom: UInt64 {
    get { self[0x688] }
    nonmutating set { store(newValue, at: 0x688, .branchRecords) }
  }
  var lastExceptionTo: UInt64 {
    get { self[0x690] }
    nonmutating set { store(newValue, at: 0x690, .branchRecords) }
  }
}

/// The intercepts of 64 instructions and events (AMD APM vol. 2 appendix B, offsets 00Ch and 010h).
struct SVMInstructionIntercepts: OptionSet, BitwiseCopyable {
  let rawValue: UInt64
  static func bit(_ number: UInt64) -> Self { Self(rawValue: 1 << number) }

  static var interrupt: Self { bit(0) }
  static var nmi: Self { bit(1) }
  static var smi: Self { bit(2) }
  static var initSignal: Self { bit(3) }
  static var virtualInterrupt: Self { bit(4) }
  static var rdpmc: Self { bit(15) }
  static var cpuid: Self { bit(18) }
  static var rsm: Self { bit(19) }
  static var invd: Self { bit(22) }
  static var halt: Self { bit(24) }
  static var invlpga: Self { bit(26) }
  static var io: Self { bit(27) }
  static var msr: Self { bit(28) }
  static var taskSwitch: Self { bit(29) }
  static var freeze: Self { bit(30) }
  static var shutdown: Self { bit(31) }
  static var vmrun: Self { bit(32) }
  static var vmmcall: Self { bit(33) }
  static var vmload: Self { bit(34) }
  static var vmsave: Self { bit(35) }
  static var stgi: Self { bit(36) }
  static var clgi: Self { bit(37) }
  static var skinit: Self { bit(38) }
  static var wbinvd: Self { bit(41) }
  static var monitor: Self { bit(42) }
  static var mwait: Self { bit(43) }
  static var mwaitArmed: Self { bit(44) }
  static var xsetbv: Self { bit(45) }
  static var rdpru: Self { bit(46) }

  /// Everything that a guest must not do by itself.
  ///
  /// Not task switches: under nested paging they touch nothing but the guest's own registers and memory.
  static var all: Self {
    interrupt.union(nmi).union(smi).union(initSignal).union(rdpmc).union(cpuid).union(rsm).union(invd).union(halt)
      .union(invlpga).union(io).union(msr).union(freeze).union(shutdown).union(vmrun)
      .union(vmmcall).union(vmload).union(vmsave).union(stgi).union(clgi).union(skinit)
      .union(wbinvd).union(monitor).union(mwait).union(mwaitArmed).union(xsetbv).union(rdpru)
  }
}

/// The virtual-interrupt word at 060h.
struct SVMVirtualInterrupt: OptionSet, BitwiseCopyable {
  let rawValue: UInt64
  /// V_IRQ: an interrupt is pending.
  static var pending: Self { Self(rawValue: 1 << 8) }
  /// V_IGN_TPR: the priority is not looked at.
  static var ignorePriority: Self { Self(rawValue: 1 << 20) }
  /// V_INTR_MASKING: the guest's RFLAGS.IF masks virtual interrupts only, the host's the physical ones.
  static var masking: Self { Self(rawValue: 1 << 24) }
}

/// An event in the form of EVENTINJ and EXITINTINFO (AMD APM vol. 2 15.20).
enum SVMEvent {
  static var valid: UInt64 { 1 << 31 }
  static var hasErrorCode: UInt64 { 1 << 11 }
  static var externalInterrupt: UInt64 { 0 << 8 }
  static var nmi: UInt64 { 2 << 8 }
  static var exception: UInt64 { 3 << 8 }
  static var softwareInterrupt: UInt64 { 4 << 8 }
  static var typeMask: UInt64 { 7 << 8 }
}
