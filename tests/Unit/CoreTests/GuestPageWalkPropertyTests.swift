import Testing
import XenABI

@testable import Core

/// The walk against a slow model of the manuals' rules, and its inlined path against its general one, over random
/// tables and states.
@Suite struct GuestPageWalkPropertyTests {
  @Test func agreesWithTheModel() {
    var random = PageWalkRandom(seed: 0x0A90_5EED)
    var successes = 0
    for _ in 0..<20_000 {
      let (state, limits, words) = random.guest()
      let linear = random.linear()
      for access in [MemoryAccess.read, .write, .execute] {
        let memory = FakePhysicalMemory(words)
        let general = FakePhysicalMemory(words)
        let address = GuestVirtualAddress(linear)
        let result = Result { () throws(PageWalkError) in
          try state.translate(address, for: access, limits: limits, in: memory)
        }
        let slow = Result { () throws(PageWalkError) in
          try state.walk(address, for: access, limits: limits, in: general)
        }
        var model = PageWalkModel(state: state, limits: limits, access: access, words: words)
        let expected = model.translate(linear)
        #expect(result == slow && memory.words == general.words)
        #expect(result == expected && memory.words == model.words, "\(state) \(access) \(String(linear, radix: 16))")
        if case .success = result { successes += 1 }
      }
    }
    // The generator has to reach both sides.
    #expect(successes > 5_000 && successes < 55_000)
  }
}

/// The rules as the manuals tell them: a list of entries, each with what its level reserves and counts.
private struct PageWalkModel {
  let state: PagingState
  let limits: PagingLimits
  let access: MemoryAccess
  var words: [UInt64: UInt64]

  private struct Level {
    var shift: UInt64
    var indexMask: UInt64 = 511
    var width: UInt64 = 8
    /// A large page's reserved bits; nil: no such page.
    var large: UInt64?
    /// Whether bit 7 is reserved where there is no large page.
    var hasReservedSize = false
    var alwaysReserved: UInt64 = 0
    var hasRights = true
  }

  private var plan: [Level] {
    let high = (UInt64(1) << 52) &- (1 << width)
    let nx = state.efer.contains(.noExecuteEnable) ? 0 : EntryBits.nx
    let big = limits.hasGigabytePages
    let long = [
      Level(shift: 48, hasReservedSize: true, alwaysReserved: high | nx),
      Level(shift: 39, hasReservedSize: true, alwaysReserved: high | nx),
      Level(shift: 30, large: big ? 0x3FFF_E000 : nil, hasReservedSize: true, alwaysReserved: high | nx),
      Level(shift: 21, large: 0x1F_E000, alwaysReserved: high | nx), Level(shift: 12, alwaysReserved: high | nx),
    ]
    switch state.mode {
    case .none: return []
    case .thirtyTwoBit:
      let reserved = (0..<8).reduce(UInt64(1) << 21) { $0 | (32 + $1 >= width ? 1 << (13 + $1) : 0) }
      let large: UInt64? = state.cr4.contains(.pageSizeExtensions) ? reserved : nil
      return [Level(shift: 22, indexMask: 1023, width: 4, large: large), Level(shift: 12, indexMask: 1023, width: 4)]
    case .pae:
      let wide = high | 0x7FF0_0000_0000_0000
      return [
        Level(shift: 30, alwaysReserved: wide | EntryBits.nx | 0x1C6, hasRights: false),
        Level(shift: 21, large: 0x1F_E000, alwaysReserved: wide | nx), Level(shift: 12, alwaysReserved: wide | nx),
      ]
    case .fourLevel: return Array(long[1...])
    case .fiveLevel: return long
    }
  }

  private var width: UInt64 { UInt64(52 - limits.reservedAddressBits.nonzeroBitCount) }
  private var isUser: Bool { state.privilegeLevel == 3 }

  mutating func translate(_ given: UInt64) -> Result<GuestTranslation, PageWalkError> {
    let plan = plan
    var linear = given
    switch state.mode {
    case .none: return .success(GuestTranslation(given % (1 << 32), bytesLeft: (1 << 32) - given % (1 << 32)))
    case .thirtyTwoBit, .pae: linear %= 1 << 32
    case .fourLevel: if given >= 1 << 47, given < ~0 << 47 { return .failure(.notCanonical) }
    case .fiveLevel: if given >= 1 << 56, given < ~0 << 56 { return .failure(.notCanonical) }
    }
    var table = state.cr3 & (state.mode == .pae ? 0xFFFF_FFE0 : 0x000F_FFFF_FFFF_F000)
    if state.mode == .thirtyTwoBit { table &= 0xFFFF_F000 }
    var used: [(address: UInt64, width: UInt64, isPage: Bool)] = []
    var (isWritable, isUserPage, isForbidden) = (true, true, false)
    var page: (address: UInt64, size: UInt64)?
    for level in plan {
      let place = table + (linear >> level.shift & level.indexMask) * level.width
      guard place < 1 << 40 else { return .failure(.tableOutsideMemory(GuestPhysicalAddress(place))) }
      let entry = load(place, level.width)
      let isLast = level.shift == 12
      var reserved = level.alwaysReserved
      let isLarge = !isLast && entry & EntryBits.ps != 0 && level.large != nil
      if isLarge, let large = level.large {
        reserved |= large
      } else if level.hasReservedSize {
        reserved |= EntryBits.ps
      }
      guard entry & 1 != 0 else { return .failure(fault([], linear)) }
      guard entry & reserved == 0 else { return .failure(fault([.present, .reserved], linear)) }
      if level.hasRights {
        used.append((place, level.width, isLast || isLarge))
        isWritable = isWritable && entry & EntryBits.rw != 0
        isUserPage = isUserPage && entry & EntryBits.us != 0
        isForbidden = isForbidden || entry & EntryBits.nx != 0
      }
      table = entry & 0x000F_FFFF_FFFF_F000
      if isLast || isLarge {
        page = (table & ~((1 << level.shift) - 1), 1 << level.shift)
        if isLarge, level.width == 4 { page = (entry & 0xFFC0_0000 | (entry >> 13 & 0xFF) << 32, 1 << 22) }
        break
      }
    }
    let isGuarded = access == .execute ? state.cr4.contains(.supervisorExecutionPrevention) : !isLetThrough
    var isAllowed = isUser ? isUserPage : !(isUserPage && isGuarded)
    if access == .write, !isWritable, isUser || state.cr0.contains(.writeProtect) { isAllowed = false }
    if access == .execute, isForbidden { isAllowed = false }
    guard isAllowed, let page else { return .failure(fault(.present, linear)) }
    for step in used {
      let bits = step.isPage && access == .write ? EntryBits.a | EntryBits.d : EntryBits.a
      words[step.address & ~7] = words[step.address & ~7, default: 0] | bits << ((step.address & 4) * 8)
    }
    return .success(
      GuestTranslation(page.address + linear % page.size, bytesLeft: page.size - linear % page.size))
  }

