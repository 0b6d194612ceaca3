import Testing

@testable import XenABI

@Suite struct SharedInfoLayoutTests {
  @Test func wideOffsetsAreTheHeaders() {
    let page = SharedInfoLayout(.bits64)
    #expect(page.vcpuInfo(VCPUID(31)) == 31 * 64)
    #expect(page.vcpuInfo(VCPUID(32)) == nil)
    #expect(page.portCount == 4096)
    #expect([page.pendingBits, page.maskBits] == [2048, 2560])
    #expect([page.wallclockVersion, page.wallclockSeconds, page.wallclockNanoseconds] == [3072, 3076, 3080])
    #expect([page.wallclockSecondsHigh, page.architecture, page.nmiReason] == [3084, 3088, 3104])
    let info = VCPUInfoLayout(.bits64)
    #expect(
      [info.upcallPending, info.upcallMask, info.pendingSelector, info.faultAddress, info.time] == [0, 1, 8, 16, 32])
  }

  @Test func narrowOffsetsAreTheHeaders() {
    let page = SharedInfoLayout(.bits32)
    #expect(page.portCount == 1024)
    #expect([page.pendingBits, page.maskBits] == [2048, 2176])
    #expect([page.wallclockVersion, page.wallclockSeconds, page.wallclockNanoseconds] == [2304, 2308, 2312])
    #expect([page.wallclockSecondsHigh, page.architecture, page.nmiReason] == [2340, 2316, 2324])
    let info = VCPUInfoLayout(.bits32)
    #expect(
      [info.upcallPending, info.upcallMask, info.pendingSelector, info.faultAddress, info.time] == [0, 1, 4, 8, 32])
  }

  @Test(arguments: [CallWidth.bits32, .bits64]) func timeRecordsAreAlikeInBothWidths(width: CallWidth) {
    let record = VCPUTimeInfo(
      version: 0x0403_0201, timestamp: TSCTicks(0x1817_1615_1413_1211), systemTime: Nanoseconds(0x2827_2625_2423_2221),
      multiplier: 0x3433_3231, shift: -2, flags: .stable)
    #expect(VCPUTimeInfo.size(width) == 32)
    var writer = WireWriter(WireBytes(), width: width)
    record.write(to: &writer)
    let expected: [UInt8] =
      [1, 2, 3, 4, 0, 0, 0, 0] + (0x11...0x18) + (0x21...0x28) + [0x31, 0x32, 0x33, 0x34, 0xFE, 1, 0, 0]
    for index in 0..<32 { #expect(writer.bytes[index] == expected[index]) }
    var reader = WireReader(writer.bytes, width: width)
    #expect(VCPUTimeInfo(from: &reader) == record)
  }
}
