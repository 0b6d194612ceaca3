import Testing

@testable import Dom0Logic

/// What domain 0 says of the guests that did not start.
@Suite struct BootRefusalsTests {
  @Test func takesTheReasonsOutOfTheLog() {
    let log =
      "(apus) d0 (Domain-0): 40 MiB\r\n(apus) cannot start: the module of g2: expected an ELF file\r\n"
      + "(apus) d1 (g1): 32 MiB\r\n(apus) cannot start: boot module 3: unknown option 'x'"
    #expect(
      BootRefusals.reasons(in: Array(log.utf8)) == [
        "the module of g2: expected an ELF file", "boot module 3: unknown option 'x'",
      ])
  }

  @Test func takesNothingElse() {
    let log = "(XEN) cannot start: no\n(apus) d1: cannot start: no\n(apus) cannot start\ncannot start: no\n"
    #expect(BootRefusals.reasons(in: Array(log.utf8)).isEmpty)
    #expect(BootRefusals.reasons(in: []).isEmpty)
  }
}
