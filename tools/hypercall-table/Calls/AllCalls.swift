/// The one table of hypercalls: what is not in it is answered with -ENOSYS.
///
/// Dispatch, the guest's stubs and the reference page are made from it; `make hypercalls` renews them, and a test
/// compares them with what the table gives.
public let hypercalls: [Hypercall] = [
  memoryCall, multicallCall, setTimerCall, versionCall, consoleCall, grantTableCall, vmAssistCall, vcpuCall,
  schedulerCall, eventChannelCall, physicalDeviceCall, hvmCall, systemControlCall, domainControlCall, apusCall,
]
