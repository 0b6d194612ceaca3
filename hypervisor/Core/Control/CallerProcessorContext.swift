#if canImport(XenABI)
  import XenABI
#endif

/// domctl: the registers of a domain's vCPUs, as records of saved state (public headers `hvm/save.h` and
/// `arch-x86/hvm/save.h`).
///
/// There are a header, the registers and the local APIC's mode of each vCPU, and the end. What else Xen saves belongs
/// to pieces of a PC that a pvh domain does not have.
extension Caller {
  private static var longestContext: UInt32 { 64 << 10 }
  private static var mostRecords: Int { 64 }

  /// XEN_DOMCTL_gethvmcontext: writes the records into a buffer; without one, tells how large it has to be.
  ///
  /// - Throws: `noSuchDomain`; `invalidArgument` for the caller itself; `noSpace` for too small a buffer; `badAddress`.
  func domainControlGetContext(_ argument: GuestVirtualAddress, _ id: DomainID) throws(HypercallError) -> UInt64 {
    var request = try memory.read(DomainControlContext.self, at: argument)
    let subject = try liveOther(id)
    let size = ProcessorContextLayout.size(vcpuCount: subject.object.vcpuCount)
    if !request.buffer.isNull {
      guard request.byteCount >= size else { throw .noSpace }
      try writeContext(of: subject, to: request.buffer)
    }
    request.byteCount = size
    try memory.write(request, at: argument)
    return 0
  }

  private func writeContext(of subject: Handle<Domain>, to buffer: GuestVirtualAddress) throws(HypercallError) {
    var place = buffer
    let leaf = subject.cpuid.object.basic[1].eax
    let kilohertz = UInt32(truncatingIfNeeded: hypervisor.object.clock.frequency.kilohertz)
    try write(HVMSaveHeader(cpuid: leaf, kilohertz: kilohertz), .header, 0, at: &place)
    var number: UInt32 = 0
    while number < subject.object.vcpuCount {
      if let vcpu = subject.vcpu(VCPUID(number)) {
        try writeProcessor(vcpu, at: &place)
        let apic = HVMLocalAPIC(
          base: vcpu.object.apic.baseRegister, disabled: vcpu.object.apic.mode == .disabled ? 2 : 0,
          timerDivisor: 0, deadline: 0)
        try write(apic, .localAPIC, UInt16(truncatingIfNeeded: number), at: &place)
      }
      number &+= 1
    }
    try memory.write(HVMSaveDescriptor(type: .end), at: place)
  }

  /// Writes a record behind its descriptor, and moves on.
  private func write<Record: WireStructure>(
    _ record: Record, _ type: HVMSaveType, _ instance: UInt16, at place: inout GuestVirtualAddress
  ) throws(HypercallError) {
    let size = UInt32(truncatingIfNeeded: Record.size(.bits64))
    try memory.write(HVMSaveDescriptor(type: type, instance: instance, length: size), at: place)
    try memory.write(record, at: place.advanced(by: ProcessorContextLayout.descriptorSize))
    place = place.advanced(by: ProcessorContextLayout.descriptorSize &+ UInt64(size))
  }

  private func writeProcessor(_ vcpu: Handle<VCPU>, at place: inout GuestVirtualAddress) throws(HypercallError) {
    let size = HVMProcessorState.recordSize
    let instance = UInt16(truncatingIfNeeded: vcpu.object.id.rawValue)
    try memory.write(HVMSaveDescriptor(type: .processor, instance: instance, length: size), at: place)
    let record = place.advanced(by: ProcessorContextLayout.descriptorSize)
    var offset = 0
    while offset < HVMProcessorState.vectorSize {
      try memory.write(
        vcpu.vectorBytes(from: offset), count: wireCapacity, at: record.advanced(by: UInt64(offset)))
      offset &+= wireCapacity
    }
    var state = vcpu.processorState
    state.system.flags = HVMSystemRegisters.vectorStateIsValid
    try memory.write(state.general, at: record.advanced(by: ProcessorContextLayout.general))
    try memory.write(state.control, at: record.advanced(by: ProcessorContextLayout.control))
    try memory.write(state.segments, at: record.advanced(by: ProcessorContextLayout.segments))
    try memory.write(state.system, at: record.advanced(by: ProcessorContextLayout.system))
    place = record.advanced(by: UInt64(size))
  }

