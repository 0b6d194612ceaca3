/// Grants: a page is granted to this domain itself, copied by the hypervisor, mapped and taken back.
struct GrantTour {
  private static var pattern: UInt64 { 0x6A11_7ED0_CAFE_F00D }

  static func run(_ findings: inout Findings) throws(GuestError) {
    findings.section("grants")
    let size = try GrantTable.size()
    findings.check("grant.maximum", size.maximum >= 1, "\(size.maximum) frames", expected: "at least 1")
    guard let own = Hypervisor.domainID ?? (Hypervisor.isControlDomain ? .zero : nil), let page = Pages(),
      let target = Pages()
    else {
      findings.fact("grant", "this domain's number is not known")
      return
    }
    page.window.store64(pattern, at: 1024)
    let grant = try GrantTable.grant(page.frame, to: own)
    do {
      try GrantCopier.copy(from: grant.reference, of: own, offset: 1024, to: target.frame, at: 64, count: 8)
      findings.check(
        "grant.copy", target.window.load64(at: 64) == pattern, hexadecimal(target.window.load64(at: 64)),
        expected: hexadecimal(pattern))
    } catch {
      findings.check("grant.copy", false, error.description, expected: "copied")
    }
    mapping(grant.reference, own, &findings)
    let rest = grant.end()
    findings.check("grant.ended", rest == nil, rest == nil ? "ended" : "in use", expected: "ended")
    refusals(own, target.frame, &findings)
  }

  private static func mapping(_ reference: GrantReference, _ own: DomainID, _ findings: inout Findings) {
    do {
      let mapping = try GrantMapping(reference, of: own)
      findings.check(
        "grant.map", mapping.window.load64(at: 1024) == pattern, hexadecimal(mapping.window.load64(at: 1024)),
        expected: hexadecimal(pattern))
      findings.check("grant.in_use", GrantTable.isInUse(reference), "looked at", expected: "in use while mapped")
    } catch {
      findings.check("grant.map", false, error.description, expected: "mapped")
    }
    findings.check("grant.unmapped", !GrantTable.isInUse(reference), "looked at", expected: "not in use")
  }

  /// Grants that nobody gave: one in the table, one behind its end.
  private static func refusals(_ own: DomainID, _ frame: GuestFrame, _ findings: inout Findings) {
    let attempts: [(name: String, reference: UInt32, expected: GrantStatus)] = [
      ("grant.not_given", 100, .generalError), ("grant.behind_the_table", 1 << 20, .badReference),
    ]
    for attempt in attempts {
      let expected = "status \(attempt.expected.rawValue)"
      do {
        try GrantCopier.copy(from: GrantReference(attempt.reference), of: own, to: frame, count: 8)
        findings.check(attempt.name, false, "copied", expected: expected)
      } catch {
        findings.check(attempt.name, error == .grant(attempt.expected), error.description, expected: expected)
      }
    }
  }
}
