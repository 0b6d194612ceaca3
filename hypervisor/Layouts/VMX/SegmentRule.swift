/// The guest's segment registers, for reports.
enum SegmentName: UInt8, BitwiseCopyable {
  case cs
  case ss
  case ds
  case es
  case fs
  case gs
  case ldtr
  case tr

  func field(_ part: SegmentPart) -> StaticString {
    switch part {
    case .selector:
      switch self {
      case .cs: "CS selector"
      case .ss: "SS selector"
      case .ds: "DS selector"
      case .es: "ES selector"
      case .fs: "FS selector"
      case .gs: "GS selector"
      case .ldtr: "LDTR selector"
      case .tr: "TR selector"
      }
    case .base:
      switch self {
      case .cs: "CS base"
      case .ss: "SS base"
      case .ds: "DS base"
      case .es: "ES base"
      case .fs: "FS base"
      case .gs: "GS base"
      case .ldtr: "LDTR base"
      case .tr: "TR base"
      }
    case .limit:
      switch self {
      case .cs: "CS limit"
      case .ss: "SS limit"
      case .ds: "DS limit"
      case .es: "ES limit"
      case .fs: "FS limit"
      case .gs: "GS limit"
      case .ldtr: "LDTR limit"
      case .tr: "TR limit"
      }
    case .rights:
      switch self {
      case .cs: "CS access rights"
      case .ss: "SS access rights"
      case .ds: "DS access rights"
      case .es: "ES access rights"
      case .fs: "FS access rights"
      case .gs: "GS access rights"
      case .ldtr: "LDTR access rights"
      case .tr: "TR access rights"
      }
    }
  }
}

/// The part of a segment register that a rule is about.
enum SegmentPart {
  case selector
  case base
  case limit
  case rights
}

/// The rules for segment registers, and their words for a report.
enum SegmentRule: UInt8, BitwiseCopyable {
  case global
  case stackLevel
  case virtual8086Base
  case virtual8086Limit
  case virtual8086Rights
  case canonicalBase
  case base32
  case codeType
  case codeLevel
  case longCode
  case stackType
  case stackLevelOfSelector
  case stackLevelZero
  case dataType
  case dataLevel
  case taskType
  case localTableType
  case codeOrData
  case system
  case present
  case reserved
  case granularity
  case usable

  /// - Throws: the violation, where `condition` does not hold for `segment`.
  @inline(__always)
  static func require(
    _ condition: Bool, _ rule: Self, _ name: SegmentName, _ segment: VMCSImage.Segment
  ) throws(RuleViolation) {
    if !condition { throw RuleViolation(.segment(rule, name), value: rule.value(segment)) }
  }

  /// What the rule's part of a segment register holds.
  @inline(never)
  private func value(_ segment: VMCSImage.Segment) -> UInt64 {
    switch part {
    case .selector: UInt64(segment.selector)
    case .base: segment.base
    case .limit: UInt64(segment.limit)
    case .rights: UInt64(segment.rights.rawValue)
    }
  }

  /// The part of the register that the rule is about.
  var part: SegmentPart {
    switch self {
    case .global, .stackLevel: .selector
    case .virtual8086Base, .canonicalBase, .base32: .base
    case .virtual8086Limit: .limit
    case .virtual8086Rights, .codeType, .codeLevel, .longCode, .stackType, .stackLevelOfSelector, .stackLevelZero,
      .dataType, .dataLevel, .taskType, .localTableType, .codeOrData, .system, .present, .reserved, .granularity,
      .usable:
      .rights
    }
  }

  var words: StaticString {
    switch self {
    case .global: "TI is zero"
    case .stackLevel: "RPL equal to CS's"
    case .virtual8086Base: "16 times the selector in virtual-8086 mode"
    case .virtual8086Limit: "0xFFFF in virtual-8086 mode"
    case .virtual8086Rights: "0xF3 in virtual-8086 mode"
    case .canonicalBase: "a canonical address"
    case .base32: "bits 63:32 are zero"
    case .codeType: "an accessed code segment, or read/write data for an unrestricted guest"
    case .codeLevel: "DPL equal to SS's, at most SS's if conforming, 0 if data"
    case .longCode: "not both L and D in long mode"
    case .stackType: "accessed read/write data"
    case .stackLevelOfSelector: "DPL equal to the selector's RPL"
    case .stackLevelZero: "DPL 0 in real mode"
    case .dataType: "accessed, and readable if code"
    case .dataLevel: "DPL at least the selector's RPL"
    case .taskType: "a busy TSS, in long mode a 64-bit one"
    case .localTableType: "an LDT"
    case .codeOrData: "S is one"
    case .system: "S is zero"
    case .present: "P is one"
    case .reserved: "bits 11:8 and 31:17 are zero"
    case .granularity: "G agrees with the limit"
    case .usable: "not marked unusable"
    }
  }
}