  /// XEN_DOMCTL_sethvmcontext: gives the vCPUs that the records name their registers, and brings them online.
  ///
  /// - Throws: `noSuchDomain`; `invalidArgument` for the caller itself, a record that is not known, of another size or of
  ///   a vCPU that is not there, and for registers that the processor would refuse, which the log names; `noData` where
  ///   the records end too early; `badAddress`. The records before the one that is refused have taken effect.
  func domainControlSetContext(_ argument: GuestVirtualAddress, _ id: DomainID) throws(HypercallError) -> UInt64 {
    let request = try memory.read(DomainControlContext.self, at: argument)
    let subject = try liveOther(id)
    guard request.byteCount <= Self.longestContext else { throw .invalidArgument }
    var left = request.byteCount
    var place = request.buffer
    var records = 0
    while records < Self.mostRecords {
      guard left >= UInt32(ProcessorContextLayout.descriptorSize) else { throw .noData }
      let descriptor = try memory.read(HVMSaveDescriptor.self, at: place)
      left &-= UInt32(ProcessorContextLayout.descriptorSize)
      place = place.advanced(by: ProcessorContextLayout.descriptorSize)
      guard descriptor.length <= left else { throw .noData }
      guard (records == 0) == (descriptor.type == .header) else { throw .invalidArgument }
      if descriptor.type == .end { return 0 }
      try load(descriptor, at: place, into: subject)
      left &-= descriptor.length
      place = place.advanced(by: UInt64(descriptor.length))
      records &+= 1
    }
    throw .invalidArgument
  }

  private func load(
    _ descriptor: HVMSaveDescriptor, at place: GuestVirtualAddress, into subject: Handle<Domain>
  ) throws(HypercallError) {
    switch descriptor.type {
    case .header:
      guard descriptor.length == UInt32(HVMSaveHeader.size(.bits64)) else { throw .invalidArgument }
      let header = try memory.read(HVMSaveHeader.self, at: place)
      guard header.magic == HVMSaveHeader.magic, header.version == HVMSaveHeader.version else {
        throw .invalidArgument
      }
    case .processor:
      let target = try target(of: descriptor, in: subject, size: HVMProcessorState.recordSize)
      try loadProcessor(target, at: place)
    case .localAPIC:
      let target = try target(of: descriptor, in: subject, size: UInt32(HVMLocalAPIC.size(.bits64)))
      try loadLocalAPIC(target, try memory.read(HVMLocalAPIC.self, at: place))
    case .memoryTypes:
      // A toolstack sends them for each vCPU; a guest here has no MTRRs, the hypervisor's own page types hold.
      break
    default: throw .invalidArgument
    }
  }

  private func target(
    of descriptor: HVMSaveDescriptor, in subject: Handle<Domain>, size: UInt32
  ) throws(HypercallError) -> Handle<VCPU> {
    guard descriptor.length == size, let target = subject.vcpu(VCPUID(UInt32(descriptor.instance))) else {
      throw .invalidArgument
    }
    return target
  }

  /// Reads a vCPU's record, once, checks it and gives it to the vCPU.
  private func loadProcessor(_ target: Handle<VCPU>, at record: GuestVirtualAddress) throws(HypercallError) {
    var state = HVMProcessorState()
    state.general = try memory.read(
      HVMGeneralRegisters.self, at: record.advanced(by: ProcessorContextLayout.general))
    state.control = try memory.read(
      HVMControlRegisters.self, at: record.advanced(by: ProcessorContextLayout.control))
    state.segments = try memory.read(
      HVMSegmentRegisters.self, at: record.advanced(by: ProcessorContextLayout.segments))
    state.system = try memory.read(HVMSystemRegisters.self, at: record.advanced(by: ProcessorContextLayout.system))
    let hasVectors = state.system.flags & HVMSystemRegisters.vectorStateIsValid != 0
    var low = WireBytes()
    var high = WireBytes()
    if hasVectors {
      try memory.read(record, count: wireCapacity, into: &low)
      try memory.read(record.advanced(by: UInt64(wireCapacity)), count: wireCapacity, into: &high)
      try target.checkVectorBytes(low)
    }
    try target.start(state)
    target.setTimeStampCounter(state.system.tsc)
    if hasVectors {
      target.setVectorBytes(low, at: 0)
      target.setVectorBytes(high, at: wireCapacity)
    }
  }

  private func loadLocalAPIC(_ target: Handle<VCPU>, _ record: HVMLocalAPIC) throws(HypercallError) {
    do throws(GeneralProtection) {
      target.apply(try target.object.apic.writeBaseRegister(record.base))
    } catch {
      throw .invalidArgument
    }
  }
}

/// Where the parts of the records lie.
enum ProcessorContextLayout {
  static var descriptorSize: UInt64 { 8 }
  static var general: UInt64 { 512 }
  static var control: UInt64 { 656 }
  static var segments: UInt64 { 736 }
  static var system: UInt64 { 920 }

  /// The bytes of all records of a domain.
  static func size(vcpuCount: UInt32) -> UInt32 {
    let descriptor = UInt32(descriptorSize)
    let perVCPU = descriptor &* 2 &+ HVMProcessorState.recordSize &+ UInt32(HVMLocalAPIC.size(.bits64))
    return descriptor &* 2 &+ UInt32(HVMSaveHeader.size(.bits64)) &+ vcpuCount &* perVCPU
  }
}
