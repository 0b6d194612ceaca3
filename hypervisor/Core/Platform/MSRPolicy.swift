#if canImport(XenABI)
  import XenABI
#endif

/// The model-specific registers that a layout keeps in its control block, or in the processor while the vCPU has it.
package enum GuestMSR: UInt8, BitwiseCopyable {
  case efer, pageAttributeTable, fsBase, gsBase, kernelGSBase, star, lstar, cstar, sfmask
  case sysenterCS, sysenterESP, sysenterEIP, tscAux
  case debugControl, lastBranchFrom, lastBranchTo, lastExceptionFrom, lastExceptionTo
}

/// What a guest's RDMSR calls for.
package enum MSRRead: Equatable, BitwiseCopyable {
  /// The layout knows the value.
  case state(GuestMSR)
  /// The guest's time-stamp counter.
  case timeStampCounter
  /// `LocalAPIC.tscDeadline`.
  case tscDeadline
  /// `LocalAPIC.baseRegister`.
  case apicBase
  /// `LocalAPIC.readMSR` of this number.
  case apic(UInt32)
  /// `MemoryTypeRanges.read` of this number.
  case memoryTypes(UInt32)
  /// Always the same.
  case value(UInt64)
  /// #GP: there is no such MSR.
  case fault
}

/// What a guest's WRMSR calls for. The value has been checked as far as it can be without the vCPU's state.
package enum MSRWrite: Equatable, BitwiseCopyable {
  /// The layout keeps the value.
  case state(GuestMSR, UInt64)
  /// EFER: the layout keeps what `ExtendedFeatures.afterWrite` makes of it.
  case extendedFeatures(ExtendedFeatures)
  /// The guest's counter is to read this from now on.
  case timeStampCounter(TSCTicks)
  /// `LocalAPIC.setTSCDeadline`.
  case tscDeadline(TSCTicks)
  /// `LocalAPIC.writeBaseRegister`.
  case apicBase(UInt64)
  /// `LocalAPIC.writeMSR` of this number.
  case apic(UInt32, UInt64)
  /// `MemoryTypeRanges.write` of this number.
  case memoryTypes(UInt32, UInt64)
  /// The hypercall page is to be written to this frame; #GP where the guest has no memory there.
  case hypercallPage(GuestFrame)
  /// Taken and dropped.
  case ignored
  /// #GP: no such MSR, or a bad value.
  case fault
}

