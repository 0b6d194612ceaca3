/// A value in a guest's control structure that the processor refuses to enter a guest with: which field, and why.
///
/// Small, since nearly every line of the checks can throw one: the words are looked up only for a report.
package struct RuleViolation: Error, BitwiseCopyable {
  let broken: BrokenRule
  /// What the field holds.
  let value: UInt64

  @inline(__always)
  init(_ broken: BrokenRule, value: UInt64) {
    self.broken = broken
    self.value = value
  }

  /// The field as the manual calls it.
  var field: StaticString { broken.text.field }
  /// What the field has to obey.
  var rule: StaticString { broken.text.rule }
  /// The section of the processor's manual that says so.
  var section: StaticString { broken.text.section }
}

/// A rule that a processor checks at the entry of a guest, of any of the groups.
enum BrokenRule: Equatable, BitwiseCopyable {
  case control(ControlRule)
  case hostState(HostStateRule)
  case guestState(GuestStateRule)
  case segment(SegmentRule, SegmentName)
  case controlBlock(VMCBRule)

  var text: RuleText {
    switch self {
    case .control(let rule): rule.text
    case .hostState(let rule): rule.text
    case .guestState(let rule): rule.text
    case .segment(let rule, let name): RuleText(name.field(rule.part), rule.words, "26.3.1.2")
    case .controlBlock(let rule): rule.text
    }
  }
}

/// A rule's words for a report.
struct RuleText {
  let field: StaticString
  let rule: StaticString
  let section: StaticString

  init(_ field: StaticString, _ rule: StaticString, _ section: StaticString) {
    self.field = field
    self.rule = rule
    self.section = section
  }
}

/// A group of rules whose fields and words go by the rule alone.
protocol EntryRule {
  var broken: BrokenRule { get }
  var text: RuleText { get }
}

extension EntryRule {
  /// - Throws: the violation, where `condition` does not hold for `value`.
  @inline(__always)
  static func require(_ condition: Bool, _ rule: Self, _ value: UInt64) throws(RuleViolation) {
    if !condition { throw rule.violation(value) }
  }

  @inline(__always)
  func violation(_ value: UInt64) -> RuleViolation { RuleViolation(broken, value: value) }
}
