/// A value in a guest's control structure that the processor refuses to enter a guest with: which field, and why.
struct RuleViolation: Error {
  /// The field as the manual calls it.
  let field: StaticString
  /// What the field has to obey.
  let rule: StaticString
  /// The section of the processor's manual that says so.
  let section: StaticString
  /// What the field holds.
  let value: UInt64

  /// Names the violation of a rule. Out of line, to keep the checks short.
  @inline(never)
  init(_ text: RuleText, value: UInt64) {
    field = text.field
    rule = text.rule
    section = text.section
    self.value = value
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

/// A rule that a processor checks at the entry of a guest.
protocol EntryRule {
  var text: RuleText { get }
}

extension EntryRule {
  /// - Throws: the violation, where `condition` does not hold for `value`.
  @inline(__always)
  static func require(_ condition: Bool, _ rule: Self, _ value: UInt64) throws(RuleViolation) {
    if !condition { throw RuleViolation(rule.text, value: value) }
  }
}
