@testable import Layouts

/// What an entry is checked with. `valid` breaks no rule; tests break one thing of it.
struct VMEntryCase {
  var image = VMCSImage()
  var capabilities = VMXCapabilities.everything
  var isInSMM = false

  /// What the checker says.
  func violation() -> RuleViolation? {
    do throws(RuleViolation) {
      try VMEntryChecker(image, capabilities: capabilities, isInSMM: isInSMM).check()
      return nil
    } catch {
      return error
    }
  }

  /// A 64-bit guest in ring 0, with the controls that Apus uses.
  static var valid: VMEntryCase {
    var entry = VMEntryCase()
    entry.image.controls = .valid
    entry.image.host = .valid
    entry.image.guest = .longMode
    return entry
  }

  /// A valid entry, different with each draw: every field that may vary does, within its rules.
  static func random(using random: inout SplitMix64) -> VMEntryCase {
    var entry = valid
    entry.image.controls.vary(using: &random)
    entry.image.host.vary(using: &random)
    entry.image.guest.vary(using: &random)
    return entry
  }

  // What many cases begin with.

  var guest: VMCSImage.GuestState {
    get { image.guest }
    set { image.guest = newValue }
  }
  var host: VMCSImage.HostState {
    get { image.host }
    set { image.host = newValue }
  }
  var controls: VMCSImage.Controls {
    get { image.controls }
    set { image.controls = newValue }
  }

  /// Without the unrestricted guest, whose absence brings rules.
  mutating func restrict() { controls.secondary.subtract(.unrestrictedGuest) }

  /// A 32-bit guest with paging, PAE as asked.
  mutating func leaveLongMode(pae: Bool = false) {
    controls.entry.subtract(.ia32eModeGuest)
    guest.efer = 0
    guest.cr4 = 1 << 13 | (pae ? 1 << 5 : 0)
    guest.cs.rights = SegmentAccessRights(rawValue: 0xC09B)
    guest.rip &= 0xFFFF_FFFF
    guest.rflags &= ~(1 << 17)
  }

  /// A guest in virtual-8086 mode.
  mutating func enterVirtual8086() {
    leaveLongMode()
    guest.rflags |= 1 << 17
    let segment = VMCSImage.Segment(
      selector: 0x1234, base: 0x12340, limit: 0xFFFF, rights: SegmentAccessRights(rawValue: 0xF3))
    guest.cs = segment
    guest.ss = segment
    guest.ds = segment
    guest.es = segment
    guest.fs = segment
    guest.gs = segment
  }

  mutating func inject(_ kind: InterruptionKind, _ vector: UInt8, errorCode: Bool = false) {
    controls.interruption = InterruptionInformation(kind, vector: vector, hasErrorCode: errorCode)
    controls.errorCode = 0
  }
}

/// A seeded generator (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators).
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }

  /// A canonical address of 48 bits.
  mutating func canonical() -> UInt64 { UInt64(bitPattern: Int64(bitPattern: next()) >> 16) }
  /// A page below 2^46.
  mutating func page() -> UInt64 { (next() >> 30) << 12 }
  mutating func flag() -> Bool { next() & 1 != 0 }
}

extension VMXCapabilities {
  /// A processor that offers every control this hypervisor knows the rules of, with 46 physical address bits.
  static var everything: VMXCapabilities {
    VMXCapabilities(physicalAddressBits: 46, linearAddressBits: 48) { register in
      switch register {
      case .basic: 1 << 55 | 6 << 50 | 0x1000 << 32 | 4
      case .pin, .primary, .exit, .entry: fatalError("the TRUE registers take their place")
      case .truePin: 0xFF << 32 | 0x16
      case .truePrimary: 0xFFFB_FFFE << 32 | 0x0400_6172
      case .trueExit: 0x3FFF_FFFF << 32 | 0x0003_6DFB
      case .trueEntry: 0x005F_FFFF << 32 | 0x0000_11FB
      case .miscellaneous: 4 << 16 | 0x1C0 | 1 << 5 | 5
      case .cr0Fixed0: 0x8000_0021
      case .cr0Fixed1: 0xFFFF_FFFF
      case .cr4Fixed0: 0x2000
      case .cr4Fixed1: 0x00FF_FFFF
      case .secondary: 0x07DF_FFFF << 32
      case .eptAndVPID: 0xF01 << 32 | 0x0673_41C1
      case .vmFunctions: 1
      }
    }
  }
}

