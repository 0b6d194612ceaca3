import XenABI

@testable import Core

/// A domain of a `TestMachine`, and its guest: what the test writes to the guest's memory, and the calls it makes.
///
/// The guest's paging is off, so its pointers are guest-physical addresses. Page 1 on is the test's to use; `scratch`
/// is where calls put their structures.
struct TestDomain {
  let machine: TestMachine
  let domain: Handle<Domain>
  let vcpu: Handle<VCPU>
  let width: CallWidth

  /// Where the arguments of calls lie.
  static let scratch = GuestVirtualAddress(0x1000)

  init(
    _ machine: TestMachine, id: DomainID, isPrivileged: Bool, frames: UInt64, width: CallWidth,
    format: NestedTableFormat, maximumFrames: UInt64?
  ) {
    self.machine = machine
    self.width = width
    do throws(HypercallError) {
      let hypervisor = machine.hypervisor
      domain = try hypervisor.createDomain(
        id: id, layout: .svm, isPrivileged: isPrivileged, format: format, maximumFrames: maximumFrames ?? frames)
      domain.object.width = width
      vcpu = try hypervisor.createVCPU(in: domain, on: machine.cpu)
      vcpu.object.isOnline = true
    } catch {
      preconditionFailure("no domain can be made: \(error)")
    }
    populate(GuestFrame(0), frames)
    domain.refreshTime()
    domain.updateRunnable()
  }

  /// Gives the domain frames of its own, one by one: whichever are free, also where guest frames are machine frames.
  func populate(_ first: GuestFrame, _ count: UInt64) {
    for index in 0..<count {
      guard let frame = machine.hypervisor.object.allocator.allocate(.page, owner: domain.object.id) else {
        preconditionFailure("the test machine has too little memory")
      }
      map(first.advanced(by: index), to: frame, .ram)
      domain.object.memory.held += 1
      domain.object.memory.current += 1
    }
  }

  /// Changes the domain's map.
  func map(_ guestFrame: GuestFrame, to frame: MachineFrame, _ type: P2MType, _ order: FrameOrder = .page) {
    do throws(HypercallError) {
      try domain.map(guestFrame, order, to: frame, type)
    } catch {
      preconditionFailure("the map refuses \(guestFrame): \(error)")
    }
  }

  /// Who makes calls: the vCPU, with structures of the domain's width.
  var caller: Caller { Caller(vcpu, width: width) }
  var memory: GuestMemory { caller.memory }
  /// Whether the guest has been told of events.
  var isUpcallPending: Bool { vcpu.object.info.isUpcallPending }

  /// The guest's own look at its memory; a bad address is the test's mistake.
  func read<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type, at address: GuestVirtualAddress) -> T {
    trusted { () throws(HypercallError) in try memory.read(type, at: address) }
  }
  func write<T: FixedWidthInteger & BitwiseCopyable>(_ value: T, at address: GuestVirtualAddress) {
    trusted { () throws(HypercallError) in try memory.write(value, at: address) }
  }
  func read<S: WireStructure>(_ type: S.Type, at address: GuestVirtualAddress = Self.scratch) -> S {
    trusted { () throws(HypercallError) in try memory.read(type, at: address) }
  }
  func write<S: WireStructure>(_ value: S, at address: GuestVirtualAddress = Self.scratch) {
    trusted { () throws(HypercallError) in try memory.write(value, at: address) }
  }

  /// Makes a call with a structure in the guest's memory, and gives back what became of it.
  func call<S: WireStructure>(
    _ structure: S, _ operation: (Caller) -> (GuestVirtualAddress) throws(HypercallError) -> UInt64
  ) throws(HypercallError) -> S {
    write(structure)
    _ = try operation(caller)(Self.scratch)
    return read(S.self)
  }

  /// The error of a call that must be refused; nil where it was not.
  func refusal<S: WireStructure>(
    _ structure: S, _ operation: (Caller) -> (GuestVirtualAddress) throws(HypercallError) -> UInt64
  ) -> HypercallError? {
    do throws(HypercallError) {
      _ = try call(structure, operation)
      return nil
    } catch {
      return error
    }
  }

  private func trusted<T>(_ body: () throws(HypercallError) -> T) -> T {
    do throws(HypercallError) { return try body() } catch { preconditionFailure("\(error)") }
  }

  // MARK: Events as the guest sees them

  /// Names a vector for upcalls: without one nobody wakes it.
  func takeUpcalls() {
    trusted { () throws(HypercallError) in
      try domain.object.parameters.set(.callbackIRQ, to: HVMParameter.callbackVector(0x40))
    }
  }

  /// The guest takes a port's event: true where there was one.
  func consume(_ port: EventPort) -> Bool {
    guard domain.object.sharedInfo.isPending(port) else { return false }
    domain.object.sharedInfo.clearPending(port)
    return true
  }
  func isPending(_ port: EventPort) -> Bool { domain.object.sharedInfo.isPending(port) }
  func mask(_ port: EventPort) { domain.object.sharedInfo.setMask(port, domain.object.width) }
  /// The guest answers the upcall: pending byte and selector are cleared.
  func acknowledgeUpcall() {
    let record = machine.map.pointer(vcpu.object.info.address)
    record.storeBytes(of: 0, as: UInt8.self)
    if width == .bits64 {
      record.storeBytes(of: 0, toByteOffset: 8, as: UInt64.self)
    } else {
      record.storeBytes(of: 0, toByteOffset: 4, as: UInt32.self)
    }
  }
}
