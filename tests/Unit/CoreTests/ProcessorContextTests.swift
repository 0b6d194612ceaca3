import Testing
import XenABI

@testable import Core

@Suite struct ProcessorContextTests {
  @Test func theSizeIsTold() {
    let maker = DomainMaker()
    let id = maker.made().object.id
    let (outcome, answer) = maker.call(DomainControlContext(domain: id))
    #expect(outcome == .done(0) && answer.byteCount == 8 + 24 + 8 + 1032 + 8 + 24 + 8)
    #expect(
      maker.result(DomainControlContext(domain: id, byteCount: answer.byteCount - 1, buffer: DomainMaker.buffer))
        == refused(.noSpace))
    #expect(
      maker.result(
        DomainControlContext(domain: id, byteCount: answer.byteCount, buffer: GuestVirtualAddress(1 << 30)))
        == refused(.badAddress))
    #expect(maker.result(DomainControlContext(domain: .zero)) == refused(.invalidArgument))
    #expect(maker.result(DomainControlContext(domain: DomainID(99))) == refused(.noSuchDomain))
    let empty = maker.create().id
    #expect(maker.call(DomainControlContext(domain: empty)).answer.byteCount == 8 + 24 + 8)
  }

  /// What is read is what was given, byte for byte, but for the counter, which goes on.
  @Test func readsWhatWasGiven() throws {
    let maker = DomainMaker()
    let domain = maker.made()
    let id = domain.object.id
    var state = DomainMaker.kernel
    var random = SplitMix64(seed: 33)
    state.general.rax = random.next()
    state.general.r15 = random.next()
    state.control.dr0 = random.next()
    state.system.star = random.next()
    state.system.kernelGSBase = 0xFFFF_8000_0000_1000
    state.system.tsc = 1_000_000
    state.system.flags = HVMSystemRegisters.vectorStateIsValid
    var vectors = (0..<512).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    vectors.replaceSubrange(24..<28, with: [0x80, 0x1F, 0, 0])
    #expect(
      maker.set([DomainMaker.header, DomainMaker.processor(state, vectors: vectors), DomainMaker.end], of: id)
        == .done(0))
    let vcpu = try #require(domain.vcpu(.zero))
    #expect(maker.machine.services.offsets[vcpu.rawAddress] == vcpu.object.tscOffset)
    maker.machine.advance(Nanoseconds(500))
    let (outcome, answer) = maker.call(
      DomainControlContext(domain: id, byteCount: 4096, buffer: DomainMaker.buffer))
    #expect(outcome == .done(0))
    let bytes = maker.control.bytes(Int(answer.byteCount), at: DomainMaker.buffer)
    #expect(Array(bytes[40..<552]) == vectors)
    #expect(Array(bytes[552..<696]) == DomainMaker.bytes(state.general))
    #expect(Array(bytes[696..<776]) == DomainMaker.bytes(state.control))
    #expect(Array(bytes[776..<960]) == DomainMaker.bytes(state.segments))
    let system = maker.control.read(HVMSystemRegisters.self, at: DomainMaker.buffer.advanced(by: 960))
    #expect(system.tsc == 1_000_500 && system.star == state.system.star)
    let apic = maker.control.read(HVMLocalAPIC.self, at: DomainMaker.buffer.advanced(by: 1080))
    #expect(apic.base == 0xFEE0_0900 && apic.disabled == 0)
    // And can be given back as it is.
    #expect(
      maker.result(
        DomainControlContext(.setContext, domain: id, byteCount: answer.byteCount, buffer: DomainMaker.buffer))
        == .done(0))
  }

  @Test func recordsHaveToBeInOrder() {
    let maker = DomainMaker()
    let id = maker.made().object.id
    let processor = DomainMaker.processor(DomainMaker.kernel)
    let header = DomainMaker.header
    let end = DomainMaker.end
    #expect(maker.set([processor, end], of: id) == refused(.invalidArgument))
    #expect(maker.set([end], of: id) == refused(.invalidArgument))
    #expect(maker.set([header, header, end], of: id) == refused(.invalidArgument))
    #expect(maker.set([header, processor], of: id) == refused(.noData))
    #expect(maker.set([header], of: id) == refused(.noData))
    #expect(maker.set([], of: id) == refused(.noData))
    #expect(maker.set([header, processor, end], of: id, size: 500) == refused(.noData))
    #expect(maker.set([header, end], of: id, size: 1 << 20) == refused(.invalidArgument))
    #expect(maker.set([header, end], of: id) == .done(0))
    #expect(
      maker.set([header, DomainMaker.processor(DomainMaker.kernel, instance: 1), end], of: id)
        == refused(.invalidArgument))
    let short = (HVMSaveDescriptor(type: .processor, length: 1024), [UInt8](repeating: 0, count: 1024))
    #expect(maker.set([header, short, end], of: id) == refused(.invalidArgument))
    let interrupts = (HVMSaveDescriptor(type: HVMSaveType(3), length: 8), [UInt8](repeating: 0, count: 8))
    #expect(maker.set([header, interrupts, end], of: id) == refused(.invalidArgument))
    let types = (HVMSaveDescriptor(type: .memoryTypes, length: 240), [UInt8](repeating: 0, count: 240))
    #expect(maker.set([header, types, end], of: id) == .done(0))
    var other = HVMSaveHeader()
    other.magic = 1
    let bad = (HVMSaveDescriptor(type: .header, length: 24), DomainMaker.bytes(other))
    #expect(maker.set([bad, end], of: id) == refused(.invalidArgument))
  }

  /// Each broken rule is refused with a line that names it, and the vCPU stays as it was.
  @Test func rulesAreNamed() throws {
    let maker = DomainMaker()
    let domain = maker.made()
    let vcpu = try #require(domain.vcpu(.zero))
    func expect(
      _ field: String, _ rule: String, _ change: (inout HVMProcessorState) -> Void,
      location: SourceLocation = #_sourceLocation
    ) {
      var state = DomainMaker.kernel
      change(&state)
      _ = maker.machine.services.takeConsole()
      #expect(maker.start(state, of: domain.object.id) == refused(.invalidArgument), sourceLocation: location)
      let line = maker.machine.services.takeConsole()
      #expect(line.contains("d1v0: state refused: \(field) is "), "\(line)", sourceLocation: location)
      #expect(line.contains("expected: \(rule)"), "\(line)", sourceLocation: location)
      #expect(vcpu.object.isOnline == false, sourceLocation: location)
    }
    expect("CR0", "bits 63:32 are zero") { $0.control.cr0 |= 1 << 40 }
    expect("CR0", "PG only with PE") { $0.control.cr0 = 1 << 31 }
    expect("CR0", "NW only with CD") { $0.control.cr0 |= 1 << 29 }
    expect("CR4", "only what CPUID offers") { $0.control.cr4 = 1 << 13 }
    expect("CR4", "only what CPUID offers") { $0.control.cr4 = 1 << 12 }
    expect("CR4", "PCIDE only in long mode") { $0.control.cr4 = 1 << 17 }
    expect("EFER", "only what CPUID offers") { $0.system.efer = 1 << 12 }
    expect("EFER", "LMA as LME and CR0.PG") { $0.system.efer = 1 << 10 }
    expect("CR4", "PAE in long mode") {
      $0.control.cr0 |= 1 << 31
      $0.system.efer = 1 << 8 | 1 << 10
    }
    expect("DR6", "bits 63:32 are zero") { $0.control.dr6 = 1 << 32 }
    expect("DR7", "bits 63:32 are zero") { $0.control.dr7 = 1 << 33 }
    expect("RFLAGS", "bit 1 is one") { $0.general.rflags = 0 }
    expect("RFLAGS", "bit 1 is one") { $0.general.rflags = 1 << 15 | 2 }
    expect("RIP", "canonical in 64-bit code") { $0.general.rip = 1 << 32 }
    expect("LSTAR", "a canonical address") { $0.system.lstar = 1 << 47 }
    expect("KERNEL_GS_BASE", "a canonical address") { $0.system.kernelGSBase = 1 << 63 }
    expect("FS base", "a canonical address") { $0.segments[.fs].base = 1 << 60 }
    expect("IDTR base", "a canonical address") { $0.segments[.idtr].base = 1 << 60 }
    expect("IDTR limit", "bits 31:16 are zero") { $0.segments[.idtr].limit = 1 << 16 }
    expect("TSC_AUX", "bits 63:32 are zero") { $0.system.tscAux = 1 << 32 }
    expect("SFMASK", "bits 63:32 are zero") { $0.system.sfmask = 1 << 32 }
    expect("pending event", "reserved bits are zero") { $0.system.pendingEvent = 1 << 31 | 1 << 20 }
    maker.machine.services.refusesStates = true
    #expect(maker.start(DomainMaker.kernel, of: domain.object.id) == refused(.invalidArgument))
    maker.machine.services.refusesStates = false
    #expect(maker.start(DomainMaker.kernel, of: domain.object.id) == .done(0) && vcpu.object.isOnline)
  }

  /// A bit of MXCSR that the processor does not have would be a fault in the hypervisor.
  @Test func vectorStateIsChecked() {
    let maker = DomainMaker()
    let id = maker.made().object.id
    var state = DomainMaker.kernel
    state.system.flags = HVMSystemRegisters.vectorStateIsValid
    var vectors = [UInt8](repeating: 0, count: 512)
    vectors[26] = 1
    func set() -> HypercallOutcome {
      maker.set([DomainMaker.header, DomainMaker.processor(state, vectors: vectors), DomainMaker.end], of: id)
    }
    #expect(set() == refused(.invalidArgument))
    #expect(maker.machine.services.takeConsole().contains("MXCSR"))
    state.system.flags = 0  // it is not looked at then
    #expect(set() == .done(0))
  }
}
