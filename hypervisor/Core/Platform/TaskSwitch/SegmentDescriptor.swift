#if canImport(XenABI)
  import XenABI
#endif

/// An entry of a global or local descriptor table outside of long mode (Intel SDM vol. 3 3.4.5, 3.5; AMD APM vol. 2
/// 4.7).
struct SegmentDescriptor: BitwiseCopyable {
  var rawValue: UInt64

  /// Bits 43:40.
  var type: UInt8 { UInt8(truncatingIfNeeded: rawValue >> 40) & 15 }
  /// S: code or data, not a system segment.
  var isCodeOrData: Bool { rawValue >> 44 & 1 != 0 }
  var isCode: Bool { isCodeOrData && type & 8 != 0 }
  /// Code that keeps the caller's privilege level.
  var isConforming: Bool { isCode && type & 4 != 0 }
  /// Data, or code that may be read.
  var isReadable: Bool { isCodeOrData && (type & 8 == 0 || type & 2 != 0) }
  var isWritable: Bool { isCodeOrData && type & 10 == 2 }
  /// DPL.
  var privilegeLevel: UInt8 { UInt8(truncatingIfNeeded: rawValue >> 45) & 3 }
  var isPresent: Bool { rawValue >> 47 & 1 != 0 }

  /// The segment in the form of a register, as `selector` names it.
  @inline(never)
  func value(_ selector: UInt16) -> HVMSegmentValue {
    let field = UInt32(truncatingIfNeeded: rawValue & 0xFFFF | rawValue >> 32 & 0xF_0000)
    return HVMSegmentValue(
      selector: UInt32(selector), base: rawValue >> 16 & 0xFF_FFFF | (rawValue >> 56) << 24,
      limit: rawValue >> 55 & 1 != 0 ? field << 12 | 0xFFF : field,
      attributes: UInt32(truncatingIfNeeded: rawValue >> 40 & 0xFF | rawValue >> 44 & 0xF00))
  }
}

/// A selector of a segment (3.4.2).
struct SegmentSelector: BitwiseCopyable {
  let rawValue: UInt16
  init(_ rawValue: UInt16) { self.rawValue = rawValue }

  var isNull: Bool { rawValue & ~3 == 0 }
  /// RPL.
  var privilegeLevel: UInt8 { UInt8(truncatingIfNeeded: rawValue & 3) }
  /// TI: of the local table.
  var isLocal: Bool { rawValue & 4 != 0 }
  /// As an error code, whose bit 0 says whether an external event was on its way (6.13).
  func errorCode(_ isExternal: Bool) -> UInt32 { UInt32(rawValue & ~3) | (isExternal ? 1 : 0) }
}
