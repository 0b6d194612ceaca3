import Builder
import XenABI

@testable import Core

/// A control domain that makes others, by hypercalls alone.
struct DomainMaker {
  let machine = TestMachine()
  let control: TestDomain
  static let buffer = GuestVirtualAddress(0x8000)

  init(width: CallWidth = .bits64) {
    let host = EveryBitHost()
    machine.services.cpuid = CPUIDTable(
      host: host, policy: .testing(CPUIDPolicy.Capabilities.extendedStates.union(.processContextIdentifiers)))
    control = machine.makeDomain(0, isPrivileged: true, width: width)
  }

  /// domctl with a structure at `scratch`: what became of it, and of the structure.
  func call<S: WireStructure>(_ structure: S, by caller: TestDomain? = nil) -> (outcome: HypercallOutcome, answer: S) {
    let caller = caller ?? control
    caller.write(structure)
    let outcome = caller.dispatch(.domainControl, TestDomain.scratch.rawValue)
    return (outcome, caller.read(S.self))
  }

  func result<S: WireStructure>(_ structure: S) -> HypercallOutcome { call(structure).outcome }

  /// Makes a domain of the default kind.
  func create(_ id: UInt16 = 0, _ change: (inout DomainControlCreate) -> Void = { _ in }) -> (
    outcome: HypercallOutcome, id: DomainID
  ) {
    var request = DomainControlCreate(domain: DomainID(id))
    change(&request)
    let (outcome, answer) = call(request)
    return (outcome, answer.header.domain)
  }

  func find(_ id: DomainID) -> Handle<Domain>? { machine.hypervisor.object.domains.find(id) }

  func plain(_ operation: DomainControlOperation, _ id: DomainID) -> HypercallOutcome {
    result(DomainControl(header: DomainControlHeader(operation: operation, domain: id)))
  }

  /// A domain with a vCPU and some memory.
  func made() -> Handle<Domain> {
    let id = create().id
    _ = result(
      DomainControlMaximumMemory(
        header: DomainControlHeader(operation: .setMaximumMemory, domain: id), kibibytes: 256))
    _ = result(DomainControlVCPUCount(domain: id, count: 1))
    guard let domain = find(id) else { preconditionFailure("no domain was made") }
    return domain
  }

  // MARK: Saved state

  /// Puts records into the buffer: each a descriptor and bytes; returns how many bytes that are.
  func put(_ records: [(HVMSaveDescriptor, [UInt8])]) -> UInt32 {
    var place = Self.buffer
    for (descriptor, bytes) in records {
      control.write(descriptor, at: place)
      place = place.advanced(by: 8)
      for (index, byte) in bytes.enumerated() { control.write(byte, at: place.advanced(by: UInt64(index))) }
      place = place.advanced(by: UInt64(bytes.count))
    }
    return UInt32(place.rawValue - Self.buffer.rawValue)
  }

  static func bytes<S: WireStructure>(_ value: S) -> [UInt8] {
    var writer = WireWriter(WireBytes(), width: .bits64)
    value.write(to: &writer)
    return (0..<S.size(.bits64)).map { writer.bytes[$0] }
  }

  static var header: (HVMSaveDescriptor, [UInt8]) {
    (HVMSaveDescriptor(type: .header, length: 24), bytes(HVMSaveHeader()))
  }
  static var end: (HVMSaveDescriptor, [UInt8]) { (HVMSaveDescriptor(type: .end), []) }

  static func processor(
    _ state: HVMProcessorState, vectors: [UInt8] = [UInt8](repeating: 0, count: 512), instance: UInt16 = 0
  ) -> (HVMSaveDescriptor, [UInt8]) {
    let record =
      vectors + bytes(state.general) + bytes(state.control) + bytes(state.segments) + bytes(state.system)
    return (HVMSaveDescriptor(type: .processor, instance: instance, length: UInt32(record.count)), record)
  }

  func set(_ records: [(HVMSaveDescriptor, [UInt8])], of id: DomainID, size: UInt32? = nil) -> HypercallOutcome {
    let count = put(records)
    return result(
      DomainControlContext(.setContext, domain: id, byteCount: size ?? count, buffer: Self.buffer))
  }

  func start(_ state: HVMProcessorState, of id: DomainID) -> HypercallOutcome {
    set([Self.header, Self.processor(state), Self.end], of: id)
  }

  static var kernel: HVMProcessorState {
    .start(at: GuestPhysicalAddress(0x10_0000), startInfo: GuestPhysicalAddress(0x5000))
  }
}