  private var isLetThrough: Bool { !state.cr4.contains(.supervisorAccessPrevention) || state.alignmentCheck }

  private func load(_ address: UInt64, _ width: UInt64) -> UInt64 {
    let word = words[address & ~7] ?? 0
    return width == 8 ? word : word >> ((address & 4) * 8) & 0xFFFF_FFFF
  }

  private func fault(_ code: PageFaultErrorCode, _ linear: UInt64) -> PageWalkError {
    var code = code
    if access == .write { code.insert(.write) }
    if isUser { code.insert(.user) }
    let hasNX = state.mode != .thirtyTwoBit && state.efer.contains(.noExecuteEnable)
    if access == .execute, hasNX || state.cr4.contains(.supervisorExecutionPrevention) {
      code.insert(.instructionFetch)
    }
    return .pageFault(PageFault(address: GuestVirtualAddress(linear), errorCode: code))
  }
}

/// Guests drawn at random: mostly sound tables with a few bits wrong.
private struct PageWalkRandom {
  private var random: SplitMix64

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  private mutating func next() -> UInt64 { random.next() }

  mutating func one(in count: UInt64) -> Bool { next() % count == 0 }

  /// Every index is 0 or 1, so that few entries make whole tables.
  mutating func linear() -> UInt64 {
    if one(in: 20) { return next() }
    var linear = next() & 0xFFF
    for shift in [12, 21, 30, 39, 48] as [UInt64] { linear |= (next() & 1) << shift }
    if one(in: 2) { linear |= 1 << 22 }
    return linear & (one(in: 2) ? 0x0000_7FFF_FFFF_FFFF : ~0)
  }

  mutating func entry() -> UInt64 {
    var entry = EntryBits.p | (1 + next() % 8) << 12
    for bit in [EntryBits.rw, EntryBits.us, EntryBits.a, EntryBits.d] where !one(in: 5) { entry |= bit }
    if one(in: 12) { entry |= EntryBits.nx }
    if one(in: 30) { entry &= ~EntryBits.p }
    if one(in: 40) { entry |= 1 << (next() & 63) }
    if one(in: 8) { entry = entry & ~0x3FFF_E000 | EntryBits.ps | (next() & 0x3F) << 30 }
    return entry
  }

  mutating func guest() -> (PagingState, PagingLimits, [UInt64: UInt64]) {
    var state = PagingState()
    state.cr0 = .protectionEnable
    if !one(in: 50) { state.cr0.insert(.paging) }
    if !one(in: 3) { state.cr0.insert(.writeProtect) }
    switch next() % 6 {
    case 0: break
    case 1: state.cr4.insert(.physicalAddressExtension)
    case 2: state.cr4.formUnion([.physicalAddressExtension, .linearAddress57])
    default: state.cr4.insert(.physicalAddressExtension)
    }
    if state.cr4.contains(.physicalAddressExtension), state.cr0.contains(.paging), !one(in: 4) {
      state.efer.insert(.longModeActive)
    }
    if one(in: 2) { state.cr4.insert(.pageSizeExtensions) }
    if one(in: 2) { state.cr4.insert(.supervisorAccessPrevention) }
    if one(in: 2) { state.cr4.insert(.supervisorExecutionPrevention) }
    if !one(in: 4) { state.efer.insert(.noExecuteEnable) }
    state.privilegeLevel = UInt8(next() & 3)
    state.alignmentCheck = one(in: 2)
    state.cr3 = 0x1000 | (one(in: 3) ? next() & 0x18 : 0)
    var words: [UInt64: UInt64] = [:]
    for table in 1...9 as ClosedRange<UInt64> {
      for index in 0..<4 as Range<UInt64> {
        let word = state.mode == .thirtyTwoBit ? entry() & 0xFFFF_FFFF | entry() << 32 : entry()
        words[table << 12 | index * 8] = word
      }
    }
    let limits = PagingLimits(physicalAddressBits: [36, 39, 40, 46, 52][Int(next() % 5)], hasGigabytePages: one(in: 2))
    return (state, limits, words)
  }
}
