#if canImport(XenABI)
  import XenABI
#endif
#if canImport(Machine)
  import Machine
#endif
#if canImport(CMachine)
  import CMachine
#endif
#if canImport(Core)
  import Core
#endif

/// CPUID and the model-specific registers.
extension Layout {
  /// CPUID: the answer of the domain's table. The instruction is still to be skipped.
  @inline(never)
  static func identify(_ vcpu: Handle<VCPU>) {
    let answer = vcpu.object.domain.cpuid.result(
      leaf: UInt32(truncatingIfNeeded: vcpu.object.registers.rax),
      subleaf: UInt32(truncatingIfNeeded: vcpu.object.registers.rcx), for: IdentifiedVCPU<Self>(vcpu: vcpu))
    vcpu.object.registers.rax = UInt64(answer.eax)
    vcpu.object.registers.rbx = UInt64(answer.ebx)
    vcpu.object.registers.rcx = UInt64(answer.ecx)
    vcpu.object.registers.rdx = UInt64(answer.edx)
  }

  static func readRegister(_ vcpu: Handle<VCPU>) {
    let number = UInt32(truncatingIfNeeded: vcpu.object.registers.rcx)
    let hypervisor = vcpu.object.domain.object.hypervisor
    let value: UInt64
    do throws(GeneralProtection) {
      switch MSRPolicy(vcpu.object.domain.cpuid.object).read(number) {
      case .state(let register): value = readMSR(vcpu, register)
      case .timeStampCounter: value = hypervisor.object.services.readTSC() &+ vcpu.object.tscOffset
      case .tscDeadline: value = vcpu.object.apic.tscDeadline.rawValue
      case .apicBase: value = vcpu.object.apic.baseRegister
      case .apic(let register): value = try vcpu.object.apic.readMSR(register, at: hypervisor.now)
      case .memoryTypes(let register): value = try vcpu.object.memoryTypes.read(register)
      case .value(let constant): value = constant
      case .fault: throw GeneralProtection()
      }
    } catch {
      refuse(vcpu, "read of", number)
      return
    }
    vcpu.object.registers.rax = value & 0xFFFF_FFFF
    vcpu.object.registers.rdx = value >> 32
    skipInstruction(vcpu)
  }

  static func writeRegister(_ vcpu: Handle<VCPU>) {
    let number = UInt32(truncatingIfNeeded: vcpu.object.registers.rcx)
    let value = vcpu.object.registers.rdx << 32 | vcpu.object.registers.rax & 0xFFFF_FFFF
    let domain = vcpu.object.domain
    do throws(GeneralProtection) {
      switch MSRPolicy(domain.cpuid.object).write(number, value) {
      case .state(let register, let value): writeMSR(vcpu, register, value)
      case .extendedFeatures(let wanted):
        let pagingIsOn = vcpu.paging.cr0.contains(.paging)
        let old = ExtendedFeatures(rawValue: readMSR(vcpu, .efer))
        writeMSR(vcpu, .efer, try old.afterWrite(wanted, pagingIsOn: pagingIsOn).rawValue)
      case .timeStampCounter(let wanted):
        vcpu.object.tscOffset = wanted.rawValue &- domain.object.hypervisor.object.services.readTSC()
        setTimeStampOffset(vcpu)
        vcpu.refreshTime()
      case .tscDeadline(let deadline): setTimeStampDeadline(vcpu, deadline)
      case .apicBase(let value): vcpu.apply(try vcpu.object.apic.writeBaseRegister(value))
      case .apic(let register, let value):
        vcpu.apply(try vcpu.object.apic.writeMSR(register, value, at: domain.object.hypervisor.now))
      case .memoryTypes(let register, let value):
        let addressBits = domain.cpuid.object.physicalAddressBits
        try vcpu.object.memoryTypes.write(register, value, addressBits: addressBits)
      case .hypercallPage(let frame):
        guard HypercallPage.write(to: frame, of: domain, for: kind) else { throw GeneralProtection() }
        domain.latchWidth(codeSize(vcpu) == .bits64 ? .bits64 : .bits32)
      case .ignored: break
      case .fault: throw GeneralProtection()
      }
    } catch {
      refuse(vcpu, "write of", number)
      return
    }
    skipInstruction(vcpu)
  }

