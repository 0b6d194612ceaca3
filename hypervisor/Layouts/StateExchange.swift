#if canImport(XenABI)
  import XenABI
#endif
#if canImport(CMachine)
  import CMachine
#endif
#if canImport(Core)
  import Core
#endif

/// A vCPU's registers as a whole, the same for every layout: `LayoutServices` in terms of `Layout`.
extension Layout {
  /// Makes a new vCPU ready for registers.
  package static func prepareNew(_ vcpu: Handle<VCPU>) {
    VectorState.initialise(vcpu)
    prepare(vcpu)
  }

  /// Gives a vCPU that does not run its registers, if the processor would enter a guest with them; else it keeps those
  /// it had, and the log says which rule is broken.
  package static func load(_ vcpu: Handle<VCPU>, _ state: HVMProcessorState) -> Bool {
    let old = readState(vcpu)
    writeState(vcpu, state)
    do throws(RuleViolation) {
      try checkState(vcpu)
      return true
    } catch {
      takeBack(vcpu, old)
      let domain = vcpu.object.domain
      domain.object.hypervisor.log(
        .warning,
        "d\(domain.object.id)v\(vcpu.object.id): state refused: \(error.field) is \(hex: error.value), expected: \(error.rule) (\(error.section))"
      )
      return false
    }
  }

  /// Gives a vCPU the registers again that it had; those of a new one are all zero, which breaks rules, too.
  private static func takeBack(_ vcpu: Handle<VCPU>, _ old: HVMProcessorState) {
    writeState(vcpu, old)
    do throws(RuleViolation) { try checkState(vcpu) } catch {}
  }
}
