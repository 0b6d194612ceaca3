import Testing

@testable import Layouts

@Suite struct SegmentRuleTests {
  private struct Broken {
    let field: String
    let rule: SegmentRule
    let breakIt: (inout VMEntryCase) -> Void

    init(_ field: String, _ rule: SegmentRule, _ breakIt: @escaping (inout VMEntryCase) -> Void) {
      self.field = field
      self.rule = rule
      self.breakIt = breakIt
    }
  }

  @Test func eachRuleNamesItsField() {
    var seen = Set<UInt8>()
    var random = SplitMix64(state: 3)
    for broken in selectorAndBaseRules + codeAndStackRules + dataRules + systemRules {
      seen.insert(broken.rule.rawValue)
      for round in 0..<50 {
        var entry = round == 0 ? VMEntryCase.valid : VMEntryCase.random(using: &random)
        broken.breakIt(&entry)
        let violation = entry.violation()
        #expect(violation?.field.description == broken.field, "\(broken.rule): \(describe(violation))")
        #expect(violation?.rule.description == broken.rule.words.description, "\(broken.rule): \(describe(violation))")
        #expect(violation?.section.description == "26.3.1.2")
      }
    }
    for number in UInt8.min...UInt8.max {
      guard let rule = SegmentRule(rawValue: number) else { break }
      #expect(seen.contains(number), "\(rule)")
    }
  }

  private var selectorAndBaseRules: [Broken] {
    let crooked: UInt64 = 1 << 47
    return [
      Broken("TR selector", .global) { $0.guest.tr.selector |= 4 },
      Broken("LDTR selector", .global) {
        $0.guest.ldtr = VMCSImage.Segment(selector: 0x2C, limit: 0xFF, rights: .init(rawValue: 0x82))
      },
      Broken("SS selector", .stackLevel) {
        $0.restrict()
        $0.guest.ss.selector |= 3
      },
      Broken("FS base", .canonicalBase) { $0.guest.fs.base = crooked },
      Broken("GS base", .canonicalBase) {
        $0.guest.gs.rights = .unusable
        $0.guest.gs.base = crooked
      },
      Broken("TR base", .canonicalBase) { $0.guest.tr.base = crooked },
      Broken("LDTR base", .canonicalBase) {
        $0.guest.ldtr = VMCSImage.Segment(selector: 0x28, base: crooked, limit: 0xFF, rights: .init(rawValue: 0x82))
      },
      Broken("CS base", .base32) { $0.guest.cs.base = 1 << 32 },
      Broken("SS base", .base32) { $0.guest.ss.base = 1 << 32 },
      Broken("ES base", .base32) { $0.guest.es.base = 1 << 32 },
      Broken("DS base", .base32) {
        $0.guest.ds = $0.guest.es
        $0.guest.ds.base = 1 << 32
      },
      Broken("ES base", .virtual8086Base) {
        $0.enterVirtual8086()
        $0.guest.es.base = 0
      },
      Broken("GS limit", .virtual8086Limit) {
        $0.enterVirtual8086()
        $0.guest.gs.limit = 0xFFFE
      },
      Broken("CS access rights", .virtual8086Rights) {
        $0.enterVirtual8086()
        $0.guest.cs.rights.rawValue = 0x9B
      },
    ]
  }

  private var codeAndStackRules: [Broken] {
    [
      Broken("CS access rights", .codeType) { $0.guest.cs.rights.rawValue = 0xA09A },
      Broken("CS access rights", .codeType) {
        // Data in CS is for the unrestricted guest.
        $0.restrict()
        $0.guest.cs.rights.rawValue = 0xA093
      },
      Broken("CS access rights", .codeLevel) { $0.guest.cs.rights.rawValue |= 0x60 },
      Broken("CS access rights", .codeLevel) { $0.guest.cs.rights.rawValue = 0xA0FF },
      Broken("CS access rights", .codeLevel) { $0.guest.cs.rights.rawValue = 0xA0F3 },
      Broken("CS access rights", .longCode) { $0.guest.cs.rights.rawValue |= 1 << 14 },
      Broken("CS access rights", .codeOrData) { $0.guest.cs.rights.rawValue &= ~(1 << 4) },
      Broken("CS access rights", .present) { $0.guest.cs.rights.rawValue &= ~(1 << 7) },
      Broken("CS access rights", .reserved) { $0.guest.cs.rights.rawValue |= 1 << 11 },
      Broken("CS access rights", .granularity) { $0.guest.cs.limit = 0xFFFF_F000 },
      Broken("CS access rights", .granularity) { $0.guest.cs.rights.rawValue &= ~(1 << 15) },
      Broken("SS access rights", .stackType) { $0.guest.ss.rights.rawValue = 0xC091 },
      Broken("SS access rights", .stackLevelOfSelector) {
        $0.restrict()
        $0.guest.ss.selector |= 3
        $0.guest.cs.selector |= 3
      },
      Broken("SS access rights", .stackLevelZero) {
        $0.guest.cs.rights.rawValue = 0xA093
        $0.guest.ss.rights.rawValue |= 0x60
      },
      Broken("SS access rights", .stackLevelZero) {
        // The level counts even if the register holds no segment.
        $0.leaveLongMode()
        $0.guest.cr0 = 0x20
        $0.guest.ss.rights.rawValue = 1 << 16 | 0x60
        $0.guest.cs.rights.rawValue |= 0x60
      },
      Broken("SS access rights", .present) { $0.guest.ss.rights.rawValue &= ~(1 << 7) },
    ]
  }

  private var dataRules: [Broken] {
    [
      Broken("ES access rights", .dataType) { $0.guest.es.rights.rawValue &= ~1 },
      Broken("FS access rights", .dataType) { $0.guest.fs.rights.rawValue = 0xC099 },
      Broken("GS access rights", .dataLevel) {
        $0.restrict()
        $0.guest.gs.selector |= 3
      },
      Broken("FS access rights", .codeOrData) { $0.guest.fs.rights.rawValue &= ~(1 << 4) },
      Broken("ES access rights", .reserved) { $0.guest.es.rights.rawValue |= 1 << 17 },
      Broken("GS access rights", .granularity) { $0.guest.gs.limit = 0x10_0000 },
    ]
  }

  private var systemRules: [Broken] {
    [
      Broken("TR access rights", .taskType) { $0.guest.tr.rights.rawValue = 0x83 },
      Broken("TR access rights", .system) { $0.guest.tr.rights.rawValue = 0x9B },
      Broken("TR access rights", .present) { $0.guest.tr.rights.rawValue = 0x0B },
      Broken("TR access rights", .usable) { $0.guest.tr.rights.rawValue |= 1 << 16 },
      Broken("TR access rights", .granularity) { $0.guest.tr.limit = 0x10_0000 },
      Broken("LDTR access rights", .localTableType) {
        $0.guest.ldtr = VMCSImage.Segment(selector: 0x28, limit: 0xFF, rights: .init(rawValue: 0x83))
      },
      Broken("LDTR access rights", .system) {
        $0.guest.ldtr = VMCSImage.Segment(selector: 0x28, limit: 0xFF, rights: .init(rawValue: 0x92))
      },
    ]
  }
}
