#if canImport(XenABI)
  import XenABI
#endif
#if canImport(CMachine)
  import CMachine
#endif
#if canImport(Core)
  import Core
#endif

/// What the VMX layout keeps for a physical CPU, in a frame of its own.
struct VMXCPUState: ~Copyable {
  let capabilities: VMXCapabilities
  let controls: VMXControls
  let maps: VMXPermissionMaps
  let host: VMXHostState
  /// VPIDs, 16 bits of which 0 is the hypervisor's own (Intel SDM vol. 3 28.1).
  var identifiers = AddressSpaceIDs(count: 1 << 16)
  /// The address of the current VMCS; no frame's where there is none.
  private(set) var current = MachineAddress(.max)
  /// The current VMCS was entered since it was made current: entries resume it.
  var isLaunched = false

  init(
    capabilities: VMXCapabilities, controls: VMXControls, maps: VMXPermissionMaps, host: VMXHostState
  ) {
    self.capabilities = capabilities
    self.controls = controls
    self.maps = maps
    self.host = host
  }

  /// VMCLEAR of the VMCS that was current, then VMPTRLD: neither fails, the addresses are VMCSs' by construction.
  ///
  /// So the processor holds one VMCS at a time; `VMXLayout.release` takes it away before its frame is freed (24.11.1).
  @inline(never)
  mutating func makeCurrent(_ address: MachineAddress) {
    clear()
    _ = VMXInstruction.onPointer(address, apus_vmptrld)
    current = address
  }

  /// VMCLEAR of the current VMCS, if there is one.
  mutating func clear() {
    if current != MachineAddress(.max) { _ = VMXInstruction.onPointer(current, apus_vmclear) }
    current = MachineAddress(.max)
    isLaunched = false
  }

  /// VMCLEAR of a new VMCS, before it is made current.
  func prepare(_ address: MachineAddress) { _ = VMXInstruction.onPointer(address, apus_vmclear) }
}

/// What the VMX layout keeps for a vCPU besides its VMCS.
struct VMXVCPUState: ~Copyable {
  /// The value of the EPT-pointer field.
  var eptPointer: UInt64 = 0
  /// The generation of VPIDs that the vCPU's is of; 0 where it has none yet.
  var identifierGeneration: UInt64 = 0
  var vpid: UInt16 = 0
  /// The flushes that were made for it, for tests: emulators do not show a missing one.
  var nestedFlushes: UInt64 = 0
  var linearFlushes: UInt64 = 0
  /// The registers in `unswitched` are in the processor, not here.
  var isLive = false
  var unswitched = UnswitchedRegisters()
  /// DR0-DR3 and DR6 are in the processor, and accesses to debug registers do not exit.
  var debugIsLive = false
  /// DR0-DR3.
  var debug = InlineArray<4, UInt64>(repeating: 0)
  /// DR6 as after a reset.
  var debugStatus: UInt64 = 0xFFFF_0FF0
  /// When the guest must be left at the latest.
  var deadline = TSCTicks.never
  /// Why the last entry instruction failed; nil where it did not.
  var instructionError: VMXInstructionError?

  init() {}
}

/// The guest's registers that neither entry nor exit switches, and that stay in the processor while the hypervisor
/// runs, which uses none of them: they are switched from vCPU to vCPU.
struct UnswitchedRegisters: BitwiseCopyable {
  var cr2: UInt64 = 0
  var star: UInt64 = 0
  var lstar: UInt64 = 0
  var cstar: UInt64 = 0
  var sfmask: UInt64 = 0
  var kernelGSBase: UInt64 = 0
  var tscAux: UInt64 = 0
}

extension Handle where Object == CPU {
  @inline(__always)
  var vmx: Handle<VMXCPUState> { Handle<VMXCPUState>(at: object.layoutState, in: object.hypervisor.object.map) }
}

extension Handle where Object == VCPU {
  @inline(__always)
  var vmx: Handle<VMXVCPUState> {
    Handle<VMXVCPUState>(at: object.layoutState, in: object.domain.object.hypervisor.object.map)
  }
}
