import Testing
import XenABI

@testable import Core

@Suite struct VersionTests {
  private static let place = TestDomain.scratch.rawValue

  @Test(arguments: [CallWidth.bits64, .bits32]) func theABIIsThatOfXen417(_ width: CallWidth) {
    let guest = TestMachine().makeDomain(1, width: width)
    #expect(guest.dispatch(.version, VersionOperation.version.word) == .done(4 << 16 | 17))
    #expect(guest.dispatch(.version, VersionOperation.pageSize.word) == .done(4096))
    // XENVER_build_id, and what no version has.
    #expect(guest.dispatch(.version, 10, Self.place) == refused(.notPermitted))
    #expect(guest.dispatch(.version, 0xFFFF_FFFF, Self.place) == refused(.notImplemented))
  }

  @Test func stringsFillTheirArraysWithZeros() {
    let guest = TestMachine().makeDomain(1, frames: 4)
    for (operation, length, start) in [
      (VersionOperation.extraVersion, 16, ".0-apus"), (.compileInformation, 144, "Embedded Swift"),
      (.capabilities, 1024, "hvm-3.0-x86_32 hvm-3.0-x86_32p hvm-3.0-x86_64"), (.changeSet, 64, "apus-0.1.0"),
      (.commandLine, 1024, "<denied>"),
    ] {
      for offset in 0..<UInt64(length) + 1 { guest.write(UInt8(0xEE), at: TestDomain.scratch.advanced(by: offset)) }
      #expect(guest.dispatch(.version, operation.word, Self.place) == .done(0))
      #expect(guest.text(length).hasPrefix(start))
      let bytes = guest.bytes(length + 1)
      let end = bytes.firstIndex(of: 0) ?? bytes.count
      #expect(bytes[end..<length].allSatisfy { $0 == 0 })
      #expect(bytes[length] == 0xEE)
      // An array that reaches past the end of memory.
      let last = 4 * pageSize - UInt64(length) + 1
      #expect(guest.dispatch(.version, operation.word, last) == refused(.badAddress))
    }
  }

  @Test func theCommandLineIsForTheControlDomain() throws {
    let machine = TestMachine()
    let control = machine.makeDomain(0, isPrivileged: true)
    let frame = machine.hypervisor.object.allocator.allocate(.page, owner: .hypervisor)
    let line = try #require(frame).address
    let text = "console=com1 loglvl=all"
    for (index, byte) in text.utf8.enumerated() {
      machine.map.pointer(line).storeBytes(of: byte, toByteOffset: index, as: UInt8.self)
    }
    #expect(control.dispatch(.version, VersionOperation.commandLine.word, Self.place) == .done(0))
    #expect(control.text(1024) == "")
    machine.hypervisor.object.commandLine = CommandLinePlace(address: line, count: text.utf8.count)
    #expect(control.dispatch(.version, VersionOperation.commandLine.word, Self.place) == .done(0))
    #expect(control.text(1024) == text)
    // One that is too long ends in a zero all the same.
    machine.hypervisor.object.commandLine = CommandLinePlace(address: line, count: 2000)
    #expect(control.dispatch(.version, VersionOperation.commandLine.word, Self.place) == .done(0))
    #expect(control.bytes(1024).last == 0)
  }

  @Test(arguments: [CallWidth.bits64, .bits32]) func featuresAreThoseOfPVH(_ width: CallWidth) throws {
    let machine = TestMachine()
    let control = machine.makeDomain(0, isPrivileged: true, width: width)
    let guest = machine.makeDomain(1, width: width)
    func features(_ domain: TestDomain) throws -> UInt32 {
      try domain.call(FeatureInformation(index: 0)) { $0.versionGetFeatures }.features.rawValue
    }
    #expect(try features(guest) == 1 << 0 | 1 << 2 | 1 << 8 | 1 << 9 | 1 << 16)
    #expect(try features(control) == 1 << 0 | 1 << 2 | 1 << 8 | 1 << 9 | 1 << 10 | 1 << 11 | 1 << 17)
    #expect(guest.refusal(FeatureInformation(index: 1)) { $0.versionGetFeatures } == .invalidArgument)
  }

  @Test func theHypervisorsPlaceGoesWithTheWidth() throws {
    let machine = TestMachine()
    let wide = try machine.makeDomain(1).call(PlatformParameters()) { $0.versionPlatformParameters }
    #expect(wide.virtualStart == 0xFFFF_8000_0000_0000)
    let narrow = try machine.makeDomain(2, width: .bits32).call(PlatformParameters()) { $0.versionPlatformParameters }
    #expect(narrow.virtualStart == 0xF580_0000)
  }

  @Test func theHandleIsTheDomains() {
    let guest = TestMachine().makeDomain(1)
    for index in 0..<16 { guest.domain.object.handle[index] = UInt8(index) }
    #expect(guest.dispatch(.version, VersionOperation.guestHandle.word, Self.place) == .done(0))
    #expect(guest.bytes(16) == [UInt8](0..<16))
  }

  @Test func oneAssistCanBeSwitched() {
    let guest = TestMachine().makeDomain(1)
    let flag = UInt64(VMAssistType.runstateUpdateFlag.rawValue)
    #expect(guest.dispatch(.vmAssist, 0, flag) == .done(0))
    #expect(guest.domain.object.marksRunstateUpdates == true)
    #expect(guest.dispatch(.vmAssist, 1, flag) == .done(0))
    #expect(guest.domain.object.marksRunstateUpdates == false)
    #expect(guest.dispatch(.vmAssist, 0, 4) == refused(.invalidArgument))
    #expect(guest.dispatch(.vmAssist, 2, flag) == refused(.notImplemented))
  }
}
