/// The state of a domain's vCPU, as hypercalls 36/33 and 36/34 have it (public header `arch-x86/hvm/save.h`).
struct ProcessorContext {
  /// Its registers.
  var state: HVMProcessorState
  /// 512 bytes of x87 and SSE state in the format of FXSAVE; none for the initial state.
  var vectors: [UInt8] = []

  init(_ state: HVMProcessorState) { self.state = state }

  /// How a pvh kernel starts.
  static func start(at entry: GuestPhysicalAddress, startInfo: GuestPhysicalAddress) -> Self {
    Self(.start(at: entry, startInfo: startInfo))
  }

  var instructionPointer: UInt64 { state.general.rip }
  var pageTableRoot: UInt64 { state.control.cr3 }
  /// The ring that it runs in: the stack segment's privilege level.
  var privilegeLevel: UInt8 { UInt8(truncatingIfNeeded: state.segments[.ss].attributes >> 5 & 3) }
  var isLongMode: Bool { state.system.efer >> 10 & 1 != 0 }
}

extension DomainControls {
  /// A vCPU's state, of a domain that is paused or not.
  ///
  /// - Throws: `noSuchDomain`, `notFound` where it has no such vCPU.
  static func processorContext(
    of domain: DomainID, vcpu: VCPUID = .zero
  ) throws(GuestError) -> ProcessorContext {
    var size = DomainControlContext(.getContext, domain: domain)
    try Hypercall.domainControlGetContext(&size)
    var bytes = [UInt8](repeating: 0, count: Int(size.byteCount))
    let count = size.byteCount
    let result = withAddress(of: &bytes) { address in
      var argument = DomainControlContext(
        .getContext, domain: domain, byteCount: count, buffer: GuestVirtualAddress(address))
      return Result { () throws(GuestError) in try Hypercall.domainControlGetContext(&argument) }
    }
    _ = try result.get()
    guard let context = ContextRecords.find(vcpu, in: bytes) else { throw .hypercall(.notFound) }
    return context
  }

  /// Gives a vCPU its state and brings it online.
  ///
  /// - Throws: `invalidArgument` where the processor would refuse it: the hypervisor's log names the rule.
  static func setProcessorContext(
    _ context: ProcessorContext, of domain: DomainID, vcpu: VCPUID = .zero
  ) throws(GuestError) {
    var bytes = ContextRecords.bytes(of: context, vcpu: vcpu)
    let count = UInt32(bytes.count)
    let result = withAddress(of: &bytes) { address in
      let argument = DomainControlContext(
        .setContext, domain: domain, byteCount: count, buffer: GuestVirtualAddress(address))
      return Result { () throws(GuestError) in try Hypercall.domainControlSetContext(argument) }
    }
    _ = try result.get()
  }
}

/// The records that carry it.
private enum ContextRecords {
  private static var descriptorSize: Int { 8 }

  static func bytes(of context: ProcessorContext, vcpu: VCPUID) -> [UInt8] {
    let recordSize = Int(HVMProcessorState.recordSize)
    let headerSize = HVMSaveHeader.size(.bits64)
    var bytes = [UInt8](repeating: 0, count: 3 * descriptorSize + headerSize + recordSize)
    RecordBytes.put(HVMSaveDescriptor(type: .header, length: UInt32(headerSize)), into: &bytes, at: 0)
    RecordBytes.put(HVMSaveHeader(), into: &bytes, at: descriptorSize)
    var place = descriptorSize + headerSize
    let descriptor = HVMSaveDescriptor(
      type: .processor, instance: UInt16(truncatingIfNeeded: vcpu.rawValue), length: HVMProcessorState.recordSize)
    RecordBytes.put(descriptor, into: &bytes, at: place)
    place += descriptorSize
    var state = context.state
    state.system.flags = 0
    if context.vectors.count == HVMProcessorState.vectorSize {
      for (index, byte) in context.vectors.enumerated() { bytes[place + index] = byte }
      state.system.flags = HVMSystemRegisters.vectorStateIsValid
    }
    RecordBytes.put(state.general, into: &bytes, at: place + 512)
    RecordBytes.put(state.control, into: &bytes, at: place + 656)
    RecordBytes.put(state.segments, into: &bytes, at: place + 736)
    RecordBytes.put(state.system, into: &bytes, at: place + 920)
    RecordBytes.put(HVMSaveDescriptor(type: .end), into: &bytes, at: place + recordSize)
    return bytes
  }

  static func find(_ vcpu: VCPUID, in bytes: [UInt8]) -> ProcessorContext? {
    var place = 0
    while place + descriptorSize <= bytes.count {
      let descriptor = RecordBytes.get(HVMSaveDescriptor.self, from: bytes, at: place)
      place += descriptorSize
      let length = Int(descriptor.length)
      guard descriptor.type != .end, length <= bytes.count - place else { return nil }
      if descriptor.type == .processor, UInt32(descriptor.instance) == vcpu.rawValue,
        descriptor.length == HVMProcessorState.recordSize
      {
        var state = HVMProcessorState()
        state.general = RecordBytes.get(HVMGeneralRegisters.self, from: bytes, at: place + 512)
        state.control = RecordBytes.get(HVMControlRegisters.self, from: bytes, at: place + 656)
        state.segments = RecordBytes.get(HVMSegmentRegisters.self, from: bytes, at: place + 736)
        state.system = RecordBytes.get(HVMSystemRegisters.self, from: bytes, at: place + 920)
        var context = ProcessorContext(state)
        context.vectors = Array(bytes[place..<place + HVMProcessorState.vectorSize])
        return context
      }
      place += length
    }
    return nil
  }
}

/// Structures of the ABI within an array of bytes.
enum RecordBytes {
  static func put<S: WireStructure>(_ value: S, into bytes: inout [UInt8], at place: Int) {
    var writer = WireWriter(WireBytes(), width: .bits64)
    value.write(to: &writer)
    for index in 0..<S.size(.bits64) { bytes[place + index] = writer.bytes[index] }
  }

  /// The caller has checked that the bytes are there.
  static func get<S: WireStructure>(_: S.Type, from bytes: [UInt8], at place: Int) -> S {
    var copy = WireBytes()
    for index in 0..<S.size(.bits64) { copy[index] = bytes[place + index] }
    var reader = WireReader(copy, width: .bits64)
    return S(from: &reader)
  }
}
