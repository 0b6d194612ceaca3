import Testing
import XenABI

@testable import Core

/// physdev_op and bind_pirq (public header `physdev.h`).
@Suite struct PhysicalInterruptTests {
  private let machine = TestMachine()
  private let control: TestDomain

  init() {
    control = machine.makeDomain(0, isPrivileged: true)
    machine.services.modes = [4: 0, 11: 1, 16: 3, 17: 3]
  }

  private func map(_ request: MapPhysicalIRQ) throws(HypercallError) -> Int32 {
    try control.call(request) { $0.physicalDeviceMapIRQ }.physicalIRQ
  }
  private func mapLine(_ line: Int32, wanted: Int32 = -1) throws(HypercallError) -> Int32 {
    try map(MapPhysicalIRQ(kind: .gsi, index: line, physicalIRQ: wanted))
  }
  private func end(_ irq: Int32) throws(HypercallError) {
    _ = try control.call(EndOfInterrupt(physicalIRQ: PhysicalIRQ(UInt32(irq)))) { $0.physicalDeviceEndOfInterrupt }
  }
  private func unmap(_ irq: Int32) throws(HypercallError) {
    _ = try control.call(UnmapPhysicalIRQ(physicalIRQ: irq)) { $0.physicalDeviceUnmapIRQ }
  }

  @Test func aLevelTriggeredLineIsMaskedUntilItsEnd() throws {
    let irq = try mapLine(16)
    #expect(irq == 16)
    #expect(machine.services.routedLines[16] ?? (false, false) == (true, true))
    #expect(machine.services.unmaskedLines.isEmpty)
    let port = try control.bind(PhysicalIRQ(16))
    #expect(machine.services.unmaskedLines == [16])
    machine.hypervisor.interruptArrived(16)
    #expect(machine.services.unmaskedLines.isEmpty)
    #expect(control.isPending(port))
    #expect(control.isUpcallPending)
    try end(irq)
    #expect(machine.services.unmaskedLines == [16])
    machine.services.unmaskedLines = []
    try end(irq)
    #expect(machine.services.unmaskedLines.isEmpty)
    let status = try control.call(IRQStatusQuery(physicalIRQ: PhysicalIRQ(16))) { $0.physicalDeviceIRQStatus }
    #expect(status.status == .needsEndOfInterrupt)
    #expect(machine.hypervisor.auditPorts() == 0)
  }

  @Test func anEdgeTriggeredLineIsNotMasked() throws {
    let irq = try mapLine(4)
    let port = try control.bind(PhysicalIRQ(UInt32(irq)))
    machine.hypervisor.interruptArrived(4)
    #expect(control.consume(port))
    #expect(machine.services.unmaskedLines == [4])
    let status = try control.call(IRQStatusQuery(physicalIRQ: PhysicalIRQ(4))) { $0.physicalDeviceIRQStatus }
    #expect(status.status.rawValue == 0)
  }

  @Test func aMessageIsRoutedWhileItIsBound() throws {
    let request = MapPhysicalIRQ(
      kind: .msiWithSegment, bus: 2 << 16 | 3, deviceFunction: 0x28, entryNumber: 7, tableBase: 0xFEBD_0000)
    let irq = try map(request)
    #expect(irq == 128)
    #expect(try map(request) == irq)
    #expect(machine.services.messages.isEmpty)
    let port = try control.bind(PhysicalIRQ(UInt32(irq)))
    #expect(machine.services.messages[0] ?? (0, 0, 0) == (0x2_0328, 0xFEBD_0000, 7))
    machine.hypervisor.messageArrived(0)
    #expect(control.isPending(port))
    try control.close(port)
    #expect(machine.services.messages.isEmpty)
    machine.hypervisor.messageArrived(0)
    machine.hypervisor.messageArrived(200)
    #expect(!control.isPending(port))
    #expect(try map(MapPhysicalIRQ(kind: .msi, bus: 3, deviceFunction: 8)) == 129)
  }

  @Test func aDeviceWithoutMessagesIsRefusedAtTheBind() throws {
    machine.services.functionsWithoutMessages = [0x0310]
    let irq = try map(MapPhysicalIRQ(kind: .msi, bus: 3, deviceFunction: 0x10))
    #expect(throws: HypercallError.invalidArgument) { try control.bind(PhysicalIRQ(UInt32(irq))) }
    #expect(control.domain.object.ports.usedCount == 0)
    #expect(machine.hypervisor.auditPorts() == 0)
  }