/// What becomes of a guest's RDMSR and WRMSR: the MSRs that a PVH guest has, and no others but `UnlistedMSRs`.
package struct MSRPolicy: BitwiseCopyable {
  let isIntel: Bool
  let offersTSCAux: Bool
  let offersTSCDeadline: Bool
  let extendedFeatures: ExtendedFeatures
  let debugControl: DebugControl

  /// The MSRs that go with a domain's CPUID answers.
  package init(_ table: borrowing CPUIDTable) {
    isIntel = table.isIntel
    offersTSCAux = table.offersTSCAux
    offersTSCDeadline = table.offersTSCDeadline
    extendedFeatures = table.offeredExtendedFeatures
    debugControl = table.offeredDebugControl
  }

  package func read(_ number: UInt32) -> MSRRead {
    switch number {
    case 0x800...0x8FF: return .apic(number)
    case 0x10: return .timeStampCounter
    case 0x1B: return .apicBase
    // FEATURE_CONTROL: locked, with VMX and SGX off.
    case 0x3A: return .value(1)
    // The microcode's revision, which Linux reads unguarded.
    case 0x8B: return .value(0)
    // It is there on every processor; where nothing of it is offered, nothing of it is on.
    case 0x1D9: return debugControl.isEmpty ? .value(0) : .state(.debugControl)
    case 0x6E0: return offersTSCDeadline ? .tscDeadline : .fault
    // The hypercall page's address can't be read back.
    case 0x4000_0000: return .value(0)
    default:
      if let register = state(number) { return .state(register) }
      if MemoryTypeRanges.contain(number) { return .memoryTypes(number) }
      guard let value = UnlistedMSRs.value(number, isIntel: isIntel) else { return .fault }
      return .value(value)
    }
  }

  package func write(_ number: UInt32, _ value: UInt64) -> MSRWrite {
    switch number {
    case 0x800...0x8FF: return .apic(number, value)
    case 0x10: return .timeStampCounter(TSCTicks(value))
    case 0x1B: return .apicBase(value)
    case 0x8B: return .ignored
    case 0x1D9:
      guard DebugControl(rawValue: value).isSubset(of: debugControl) else { return .fault }
      return debugControl.isEmpty ? .ignored : .state(.debugControl, value)
    case 0x6E0: return offersTSCDeadline ? .tscDeadline(TSCTicks(value)) : .fault
    // The low bits are the number of the page, of which there is one.
    case 0x4000_0000: return value & 0xFFF == 0 ? .hypercallPage(GuestFrame(value >> pageShift)) : .fault
    case 0xC000_0080:
      let wanted = ExtendedFeatures(rawValue: value)
      return wanted.isSubset(of: extendedFeatures) ? .extendedFeatures(wanted) : .fault
    default:
      if let register = state(number) { return Self.isValid(value, for: register) ? .state(register, value) : .fault }
      if MemoryTypeRanges.contain(number) { return .memoryTypes(number, value) }
      return UnlistedMSRs.dropsWrites(number, isIntel: isIntel) ? .ignored : .fault
    }
  }

  private func state(_ number: UInt32) -> GuestMSR? {
    switch number {
    case 0x174: .sysenterCS
    case 0x175: .sysenterESP
    case 0x176: .sysenterEIP
    case 0x277: .pageAttributeTable
    case 0x1DB where recordsBranches: .lastBranchFrom
    case 0x1DC where recordsBranches: .lastBranchTo
    case 0x1DD where recordsBranches: .lastExceptionFrom
    case 0x1DE where recordsBranches: .lastExceptionTo
    case 0xC000_0080: .efer
    case 0xC000_0081: .star
    case 0xC000_0082: .lstar
    case 0xC000_0083: .cstar
    case 0xC000_0084: .sfmask
    case 0xC000_0100: .fsBase
    case 0xC000_0101: .gsBase
    case 0xC000_0102: .kernelGSBase
    case 0xC000_0103: offersTSCAux ? .tscAux : nil
    default: nil
    }
  }

  private var recordsBranches: Bool { debugControl.contains(.lastBranchRecord) }

  /// Whether the processor takes a value (Intel SDM vol. 2, WRMSR, and vol. 3 12.12.2; AMD APM vol. 2 7.8.2).
  private static func isValid(_ value: UInt64, for register: GuestMSR) -> Bool {
    switch register {
    case .fsBase, .gsBase, .kernelGSBase, .lstar, .cstar, .sysenterESP, .sysenterEIP:
      isCanonical(value)
    case .sfmask, .tscAux: value >> 32 == 0
    case .pageAttributeTable: isPageAttributeTable(value)
    case .star, .sysenterCS, .lastBranchFrom, .lastBranchTo, .lastExceptionFrom, .lastExceptionTo: true
    case .efer, .debugControl: true  // they went their own way
    }
  }

  /// Whether the upper 17 bits of a linear address are alike.
  private static func isCanonical(_ address: UInt64) -> Bool {
    Int64(bitPattern: address &<< 16) &>> 16 == Int64(bitPattern: address)
  }

  /// Whether each byte is a memory type: 0, 1, or 4 to 7.
  private static func isPageAttributeTable(_ value: UInt64) -> Bool {
    let reserved = value & 0xF8F8_F8F8_F8F8_F8F8
    let twoOrThree = value >> 1 & ~(value >> 2) & 0x0101_0101_0101_0101
    return reserved | twoOrThree == 0
  }
}

extension ExtendedFeatures {
  /// EFER after a guest's write: LMA stays as it is, and LME can't change while paging is on
  /// (Intel SDM vol. 3 2.2.1; AMD APM vol. 2 3.1.7).
  package func afterWrite(
    _ wanted: ExtendedFeatures, pagingIsOn: Bool
  ) throws(GeneralProtection) -> ExtendedFeatures {
    if pagingIsOn, contains(.longModeEnable) != wanted.contains(.longModeEnable) { throw GeneralProtection() }
    return wanted.subtracting(.longModeActive).union(intersection(.longModeActive))
  }
}
