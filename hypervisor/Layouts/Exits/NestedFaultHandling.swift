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
      vcpu.raise(.generalProtection)  // what the ABI's documents promise for a write through a read-only grant
      return
    case .ramReadOnly where fault.isWrite, .logDirty where fault.isWrite: break
    default:
      // Allowed by now: the map changed, or the translation was stale. Execute again.
      if !fault.isFetch || entry.type.isMemory {
        domain.flushTranslations()
        return
      }
    }
    if fault.isFetch || fault.isTableWalk {
      let what: StaticString = fault.isFetch ? "code" : "a page table"
      domain.object.hypervisor.logGuest(
        .error, "d\(domain.object.id): \(what) at \(fault.address), where there is no memory")
      crash(vcpu, .badNestedFault, 0)
      return
    }
    emulate(vcpu, fault)
  }

  /// Carries out the instruction that reached for what is no memory.
  private static func emulate(_ vcpu: Handle<VCPU>, _ fault: NestedFault) {
    readPointers(vcpu)
    let bytes = InstructionFetch.fetch(Self.self, vcpu)
    guard let instruction = InstructionFetch.decode(bytes, codeSize(vcpu)),
      instruction.readsMemory || instruction.writesMemory
    else {
      vcpu.object.domain.object.hypervisor.logGuest(
        .error,
        "d\(vcpu.object.domain.object.id): an instruction at \(hex: vcpu.object.registers.rip) reached for \(fault.address): expected a MOV, or an operation on memory"
      )
      crash(vcpu, .undecodableAccess, 0)
      return
    }
    var access = EmulatedAccess(vcpu: vcpu, fault: fault, size: instruction.operandSize)
    var value: UInt64 = 0
    let target = vcpu.object.registers
    if instruction.isExhausted(target) {
      instruction.skip(&vcpu.object.registers)
      writePointers(vcpu)
      return
    }
    do throws(PageWalkError) {
      let isString = instruction.form == .string
      if instruction.readsMemory {
        let operand = isString ? instruction.source : instruction.memory
        let address = instruction.linearAddress(operand, target) { Self.segmentBase(vcpu, $0) }
        value = try access.read(address)
      }
      if let result = instruction.execute(read: value, on: &vcpu.object.registers) {
        let address = instruction.linearAddress(instruction.memory, target) { Self.segmentBase(vcpu, $0) }
        try access.write(result, at: address)
      }
      instruction.advance(&vcpu.object.registers)
      writePointers(vcpu)
    } catch {
      vcpu.object.registers = target
      switch error {
      case .pageFault(let fault):
        vcpu.raise(
          GuestException(vector: 14, hasErrorCode: true, errorCode: fault.errorCode.rawValue),
          address: fault.address.rawValue)
      case .notCanonical: vcpu.raise(.generalProtection)
      case .tableOutsideMemory: crash(vcpu, .badNestedFault, 0)
      case .contended: return
      }
    }
  }
}

/// The memory side of an emulated instruction: each operand is translated by the guest's tables, and is either memory
/// of the domain or a device of the platform.
private struct EmulatedAccess {
  let vcpu: Handle<VCPU>
  let fault: NestedFault
  let size: UInt8

  private var limits: PagingLimits { vcpu.object.domain.object.hypervisor.object.pagingLimits }
  private var memory: DomainMemory { DomainMemory(vcpu.object.domain) }

  mutating func read(_ address: GuestVirtualAddress) throws(PageWalkError) -> UInt64 {
    let place = try vcpu.paging.translate(address, for: .read, limits: limits, in: memory).address
    var bytes = InlineArray<8, UInt8>(repeating: 0xFF)
    var span = bytes.mutableSpan
    var raw = unsafe span.mutableBytes  // bytes have no invalid values
    if memory.read(place, count: Int(size), into: &raw, at: 0) {
      return unsafe bytes.span.bytes.loadChecked(at: 0, as: UInt64.self) & mask
    }
    return DeviceMemory.read(vcpu, place, size) & mask
  }

  mutating func write(_ value: UInt64, at address: GuestVirtualAddress) throws(PageWalkError) {
    let place = try vcpu.paging.translate(address, for: .write, limits: limits, in: memory).address
    var bytes = InlineArray<8, UInt8>(repeating: 0)
    var span = bytes.mutableSpan
    var raw = unsafe span.mutableBytes  // bytes have no invalid values
    raw.storeChecked(value, at: 0)
    if memory.write(unsafe bytes.span.bytes.extracting(first: Int(size)), to: place) { return }
    DeviceMemory.write(vcpu, place, value, size)
  }

  private var mask: UInt64 { size >= 8 ? .max : 1 << (UInt64(size) &* 8) &- 1 }
}

/// The devices that a pvh domain sees in memory: its local APIC. What else it reaches for is not there: reads give all
/// ones, writes are lost.
enum DeviceMemory {
  static func read(_ vcpu: Handle<VCPU>, _ address: GuestPhysicalAddress, _ size: UInt8) -> UInt64 {
    guard address.frame == vcpu.object.apic.mmioFrame else { return .max }
    let now = vcpu.object.domain.object.hypervisor.now
    let offset = UInt32(truncatingIfNeeded: address.offsetInFrame)
    // Registers are 32 bits wide; what is narrower gets its part of them.
    let word = vcpu.object.apic.readMemory(offset: offset & ~3, at: now)
    return UInt64(word) >> (UInt64(offset & 3) &* 8)
  }

  static func write(_ vcpu: Handle<VCPU>, _ address: GuestPhysicalAddress, _ value: UInt64, _ size: UInt8) {
    guard address.frame == vcpu.object.apic.mmioFrame, size >= 4 else { return }
    let now = vcpu.object.domain.object.hypervisor.now
    let effects = vcpu.object.apic.writeMemory(
      offset: UInt32(truncatingIfNeeded: address.offsetInFrame), UInt32(truncatingIfNeeded: value), at: now)
    vcpu.apply(effects)
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
