import Testing

@testable import Layouts

@Suite struct VMCBRuleTests {
  private var limits: VMCBLimits {
    VMCBLimits(physicalAddressBits: 40, asidCount: 16, definedCR4: 0xFF_07FF, definedEFER: 0xFD01, hasLongMode: true)
  }

  private var valid: VMCBImage {
    var image = VMCBImage()
    image.cr0 = 0x8001_0033
    image.cr3 = 0x1000
    image.cr4 = 0x20
    image.efer = 0x1D01
    image.dr6 = 0xFFFF_0FF0
    image.dr7 = 0x400
    image.isCodeLong = true
    image.interceptsVMRUN = true
    image.interceptsIO = true
    image.interceptsMSR = true
    image.ioPermissionMap = 0x1_0000
    image.msrPermissionMap = 0x2_0000
    image.asid = 1
    image.hasNestedPaging = true
    image.nestedCR3 = 0x3_0000
    image.pat = 0x0007_0406_0007_0406
    return image
  }

  private func violation(_ image: VMCBImage, _ limits: VMCBLimits) -> RuleViolation? {
    do throws(RuleViolation) {
      try image.check(limits)
      return nil
    } catch {
      return error
    }
  }

  @Test func validImagesBreakNoRule() {
    #expect(describe(violation(valid, limits)) == "no violation")
    var protected = valid
    protected.cr0 = 0x11
    protected.cr4 = 0
    protected.efer = 1 << 12
    protected.isCodeLong = false
    protected.isCodeBig = true
    #expect(describe(violation(protected, limits)) == "no violation")
    var injected = valid
    injected.eventInjection = 1 << 31 | 1 << 11 | 3 << 8 | 14
    #expect(describe(violation(injected, limits)) == "no violation")
    var lastPages = valid
    lastPages.ioPermissionMap = 1 << 40 - 0x4000
    lastPages.msrPermissionMap = 1 << 40 - 0x3000
    #expect(describe(violation(lastPages, limits)) == "no violation")
  }

  @Test func eachRuleNamesItsField() {
    typealias Case = (VMCBRule, (inout VMCBImage, inout VMCBLimits) -> Void)
    let cases: [Case] = [
      (.eferSVME, { image, _ in image.efer &= ~(1 << 12) }),
      (.cr0Cache, { image, _ in image.cr0 |= 1 << 29 }),
      (.cr0High, { image, _ in image.cr0 |= 1 << 32 }),
      (.cr3, { image, _ in image.cr3 |= 1 << 40 }),
      (.cr4, { image, _ in image.cr4 |= 1 << 13 }),
      (
        .cr4CET,
        { image, _ in
          image.cr4 |= 1 << 23
          image.cr0 &= ~(1 << 16)
        }
      ),
      (.dr6, { image, _ in image.dr6 |= 1 << 32 }),
      (.dr7, { image, _ in image.dr7 |= 1 << 63 }),
      (.efer, { image, _ in image.efer |= 1 << 1 }),
      (.eferLongMode, { _, limits in limits.hasLongMode = false }),
      (.longModePAE, { image, _ in image.cr4 = 0 }),
      (.longModeProtection, { image, _ in image.cr0 &= ~1 }),
      (.codeLongAndBig, { image, _ in image.isCodeBig = true }),
      (.vmrunIntercept, { image, _ in image.interceptsVMRUN = false }),
      (.msrPermissionMap, { image, _ in image.msrPermissionMap = 1 << 40 - 0x1000 }),
      (.ioPermissionMap, { image, _ in image.ioPermissionMap = 1 << 40 }),
      (.asidZero, { image, _ in image.asid = 0 }),
      (.asidLimit, { image, _ in image.asid = 16 }),
      (.eventInjection, { image, _ in image.eventInjection = 1 << 31 | 1 << 8 }),
      (.eventInjection, { image, _ in image.eventInjection = 1 << 31 | 3 << 8 | 2 }),
      (.nestedCR3, { image, _ in image.nestedCR3 |= 1 << 40 }),
      (.pat, { image, _ in image.pat = 2 }),
    ]
    var seen = Set<UInt8>()
    for (rule, breakIt) in cases {
      seen.insert(rule.rawValue)
      var image = valid
      var limits = limits
      breakIt(&image, &limits)
      let violation = violation(image, limits)
      #expect(isSame(violation, rule.text), "\(rule): \(describe(violation))")
    }
    for number in UInt8.min...UInt8.max {
      guard let rule = VMCBRule(rawValue: number) else { break }
      #expect(seen.contains(number), "\(rule)")
    }
  }
}
