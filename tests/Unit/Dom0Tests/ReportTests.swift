import Testing
import XenABI

@testable import Dom0Logic

/// What the shell prints of domains, CPUs and the store.
@Suite struct ReportTests {
  @Test func fillsTheColumns() {
    var information = DomainInformation(domain: DomainID(7))
    information.frameCount = 24 * 256 + 3
    information.onlineVCPUCount = 1
    information.cpuTime = .milliseconds(12_345)
    information.flags = [.blocked, .hardwareAssisted]
    let row = DomainRow(name: "g1", information)
    #expect(DomainRow.heading == "Name                                ID    Mem  VCPUs   State    Time(s)")
    #expect(row.text == "g1                                   7     24      1   -b----      12.3")
    #expect(row.text.count == DomainRow.heading.count)
  }

  @Test func writesTheState() {
    var flags: DomainFlags = [.shutdown]
    flags.shutdownReason = .crash
    #expect(DomainState.letters(flags) == "---sc-")
    flags.shutdownReason = .powerOff
    #expect(DomainState.letters(flags.union(.dying)) == "---s-d")
    #expect(DomainState.letters([.running, .paused]) == "r-p---")
    #expect(DomainState.reason(.powerOff) == "poweroff")
    #expect(DomainState.reason(ShutdownReason(77)) == "reason 77")
  }

  @Test func writesQuantities() {
    #expect(Quantity.mebibytes(frames: 6143) == 24)
    #expect(Quantity.duration(.seconds(59)) == "00:00:59")
    #expect(Quantity.duration(.seconds(90_061)) == "1 day 01:01:01")
    #expect(Quantity.megahertz(2_000_050) == "2000.050 MHz")
    #expect(Quantity.perSecond(150, in: .milliseconds(500)) == 300)
    #expect(Quantity.perSecond(.max, in: .seconds(2)) == UInt64.max / 2)
    #expect(Quantity.perSecond(1, in: .zero) == 0)
    #expect(Quantity.percent(.milliseconds(125), of: .seconds(1)) == "12.5")
    #expect(Hex.of(0) == "0x0")
    #expect(Hex.of(0xDEAD_BEEF_1234) == "0xdeadbeef1234")
  }

  @Test func listsVCPUs() {
    let row = VCPURow(
      name: "g1", domain: DomainID(1), vcpu: 0, cpu: 1, isOnline: true, isRunning: false, isBlocked: true,
      cpuTime: .milliseconds(3900), affinity: CPUSet.text([true, true]))
    #expect(
      VCPURow.heading == "Name                                ID  VCPU   CPU   State   Time(s)  Affinity (Hard / Soft)")
    #expect(row.text == "g1                                   1     0     1   -b-         3.9  all / all")
    #expect(CPUSet.text([true, false, true, true]) == "0,2-3")
    #expect(CPUSet.text([false]) == "none")
  }

  @Test func listsWeights() {
    #expect(SchedulerRow.heading == "Name                                ID Weight  Cap")
    #expect(
      SchedulerRow(name: "g1", domain: DomainID(1), weight: 256, cap: 0).text
        == "g1                                   1    256    0")
  }

  @Test func comparesTwoMoments() {
    func sample(_ milliseconds: UInt64, exits: [UInt64], events: UInt64) -> DomainSample {
      DomainSample(
        name: "g1", domain: DomainID(1), flags: [.blocked], frameCount: 8192, vcpuCount: 1,
        cpuTime: .milliseconds(milliseconds), exits: exits, events: events)
    }
    let machine = TopReport.MachineSample(
      uptime: .seconds(61), processorCount: 1, totalFrames: 131_072, freeFrames: 65_536)
    let lines = TopReport.lines(
      machine, [sample(1250, exits: [30, 0, 9], events: 14)], before: [sample(1000, exits: [10, 0, 1], events: 10)],
      elapsed: .seconds(2))
    #expect(lines[0] == "up 00:01:01, 1 CPU, 512 MiB, 256 MiB free")
    #expect(lines[1] == "1 domain: 0 running, 1 blocked, 0 paused")
    #expect(
      lines[4] == "g1                 1 -b----      1.2   12.5    32       14        2  hypercall 10, HLT 4")
    // One that was not there before has done nothing yet; one that is another of the same number, neither.
    let fresh = TopReport.lines(
      machine, [sample(5, exits: [9], events: 3)], before: [sample(1000, exits: [10], events: 9)], elapsed: .seconds(1))
    #expect(fresh[4] == "g1                 1 -b----      0.0    0.0    32        0        0")
  }

  @Test func tellsTheRings() {
    let state = RingReport.State(ring: 3, instructionPointer: 0x40_1000, cr3: 0x1_2000, isPaging: true)
    let lines = RingReport.lines(
      name: "g1", domain: DomainID(1), layout: .svm, root: 0x7000,
      vcpus: [RingReport.VCPU(number: 0, state: state, exits: [5, 0, 7])])
    #expect(lines.first == "g1 (1): ring layout svm")
    #expect(lines.contains("  ring -1   Apus: SVM host mode, ring 0"))
    #expect(lines.contains("  memory    nested page tables (NPT) at 0x7000"))
    #expect(lines.contains("  vCPU 0    last in ring 3 (CPL 3), RIP 0x401000, CR3 0x12000"))
    #expect(lines.last == "            12 exits to ring -1: HLT 7, hypercall 5")
  }

  @Test func drawsTheStore() {
    let nodes = ["/a": ("x", ["b", "c"]), "/a/b": ("say \"hi\"\n", ["d"]), "/a/b/d": ("", []), "/a/c": ("\u{1}", [])]
    func draw(_ fullPaths: Bool) -> [String] {
      var tree = StoreListing(below: "/", children: ["a", "gone"], fullPaths: fullPaths)
      var lines: [String] = []
      while let line = tree.next({ nodes[$0].map { StoreListing.Node(value: $0.0, children: $0.1, note: "") } }) {
        lines.append(line)
      }
      return lines
    }
    #expect(draw(false) == [#"a = "x""#, #" b = "say \"hi\"\n""#, #"  d = """#, #" c = "\001""#])
    #expect(draw(true) == [#"/a = "x""#, #"/a/b = "say \"hi\"\n""#, #"/a/b/d = """#, #"/a/c = "\001""#])
  }
}
