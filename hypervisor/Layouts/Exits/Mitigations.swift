#if canImport(XenABI)
  import XenABI
#endif
#if canImport(Machine)
  import Machine
#endif
#if canImport(Core)
  import Core
#endif

/// What is done against leaks outside of the exit stubs, which have guards of their own (boot/guards.inc).
package enum Mitigations {
  /// When the CPU goes from one domain to another.
  static func betweenDomains(_ previous: Handle<VCPU>, _ next: Handle<VCPU>) {
    guard next.object.cpu.object.hypervisor.object.speculation.contains(.predictorBarrier),
      previous.object.domain != next.object.domain
    else { return }
    ModelSpecificRegister.predictorCommand.value = 1
  }

  /// Once, on a CPU that enters ring -1.
  package static func takeEffect(_ controls: SpeculationControls, _ features: SpeculationFeatures) {
    guard controls.contains(.lastingRestriction) else { return }
    if features.contains(.automaticRestriction) {
      ModelSpecificRegister.efer.value |= ExtendedFeatures.automaticIBRS.rawValue
    } else {
      ModelSpecificRegister.speculationControl.value = 1 | (features.contains(.historyControl) ? 1 << 10 : 0)
    }
  }

  /// A line on what is done, in the words of `spec-ctrl=`.
  package static func describe(_ controls: SpeculationControls, to hypervisor: Handle<Hypervisor>) {
    var text: LogText = controls.isEmpty ? "mitigations: none" : "mitigations:"
    var bit: UInt32 = 0
    while bit < 8 {
      if controls.rawValue &>> bit & 1 != 0 { text = "\(text) \(word(bit))" }
      bit &+= 1
    }
    hypervisor.log(.info, text)
  }

  private static func word(_ bit: UInt32) -> StaticString {
    switch bit {
    case 0: "ibrs at exits;"
    case 1: "ibpb-entry;"
    case 2: "rsb;"
    case 3: "verw;"
    case 4: "l1d-flush;"
    case 5: "ibrs for good;"
    case 6: "ibpb between domains;"
    default: "no-exec-sp;"
    }
  }
}