  /// The local APIC counts system time: the guest's reading of its counter becomes that.
  private static func setTimeStampDeadline(_ vcpu: Handle<VCPU>, _ deadline: TSCTicks) {
    let hypervisor = vcpu.object.domain.object.hypervisor
    let reading = TSCTicks(deadline.rawValue &- vcpu.object.tscOffset)
    let time = deadline.rawValue == 0 ? Nanoseconds.zero : hypervisor.object.clock.systemTime(at: reading)
    vcpu.apply(vcpu.object.apic.setTSCDeadline(deadline, due: time, at: hypervisor.now))
  }

  private static func refuse(_ vcpu: Handle<VCPU>, _ verb: StaticString, _ number: UInt32) {
    vcpu.object.domain.log(
      .debug, "d\(vcpu.object.domain.object.id): \(verb) MSR \(hex: number), which it does not have: #GP")
    raise(vcpu, .generalProtection)
  }
}

/// What of a vCPU shows in CPUID's answers.
struct IdentifiedVCPU<L: Layout>: CPUIDGuest {
  let vcpu: Handle<VCPU>

  var controlRegister4: ControlRegister4 { L.controlRegister4(vcpu) }
  var enabledStates: ExtendedStates { ExtendedStates(rawValue: VectorState.control(vcpu)) }
  var apicID: UInt32 { vcpu.object.apic.id }
  var isAPICEnabled: Bool { vcpu.object.apic.mode != .disabled }
  var vcpuID: VCPUID { vcpu.object.id }
}

/// The processor's CPUID, for the tables of domains.
package struct MachineCPUID: HostCPUID {
  /// The components of extended state that guests may have; 0 without XSAVE.
  private let components: UInt64

  package init(components: UInt64) { self.components = components }

  package func leaf(_ leaf: UInt32, _ subleaf: UInt32) -> CPUIDResult {
    let result =
      leaf == 0xD && subleaf == 1 && components != 0
      ? VectorState.leaf(1, enabled: components) : apus_cpuid(leaf, subleaf)
    return CPUIDResult(eax: result.eax, ebx: result.ebx, ecx: result.ecx, edx: result.edx)
  }
}

/// The page of call stubs that a guest has written by an MSR: 128 slots of 32 bytes (public header
/// `arch-x86/xen.h`, `hypercall page`).
enum HypercallPage {
  /// Slot 23, iret, which has no meaning for a pvh guest: UD2.
  private static var interruptReturn: UInt32 { 23 }

  static func write(to frame: GuestFrame, of domain: Handle<Domain>, for layout: RingLayout) -> Bool {
    let memory = DomainMemory(domain)
    var slot: UInt32 = 0
    while slot < 128 {
      var bytes = InlineArray<32, UInt8>(repeating: 0xCC)
      if slot == interruptReturn {
        bytes[0] = 0x0F
        bytes[1] = 0x0B
      } else {
        bytes[0] = 0xB8  // MOV EAX, slot
        bytes[1] = UInt8(truncatingIfNeeded: slot)
        bytes[2] = 0
        bytes[3] = 0
        bytes[4] = 0
        bytes[5] = 0x0F  // VMCALL or VMMCALL
        bytes[6] = 0x01
        bytes[7] = layout == .svm ? 0xD9 : 0xC1
        bytes[8] = 0xC3  // RET
      }
      let place = frame.address.advanced(by: UInt64(slot) &* 32)
      guard unsafe memory.write(bytes.span.bytes, to: place) else { return false }
      slot &+= 1
    }
    return true
  }
}