extension VMCSImage.Controls {
  static var valid: Self {
    var controls = Self()
    controls.pin = PinControls(rawValue: 0x16).union(.externalInterruptExiting).union(.nmiExiting)
      .union(.virtualNMIs).union(.preemptionTimer)
    controls.primary = PrimaryControls(rawValue: 0x0400_6172).union(.tscOffsetting).union(.hltExiting)
      .union(.ioBitmaps).union(.msrBitmaps).union(.secondaryControls)
    controls.secondary = SecondaryControls.ept.union(.vpid).union(.unrestrictedGuest).union(.rdtscp)
    controls.exit = ExitControls(rawValue: 0x0003_6DFB).union(.hostAddressSpaceSize).union(.savePAT).union(.loadPAT)
      .union(.saveEFER).union(.loadEFER).union(.saveDebugControls)
    controls.entry = EntryControls(rawValue: 0x0000_11FB).union(.ia32eModeGuest).union(.loadPAT).union(.loadEFER)
      .union(.loadDebugControls)
    controls.ioBitmapA = 0x10000
    controls.ioBitmapB = 0x11000
    controls.msrBitmap = 0x12000
    controls.vpid = 1
    controls.eptPointer = 0x20000 | 3 << 3 | 6
    return controls
  }

  mutating func vary(using random: inout SplitMix64) {
    ioBitmapA = random.page()
    ioBitmapB = random.page()
    msrBitmap = random.page()
    vpid = UInt16(random.next() & 0xFFFE) | 1
    eptPointer = random.page() | 3 << 3 | 6 | (random.flag() ? 1 << 6 : 0)
    if random.flag() { primary.insert(.interruptWindowExiting) }
    if random.flag() { secondary.insert(.invpcid) }
    cr3TargetCount = UInt32(random.next() % 5)
    if random.flag() { exitMSRStore = VMCSImage.MSRList(count: 3, address: random.page() | 0x10) }
  }
}

extension VMCSImage.HostState {
  static var valid: Self {
    var host = Self()
    host.cr0 = 0x8001_0033
    host.cr3 = 0x1000
    host.cr4 = 0x2020
    host.cs = 0x08
    host.ss = 0x10
    host.tr = 0x18
    host.gsBase = 0xFFFF_8000_0000_0000
    host.rip = 0xFFFF_8000_0010_0000
    host.pat = 0x0007_0406_0007_0406
    host.efer = 0xD01
    return host
  }

  mutating func vary(using random: inout SplitMix64) {
    cr3 = random.page()
    fsBase = random.canonical()
    gsBase = random.canonical()
    trBase = random.canonical()
    gdtrBase = random.canonical()
    idtrBase = random.canonical()
    sysenterESP = random.canonical()
    sysenterEIP = random.canonical()
    rip = random.canonical()
    cs = UInt16(random.next() & 0xFFF0) | 8
    tr = UInt16(random.next() & 0xFFF0) | 8
  }
}

extension VMCSImage.GuestState {
  static var longMode: Self {
    var guest = Self()
    guest.cr0 = 0x8001_0033
    guest.cr3 = 0x1000
    guest.cr4 = 0x2020
    guest.dr7 = 0x400
    guest.pat = 0x0007_0406_0007_0406
    guest.efer = 0xD01
    let data = VMCSImage.Segment(
      selector: 0x10, base: 0, limit: 0xFFFF_FFFF, rights: SegmentAccessRights(rawValue: 0xC093))
    guest.cs = VMCSImage.Segment(
      selector: 0x08, base: 0, limit: 0xFFFF_FFFF, rights: SegmentAccessRights(rawValue: 0xA09B))
    guest.ss = data
    guest.ds = data
    guest.es = data
    guest.fs = data
    guest.gs = data
    guest.ldtr = VMCSImage.Segment(selector: 0, base: 0, limit: 0, rights: .unusable)
    guest.tr = VMCSImage.Segment(
      selector: 0x18, base: 0, limit: 0x67, rights: SegmentAccessRights(rawValue: 0x8B))
    guest.gdtrLimit = 0x27
    guest.idtrLimit = 0xFFF
    guest.rip = 0x10_0000
    guest.rflags = 2
    return guest
  }

  mutating func vary(using random: inout SplitMix64) {
    cr3 = random.page()
    rip = random.canonical()
    gdtrBase = random.canonical()
    idtrBase = random.canonical()
    sysenterESP = random.canonical()
    sysenterEIP = random.canonical()
    fs.base = random.canonical()
    gs.base = random.canonical()
    tr.base = random.canonical()
    gdtrLimit = UInt32(random.next() & 0xFFFF)
    if random.flag() { ds.rights = .unusable }
    if random.flag() { ldtr = VMCSImage.Segment(selector: 0x28, limit: 0xFF, rights: .init(rawValue: 0x82)) }
    // CF, PF, AF, ZF, SF, DF, OF, IF.
    rflags = 2 | random.next() & 0xED5
    interruptibility = random.flag() ? .blockingByNMI : Interruptibility()
  }
}
