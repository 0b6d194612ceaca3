import Testing
import XenABI

@testable import Core

/// What guests read of time, and where their records lie.
@Suite struct GuestTimeTests {
  /// The time that a guest computes from a record and its counter (public header `xen.h`).
  private func time(_ record: VCPUTimeInfo, at tsc: UInt64) -> UInt64 {
    let ticks = tsc - record.timestamp.rawValue
    let shifted = record.shift >= 0 ? ticks << UInt64(record.shift) : ticks >> UInt64(-record.shift)
    let product = shifted.multipliedFullWidth(by: UInt64(record.multiplier))
    return record.systemTime.rawValue + (product.high << 32 | product.low >> 32)
  }

  private func record(_ guest: TestDomain) -> VCPUTimeInfo {
    var bytes = WireBytes()
    let place = guest.machine.map.pointer(guest.vcpu.object.info.timeAddress)
    for index in 0..<32 { bytes[index] = place.load(fromByteOffset: index, as: UInt8.self) }
    var reader = WireReader(bytes, width: .bits64)
    return VCPUTimeInfo(from: &reader)
  }

  @Test(arguments: [1_000_000_000, 2_893_202_000, 24_000_000, 5_100_000_001] as [UInt64])
  func aGuestsClockIsTheHypervisorsAndNeverGoesBack(_ hertz: UInt64) throws {
    let machine = TestMachine(frequency: Hertz(hertz))
    let guest = machine.makeDomain(1)
    var last: UInt64 = 0
    for step in 0..<400 {
      machine.services.tsc += hertz / 97 + UInt64(step)
      _ = machine.cpu.pickNext(at: machine.now)
      if step % 3 == 0 { guest.vcpu.block() } else { guest.vcpu.wake() }
      let record = record(guest)
      #expect(record.version & 1 == 0)
      let guestTime = time(record, at: machine.services.tsc)
      #expect(guestTime >= last)
      // Two sums of rounded parts against one: a nanosecond for the base, one for the ticks since.
      #expect(guestTime <= machine.now.rawValue && machine.now.rawValue - guestTime <= 2)
      last = guestTime
    }
    // It was renewed on the way, about once a second.
    #expect(record(guest).version >= 6)
  }

  @Test(arguments: [CallWidth.bits64, .bits32]) func theWallClockIsThatOfTheStart(_ width: CallWidth) throws {
    let machine = TestMachine()
    let guest = machine.makeDomain(1, width: width)
    let page = machine.map.pointer(guest.domain.object.sharedInfo.frame.address)
    let layout = SharedInfoLayout(width)
    #expect(page.load(fromByteOffset: layout.wallclockSeconds, as: UInt32.self) == 1_700_000_000)
    #expect(page.load(fromByteOffset: layout.wallclockSecondsHigh, as: UInt32.self) == 0)
    #expect(page.load(fromByteOffset: layout.wallclockVersion, as: UInt32.self) & 1 == 0)
  }

  @Test func theOtherWidthsWallClockIsWrittenWhenItIsLatched() throws {
    let machine = TestMachine()
    let guest = machine.makeDomain(1)
    guest.domain.latchWidth(.bits32)
    let page = machine.map.pointer(guest.domain.object.sharedInfo.frame.address)
    #expect(page.load(fromByteOffset: SharedInfoLayout(.bits32).wallclockSeconds, as: UInt32.self) == 1_700_000_000)
  }

  private func registerInfo(
    _ guest: TestDomain, _ frame: UInt64, _ offset: UInt32, vcpu: VCPUID = .zero
  ) -> HypercallError? {
    guest.refusal(RegisterVCPUInfo(frame: GuestFrame(frame), offset: offset)) { caller in
      { (argument) throws(HypercallError) in try caller.vcpuRegisterInfo(vcpu, argument) }
    }
  }

  @Test func theRecordMovesOnce() throws {
    let pair = try ConnectedDomains()
    let guest = pair.second
    let frame = guest.domain.object.p2m.lookup(GuestFrame(9)).frame
    let references = pair.machine.hypervisor.entry(frame)?.object.referenceCount
    #expect(registerInfo(guest, 9, 4096 - 63) == .invalidArgument)
    #expect(registerInfo(guest, 9, 4) == .invalidArgument)
    #expect(registerInfo(guest, 9, .max) == .invalidArgument)
    #expect(registerInfo(guest, 64, 0) == .invalidArgument)
    #expect(registerInfo(guest, .max, 0) == .invalidArgument)
    #expect(registerInfo(guest, 9, 0, vcpu: VCPUID(1)) == .notFound)
    #expect(!guest.isUpcallPending)
    #expect(registerInfo(guest, 9, 4096 - 64) == nil)
    #expect(registerInfo(guest, 10, 0) == .invalidArgument)
    #expect(pair.machine.hypervisor.entry(frame)?.object.referenceCount == (references ?? 0) + 1)
    // Everything has to be looked at once.
    let place = GuestVirtualAddress(0x9000 + 4096 - 64)
    #expect(guest.read(UInt8.self, at: place) == 1)
    #expect(guest.read(UInt64.self, at: place.advanced(by: 8)) == .max)
    guest.acknowledgeUpcall()
    try pair.first.send(pair.firstPort)
    #expect(guest.read(UInt8.self, at: place) == 1)
    #expect(guest.read(UInt64.self, at: place.advanced(by: 8)) == 1)
    #expect(time(record(guest), at: pair.machine.services.tsc) == pair.machine.now.rawValue)
  }

  @Test(arguments: [0x3000, 0x3FF0] as [UInt64]) func theSecondCopyFollows(_ address: UInt64) throws {
    let machine = TestMachine()
    let guest = machine.makeDomain(1)
    _ = try guest.call(RegisterTimeArea(address: GuestVirtualAddress(address))) { caller in
      { (argument) throws(HypercallError) in try caller.vcpuRegisterTimeArea(.zero, argument) }
    }
    let first = guest.read(VCPUTimeInfo.self, at: GuestVirtualAddress(address))
    #expect(first.version == 2)
    #expect(first.flags.contains(.stable))
    machine.now = .seconds(5)
    _ = machine.cpu.pickNext(at: machine.now)
    let second = guest.read(VCPUTimeInfo.self, at: GuestVirtualAddress(address))
    #expect(second.version == 4)
    #expect(second.systemTime == .seconds(5))
  }
}
