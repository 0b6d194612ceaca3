/// What Core asks of the layout, done by the one that the machine runs in. Every address is that of an object that Core
/// holds a handle to, or has on its stack until the function returns.
var layoutServices: LayoutServices {
  LayoutServices(
    prepareDomain: { domain in PerCPU.machine.object.answerCPUID(of: Handle<Domain>(rawAddress: domain)) },
    takePolicy: { address in
      let vcpu = Handle<VCPU>(rawAddress: address)
      switch PerCPU.machine.object.layout {
      case .vmx: VMXLayout.takePolicy(vcpu)
      case .svm, .pv, .pv32: SVMLayout.takePolicy(vcpu)
      }
    },
    prepareVCPU: { address in
      let vcpu = Handle<VCPU>(rawAddress: address)
      switch PerCPU.machine.object.layout {
      case .vmx: VMXLayout.prepareNew(vcpu)
      case .svm, .pv, .pv32: SVMLayout.prepareNew(vcpu)
      }
    },
    load: { address, state in
      let vcpu = Handle<VCPU>(rawAddress: address)
      let state = Handle<HVMProcessorState>(rawAddress: state).object
      return switch PerCPU.machine.object.layout {
      case .vmx: VMXLayout.load(vcpu, state)
      case .svm, .pv, .pv32: SVMLayout.load(vcpu, state)
      }
    },
    store: { address, state in
      let vcpu = Handle<VCPU>(rawAddress: address)
      let place = Handle<HVMProcessorState>(rawAddress: state)
      switch PerCPU.machine.object.layout {
      case .vmx: place.object = VMXLayout.readState(vcpu)
      case .svm, .pv, .pv32: place.object = SVMLayout.readState(vcpu)
      }
    },
    releaseVCPU: { address in
      switch PerCPU.machine.object.layout {
      case .vmx: VMXLayout.release(Handle<VCPU>(rawAddress: address))
      case .svm, .pv, .pv32: SVMLayout.release(Handle<VCPU>(rawAddress: address))
      }
    },
    interruptsEnabled: { address in
      switch PerCPU.machine.object.layout {
      case .vmx: VMXLayout.interruptsEnabled(Handle<VCPU>(rawAddress: address))
      case .svm, .pv, .pv32: SVMLayout.interruptsEnabled(Handle<VCPU>(rawAddress: address))
      }
    },
    setTimeStampOffset: { address in
      let vcpu = Handle<VCPU>(rawAddress: address)
      switch PerCPU.machine.object.layout {
      case .vmx: VMXLayout.setTimeStampOffset(vcpu)
      case .svm, .pv, .pv32: SVMLayout.setTimeStampOffset(vcpu)
      }
    })
}

extension MachineState {
  /// Works out what CPUID answers a domain.
  func answerCPUID(of domain: Handle<Domain>) {
    var capabilities = CPUIDPolicy.Capabilities.tscDeadline.union(.upcallVector)
    if features.hasXSAVE { capabilities = capabilities.union(.extendedStates) }
    if features.hasRDTSCP { capabilities = capabilities.union(.tscAux) }
    // By it a kernel drops global translations without two writes of CR4, which exit on AMD-V.
    if layout == .svm { capabilities = capabilities.union(.invpcid) }
    let debugControl: DebugControl
    switch layout {
    case .vmx: debugControl = VMXLayout.debugControl(PerCPU.cpu)
    case .svm, .pv, .pv32: debugControl = SVMLayout.debugControl(PerCPU.cpu)
    }
    _ = Handle<CPUIDTable>(
      placing: CPUIDTable(
        host: MachineCPUID(components: hypervisor.object.extendedComponents),
        policy: CPUIDPolicy(
          layout: layout, domain: domain.object.id, capabilities: capabilities, clock: hypervisor.object.clock,
          debugControl: debugControl)),
      at: domain.object.cpuid, in: hypervisor.object.map)
  }
}
