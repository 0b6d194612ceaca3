import Testing
import XenABI

@testable import GuestKitLogic

@Suite struct GuestErrorTests {
  /// Each case, by the line that it is told in.
  static let lines: [(error: GuestError, line: String)] = [
    (.hypercall(.invalidArgument), "the hypervisor refused a call: EINVAL (22)"),
    (.hypercall(HypercallError(rawValue: 1000)), "the hypervisor refused a call: 1000"),
    (.grant(.badReference), "the hypervisor refused a grant: GNTST_bad_gntref (-3)"),
    (.grant(GrantStatus(-99)), "the hypervisor refused a grant: -99"),
    (.store(.notFound), "the store refused a request: ENOENT (2)"),
    (.block(.noDisk), "the guest has no such disk"),
    (.block(.noBackend), "the disk's backend is not there"),
    (.block(.badRange), "the disk has no such sectors"),
    (.block(.refused(.unsupported)), "the disk refused a request: BLKIF_RSP_EOPNOTSUPP (-2)"),
    (.mapping(.occupied), "a page can't be mapped: something is there already"),
    (.outOfMemory, "the guest has no memory left"),
  ]

  @Test(arguments: lines) func isToldInALine(_ error: GuestError, _ line: String) {
    #expect(error.description == line)
  }

  /// Every error number that the interface names has its name in the text, and the right one.
  @Test func namesAreTheHeaders() {
    let named = (1...200).compactMap { number -> String? in
      HypercallError(rawValue: Int32(number)).name.map { "\($0) \(number)" }
    }
    #expect(named.count == 23)
    #expect(named.contains("EPERM 1") && named.contains("ENOBUFS 105") && named.contains("EOPNOTSUPP 95"))
    #expect((-13...0).allSatisfy { GrantStatus(Int16($0)).name != nil })
  }
}
