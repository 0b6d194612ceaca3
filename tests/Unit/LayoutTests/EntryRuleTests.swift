import Testing

@testable import Layouts

/// One rule, and what breaks it and nothing else.
struct Breakage<Rule> {
  let rule: Rule
  let breakIt: (inout VMEntryCase) -> Void

  init(_ rule: Rule, _ breakIt: @escaping (inout VMEntryCase) -> Void) {
    self.rule = rule
    self.breakIt = breakIt
  }
}

func isSame(_ violation: RuleViolation?, _ text: RuleText) -> Bool {
  guard let violation else { return false }
  return violation.field.description == text.field.description && violation.rule.description == text.rule.description
    && violation.section.description == text.section.description
}

func describe(_ violation: RuleViolation?) -> String {
  guard let violation else { return "no violation" }
  return "\(violation.section) \(violation.field): \(violation.rule) (\(String(violation.value, radix: 16)))"
}

/// Breaks each rule in many valid entries and expects precisely that rule's violation.
func expectEach<Rule: EntryRule & RawRepresentable>(_ breakages: [Breakage<Rule>]) where Rule.RawValue == UInt8 {
  var seen = Set<UInt8>()
  var random = SplitMix64(state: 7)
  for breakage in breakages {
    seen.insert(breakage.rule.rawValue)
    for round in 0..<50 {
      var entry = round == 0 ? VMEntryCase.valid : VMEntryCase.random(using: &random)
      breakage.breakIt(&entry)
      let violation = entry.violation()
      #expect(isSame(violation, breakage.rule.text), "\(breakage.rule): \(describe(violation))")
    }
  }
  // Every rule has a case that breaks it.
  for number in UInt8.min...UInt8.max {
    guard let rule = Rule(rawValue: number) else { break }
    #expect(seen.contains(number), "\(rule)")
  }
}

@Suite struct ValidEntryTests {
  @Test func validImagesBreakNoRule() {
    #expect(describe(VMEntryCase.valid.violation()) == "no violation")
    var random = SplitMix64(state: 1)
    for _ in 0..<2000 {
      #expect(describe(VMEntryCase.random(using: &random).violation()) == "no violation")
    }
  }

  @Test func otherModesBreakNoRule() {
    var pae = VMEntryCase.valid
    pae.leaveLongMode(pae: true)
    pae.guest.pdpte1 = 0x3000 | 1
    #expect(describe(pae.violation()) == "no violation")

    var virtual = VMEntryCase.valid
    virtual.enterVirtual8086()
    #expect(describe(virtual.violation()) == "no violation")

    var real = VMEntryCase.valid
    real.leaveLongMode()
    real.guest.cr0 = 0x20
    real.guest.cs.rights = SegmentAccessRights(rawValue: 0x93)
    real.guest.cs.limit = 0xFFFF
    #expect(describe(real.violation()) == "no violation")
  }

  /// The state that a PVH kernel starts with: flat protected mode without paging.
  @Test func pvhEntryBreaksNoRule() {
    var entry = VMEntryCase.valid
    entry.leaveLongMode()
    entry.guest.cr0 = 0x21
    entry.guest.cr4 = 0x2000
    #expect(describe(entry.violation()) == "no violation")
    entry.restrict()
    #expect(describe(entry.violation()) == "26.3.1.1 CR0: the bits that VMX operation fixes (21)")
  }

  @Test func injectionsThatAreAllowed() {
    var entry = VMEntryCase.valid
    entry.guest.rflags |= 1 << 9
    entry.inject(.externalInterrupt, 0xF3)
    #expect(describe(entry.violation()) == "no violation")
    entry.guest.activity = ActivityState.halted.rawValue
    #expect(describe(entry.violation()) == "no violation")
    entry.guest.activity = 0
    entry.inject(.hardwareException, 14, errorCode: true)
    #expect(describe(entry.violation()) == "no violation")
    entry.inject(.softwareException, 3)
    entry.controls.instructionLength = 1
    #expect(describe(entry.violation()) == "no violation")
    entry.controls.instructionLength = 0
    entry.capabilities.miscellaneous.rawValue |= 1 << 30
    #expect(describe(entry.violation()) == "no violation")
  }
}