  @Test func whatCannotBeMappedIsRefused() throws {
    for request in [
      MapPhysicalIRQ(kind: .gsi, index: 0), MapPhysicalIRQ(kind: .gsi, index: -5),
      MapPhysicalIRQ(kind: .gsi, index: 20), MapPhysicalIRQ(kind: .gsi, index: 128),
      MapPhysicalIRQ(kind: .gsi, index: 16, physicalIRQ: 256),
      MapPhysicalIRQ(kind: .gsi, index: 16, physicalIRQ: 130), MapPhysicalIRQ(kind: .gsi, index: 16, physicalIRQ: 0),
      MapPhysicalIRQ(kind: .multipleMSI), MapPhysicalIRQ(kind: PhysicalIRQKind(9)),
      MapPhysicalIRQ(kind: .msi, bus: 256), MapPhysicalIRQ(kind: .msi, bus: -1),
      MapPhysicalIRQ(kind: .msi, deviceFunction: 256), MapPhysicalIRQ(kind: .msi, deviceFunction: -1),
      MapPhysicalIRQ(kind: .msi, entryNumber: 2048), MapPhysicalIRQ(kind: .msi, entryNumber: -1),
      MapPhysicalIRQ(kind: .msi, physicalIRQ: 16),
    ] {
      #expect(throws: HypercallError.invalidArgument) { try map(request) }
    }
    #expect(throws: HypercallError.noSuchDomain) {
      try map(MapPhysicalIRQ(domain: DomainID(5), kind: .gsi, index: 16))
    }
    #expect(throws: HypercallError.invalidArgument) { try control.bind(PhysicalIRQ(16)) }
    #expect(throws: HypercallError.invalidArgument) { try control.bind(PhysicalIRQ(.max)) }
    #expect(throws: HypercallError.invalidArgument) { try unmap(16) }
    #expect(throws: HypercallError.invalidArgument) { try unmap(-1) }
    #expect(throws: HypercallError.invalidArgument) { try end(300) }
    machine.hypervisor.interruptArrived(16)
    machine.hypervisor.interruptArrived(.max)
  }

  @Test func numbersAreKeptApart() throws {
    #expect(try mapLine(16, wanted: 40) == 40)
    #expect(try mapLine(16) == 40)
    #expect(throws: HypercallError.alreadyExists) { try mapLine(16, wanted: 41) }
    #expect(throws: HypercallError.alreadyExists) { try mapLine(17, wanted: 40) }
    let free = try control.call(GetFreePhysicalIRQ(kind: .gsi)) { $0.physicalDeviceGetFreeIRQ }.physicalIRQ
    #expect(free == PhysicalIRQ(16))
    #expect(try mapLine(17, wanted: 16) == 16)
    #expect(throws: HypercallError.alreadyExists) {
      _ = try control.bind(PhysicalIRQ(16))
      _ = try control.bind(PhysicalIRQ(16))
    }
    for number in 128..<256 as Range<UInt32> {
      let free = try control.call(GetFreePhysicalIRQ(kind: .msi)) { $0.physicalDeviceGetFreeIRQ }.physicalIRQ
      #expect(free.rawValue == number)
    }
    #expect(control.refusal(GetFreePhysicalIRQ(kind: .msi)) { $0.physicalDeviceGetFreeIRQ } == .noSpace)
  }

  @Test func unmappingStopsTheInterrupt() throws {
    let irq = try mapLine(16)
    let port = try control.bind(PhysicalIRQ(16))
    try unmap(irq)
    #expect(machine.services.unmaskedLines.isEmpty)
    machine.hypervisor.interruptArrived(16)
    #expect(!control.isPending(port))
    #expect(machine.hypervisor.auditPorts() == 0)
    // The number can stand for another interrupt; the old port's close leaves that alone.
    #expect(try mapLine(17, wanted: 16) == 16)
    let other = try control.bind(PhysicalIRQ(16))
    try control.close(port)
    machine.hypervisor.interruptArrived(17)
    #expect(control.isPending(other))
    #expect(machine.hypervisor.auditPorts() == 0)
  }
}
