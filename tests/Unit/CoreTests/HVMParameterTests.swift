import Testing
import XenABI

@testable import Core

@Suite struct HVMParameterTests {
  private func set(
    _ domain: TestDomain, _ parameter: HVMParameter, _ value: UInt64, of subject: DomainID = .current
  ) -> HypercallError? {
    domain.refusal(HVMParameterValue(domain: subject, index: parameter, value: value)) { $0.hvmSetParameter }
  }

  private func get(
    _ domain: TestDomain, _ parameter: HVMParameter, of subject: DomainID = .current
  ) throws -> UInt64 {
    try domain.call(HVMParameterValue(domain: subject, index: parameter)) { $0.hvmGetParameter }.value
  }

  @Test func aTripleFaultIsARebootUntilTheDomainSaysOtherwise() throws {
    let guest = TestMachine().makeDomain(1)
    #expect(guest.domain.object.parameters.tripleFaultReason == 1)
    #expect(set(guest, .tripleFaultReason, 3) == nil)
    #expect(try get(guest, .tripleFaultReason) == 3)
    for bad in [6, UInt64(UInt32.max), 1 << 32] { #expect(set(guest, .tripleFaultReason, bad) == .invalidArgument) }
    #expect(guest.domain.object.parameters.tripleFaultReason == 3)
  }

  @Test func aDomainSetsNothingOfItsConsoleAndStore() throws {
    let machine = TestMachine()
    let control = machine.makeDomain(0, isPrivileged: true)
    let guest = machine.makeDomain(1)
    for parameter in [HVMParameter.storeFrame, .storePort, .consoleFrame, .consolePort] {
      #expect(set(guest, parameter, 5) == .notPermitted)
      #expect(set(guest, parameter, 5, of: DomainID(1)) == .notPermitted)
      #expect(set(control, parameter, 5) == .notPermitted)
      #expect(try get(guest, parameter) == 0)
      #expect(set(control, parameter, 7, of: DomainID(1)) == nil)
      #expect(try get(guest, parameter) == 7)
      #expect(try get(control, parameter, of: DomainID(1)) == 7)
    }
  }

  @Test func refusesOtherDomainsAndUnknownParameters() {
    let machine = TestMachine()
    let control = machine.makeDomain(0, isPrivileged: true)
    let guest = machine.makeDomain(1)
    #expect(set(guest, .callbackIRQ, 0, of: .zero) == .notPermitted)
    #expect(set(guest, .callbackIRQ, 0, of: DomainID(9)) == .notPermitted)
    #expect(set(control, .callbackIRQ, 0, of: DomainID(9)) == .noSuchDomain)
    #expect(set(guest, HVMParameter(HVMParameter.count), 0) == .invalidArgument)
    #expect(set(guest, HVMParameter(.max), 0) == .invalidArgument)
    #expect(set(guest, HVMParameter(4), 1) == .notPermitted)
    #expect(set(control, HVMParameter(4), 1, of: DomainID(1)) == .invalidArgument)
    #expect(throws: HypercallError.notPermitted) { try get(guest, HVMParameter(4)) }
    #expect(throws: HypercallError.invalidArgument) { try get(guest, HVMParameter(39)) }
    #expect(throws: HypercallError.invalidArgument) { try get(control, HVMParameter(4), of: DomainID(1)) }
  }

  @Test func theCallbacksVectorIsTakenOutOfItsValue() throws {
    let guest = TestMachine().makeDomain(1)
    #expect(set(guest, .callbackIRQ, HVMParameter.callbackVector(0xF3)) == nil)
    #expect(guest.domain.object.parameters.callbackVector == 0xF3)
    // An interrupt line, which Linux sets behind a vector of the vCPU's own.
    #expect(set(guest, .callbackIRQ, 1) == nil)
    #expect(guest.domain.object.parameters.callbackVector == 0)
    #expect(try get(guest, .callbackIRQ) == 1)
    #expect(set(guest, .callbackIRQ, HVMParameter.callbackVector(15)) == .invalidArgument)
    #expect(set(guest, .callbackIRQ, HVMParameter.callbackVector(0)) == nil)
  }

  @Test func theCallbackTellsTheWidth() {
    let guest = TestMachine().makeDomain(1, width: .bits32)
    guest.domain.object.width = .bits64
    #expect(set(guest, .tripleFaultReason, 0) == nil)
    #expect(guest.domain.object.width == .bits64)
    #expect(set(guest, .callbackIRQ, HVMParameter.callbackVector(0x40)) == nil)
    #expect(guest.domain.object.width == .bits32)
  }

  @Test func theControlDomainsWidthIsNotAnothers() {
    let machine = TestMachine()
    let control = machine.makeDomain(0, isPrivileged: true, width: .bits32)
    let guest = machine.makeDomain(1)
    #expect(set(control, .callbackIRQ, HVMParameter.callbackVector(0x40), of: DomainID(1)) == nil)
    #expect(guest.domain.object.width == .bits64)
  }

  @Test func aCallbackWakesWhoHasEventsPending() {
    let machine = TestMachine()
    let control = machine.makeDomain(0, isPrivileged: true)
    let guest = machine.makeDomain(1)
    guest.vcpu.block()
    _ = guest.vcpu.object.info.setUpcallPending()
    #expect(guest.vcpu.object.isBlocked == true)
    #expect(set(control, .callbackIRQ, HVMParameter.callbackVector(0x40), of: DomainID(1)) == nil)
    #expect(guest.vcpu.object.isBlocked == false)
  }

  @Test func aVCPUsOwnVectorComesThroughItsLocalAPIC() throws {
    let guest = TestMachine().makeDomain(1)
    func set(_ vector: UInt8, _ vcpu: UInt32 = 0) -> HypercallError? {
      guest.refusal(HVMUpcallVector(vcpu: VCPUID(vcpu), vector: vector)) { $0.hvmSetUpcallVector }
    }
    #expect(set(15) == .invalidArgument)
    #expect(set(0xF3, 1) == .notFound)
    #expect(set(0xF3, .max) == .notFound)
    #expect(guest.vcpu.object.upcallVector == 0)
    #expect(set(0xF3) == nil)
    #expect(guest.vcpu.object.upcallVector == 0xF3)
    #expect(guest.vcpu.object.attention.contains(.localAPIC) == false)
  }

  @Test func pageTablesDyingIsRefused() {
    let guest = TestMachine().makeDomain(1)
    #expect(guest.dispatch(.hvm, 9, TestDomain.scratch.rawValue) == refused(.notImplemented))
  }
}
