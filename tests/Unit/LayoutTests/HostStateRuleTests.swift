import Testing

@testable import Layouts

@Suite struct HostStateRuleTests {
  @Test func eachRuleNamesItsField() {
    let crooked: UInt64 = 1 << 47
    expectEach([
      Breakage<HostStateRule>(.cr0) { $0.host.cr0 &= ~1 },
      Breakage(.cr0) { $0.host.cr0 |= 1 << 32 },
      Breakage(.cr4) { $0.host.cr4 &= ~(1 << 13) },
      Breakage(.cr4CET) {
        $0.host.cr4 |= 1 << 23
        $0.host.cr0 &= ~(1 << 16)
      },
      Breakage(.cr3) { $0.host.cr3 |= 1 << 46 },
      Breakage(.sysenterESP) { $0.host.sysenterESP = crooked },
      Breakage(.sysenterEIP) { $0.host.sysenterEIP = crooked },
      Breakage(.pat) { $0.host.pat = 2 },
      Breakage(.pat) { $0.host.pat = 8 << 56 },
      Breakage(.efer) { $0.host.efer |= 1 << 12 },
      Breakage(.eferLongMode) { $0.host.efer &= ~(1 << 10) },
      Breakage(.csSelector) { $0.host.cs |= 3 },
      Breakage(.ssSelector) { $0.host.ss |= 3 },
      Breakage(.dsSelector) { $0.host.ds |= 4 },
      Breakage(.esSelector) { $0.host.es |= 1 },
      Breakage(.fsSelector) { $0.host.fs |= 2 },
      Breakage(.gsSelector) { $0.host.gs |= 4 },
      Breakage(.trSelector) { $0.host.tr |= 4 },
      Breakage(.csNull) { $0.host.cs = 0 },
      Breakage(.trNull) { $0.host.tr = 0 },
      Breakage(.fsBase) { $0.host.fsBase = crooked },
      Breakage(.gsBase) { $0.host.gsBase = crooked },
      Breakage(.trBase) { $0.host.trBase = crooked },
      Breakage(.gdtrBase) { $0.host.gdtrBase = crooked },
      Breakage(.idtrBase) { $0.host.idtrBase = crooked },
      Breakage(.addressSpaceSize) {
        $0.controls.exit.subtract(.hostAddressSpaceSize)
        $0.host.efer = 0
      },
      Breakage(.cr4PAE) { $0.host.cr4 &= ~(1 << 5) },
      Breakage(.rip) { $0.host.rip = crooked },
    ])
  }
}
