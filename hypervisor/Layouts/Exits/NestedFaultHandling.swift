#if canImport(XenABI)
  import XenABI
#endif
#if canImport(Core)
  import Core
#endif

/// Accesses to guest-physical addresses that the domain's map does not allow.
extension Layout {
  @inline(never)
  static func resolve(_ vcpu: Handle<VCPU>, _ fault: NestedFault) {
    let domain = vcpu.object.domain
    let entry = domain.object.p2m.lookup(fault.address.frame)
    switch entry.type {
    case .hole:
      if domain.mapDevice(fault.address.frame) { return }
    case .grantReadOnly where fault.isWrite:
      raise(vcpu, .generalProtection)  // what the ABI's documents promise for a write through a read-only grant
      return
    case .ramReadOnly where fault.isWrite, .logDirty where fault.isWrite: break
    default:
      if fault.isFetch, entry.order > domain.object.p2m.format.largestExecutable {
        splitForExecution(vcpu, fault.address)
        return
      }
      // Allowed by now: the map changed, or the translation was stale. Execute again.
      if !fault.isFetch || entry.type.isMemory {
        executeAgain(vcpu, fault.address)
        return
      }
    }
    // What the processor does for an event is no instruction that could be emulated.
    if let event = interruptedEvent(vcpu) {
      domain.log(
        .error,
        "d\(domain.object.id): event \(hex: event.vector) can't be delivered: it needs \(fault.address), where there is no memory"
      )
      crash(vcpu, .undeliverableEvent, 0)
      return
    }
    if fault.isFetch || fault.isTableWalk {
      let what: StaticString = fault.isFetch ? "code" : "a page table"
      domain.log(
        .error, "d\(domain.object.id): \(what) at \(fault.address), where there is no memory")
      crash(vcpu, .badNestedFault, 0)
      return
    }
    emulate(vcpu, fault)
  }

  /// Code is fetched from a superpage that must not be executed from: the fetch is made again after the split.
  private static func splitForExecution(_ vcpu: Handle<VCPU>, _ address: GuestPhysicalAddress) {
    let domain = vcpu.object.domain
    let hypervisor = domain.object.hypervisor
    do throws(HypercallError) {
      try domain.object.p2m.splitForExecution(of: address.frame, allocator: &hypervisor.object.allocator)
        .complete(on: domain)
    } catch {
      crash(vcpu, .outOfMemory, 0)
    }
  }

  /// Goes back to the instruction, which should get on by now.
  private static func executeAgain(_ vcpu: Handle<VCPU>, _ address: GuestPhysicalAddress) {
    let domain = vcpu.object.domain
    if vcpu.object.repeatedFault.isHopeless(at: address.frame, exits: vcpu.object.exits.total) {
      domain.log(
        .error, "d\(domain.object.id): an access to \(address) faults for ever, though its map allows it")
      crash(vcpu, .badNestedFault, 0)
    }
    domain.flushTranslations()
  }

  /// Carries out the instruction that reached for what is no memory.
  private static func emulate(_ vcpu: Handle<VCPU>, _ fault: NestedFault) {
    readPointers(vcpu)
    let fetched: DecodedInstruction?
    do throws(OperandError) {
      fetched = try InstructionFetch.instruction(Self.self, vcpu)
    } catch {
      refuse(vcpu, error)
      return
    }
    guard let instruction = fetched, instruction.readsMemory || instruction.writesMemory
    else {
      vcpu.object.domain.log(
        .error,
        "d\(vcpu.object.domain.object.id): an instruction at \(hex: vcpu.object.registers.rip) reached for \(fault.address): expected a MOV, or an operation on memory"
      )
      crash(vcpu, .undecodableAccess, 0)
      return
    }
    do throws(OperandError) {
      try instruction.carryOut(for: vcpu) { Self.segmentBase(vcpu, $0) }
      writePointers(vcpu)
      endInstruction(vcpu)
    } catch {
      refuse(vcpu, error)
    }
  }

  /// Answers an operand that can't be reached as the processor would.
  static func refuse(_ vcpu: Handle<VCPU>, _ error: OperandError) {
    switch error {
    case .translation(.pageFault(let fault)):
      raise(
        vcpu, GuestException(vector: 14, hasErrorCode: true, errorCode: fault.errorCode.rawValue),
        address: fault.address.rawValue)
    case .translation(.notCanonical), .readOnlyGrant: raise(vcpu, .generalProtection)
    case .translation(.tableOutsideMemory): crash(vcpu, .badNestedFault, 0)
    case .translation(.contended): executeAgain(vcpu, GuestPhysicalAddress(vcpu.paging.cr3))
    }
  }
}

extension Handle where Object == Domain {
  /// Shows the control domain the device registers at a frame where the machine has no RAM, at their own address.
  /// False where there is nothing to show, or the domain is another.
  package func mapDevice(_ frame: GuestFrame) -> Bool {
    guard object.isPrivileged, frame < P2M.frameLimit else { return false }
    let machineFrame = MachineFrame(frame.rawValue)
    let hypervisor = object.hypervisor
    if let entry = hypervisor.entry(machineFrame), entry.object.flags.isMemory { return false }
    // Local APIC, I/O APICs and HPET are ring -1's own; the domain's local APIC is emulated.
    if MachineRange.controllers.contains(machineFrame.address) { return false }
    do throws(HypercallError) {
      try object.p2m.set(frame, .page, to: machineFrame, .mmio, allocator: &hypervisor.object.allocator)
        .complete(on: self)
      return true
    } catch {
      return false
    }
  }
}
