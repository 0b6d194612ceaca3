import HypercallTable
import Testing
import XenABI

@testable import Core

/// What the public headers have and Apus has not is answered as the table says.
@Suite struct AbsentCallTests {
  @Test(arguments: [false, true]) func wholeCalls(isPrivileged: Bool) {
    let guest = TestMachine().makeDomain(isPrivileged ? 0 : 1, isPrivileged: isPrivileged)
    for absence in absentCalls {
      for (number, name) in absence.names {
        #expect(guest.dispatch(HypercallNumber(number), 0, 0x1000) == refused(absence.answer), "\(number) \(name)")
      }
    }
    // Nor is there anything past the last number, among it Hyper-V's calls.
    for number in [56, 64, 0x8000_0000, .max] as [UInt32] {
      #expect(guest.dispatch(HypercallNumber(number), 0, 0x1000) == refused(.notImplemented))
    }
  }

  @Test(arguments: [false, true], [CallWidth.bits64, .bits32])
  func operations(isPrivileged: Bool, width: CallWidth) {
    let guest = TestMachine().makeDomain(isPrivileged ? 0 : 1, isPrivileged: isPrivileged, width: width)
    var count = 0
    for call in hypercalls {
      for absence in call.absences {
        for (number, name) in absence.names {
          let expected = call.answer(to: absence, isPrivileged: isPrivileged)
          #expect(ask(guest, call, number) == refused(expected), "\(call.cName)/\(number) \(name)")
          count += 1
        }
      }
    }
    #expect(count > 150)
  }

  private func ask(_ guest: TestDomain, _ call: Hypercall, _ operation: UInt32) -> HypercallOutcome {
    switch call.convention {
    case .systemControl, .domainControl:
      // Sub-operation and version lead the structure.
      guest.write(operation, at: TestDomain.scratch)
      guest.write(SystemControlOperation.interfaceVersion, at: TestDomain.scratch.advanced(by: 4))
      return guest.dispatch(call.number, TestDomain.scratch.rawValue)
    case .vcpu: return guest.dispatch(call.number, UInt64(operation), 0, TestDomain.scratch.rawValue)
    default: return guest.dispatch(call.number, UInt64(operation), TestDomain.scratch.rawValue)
    }
  }
}
