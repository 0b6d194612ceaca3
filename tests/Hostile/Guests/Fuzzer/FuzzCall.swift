/// A hypercall to be made.
struct FuzzCall {
  /// How it gets into the hypervisor.
  enum Path {
    /// The processor's instruction.
    case instruction
    /// The other processor maker's instruction.
    case otherInstruction
    /// The hypercall page.
    case page
  }

  var number: UInt64 = 0
  var arguments = InlineArray<5, UInt64>(repeating: 0)
  var width = CallWidth.bits64
  var path = Path.instruction
  /// The sub-operation that was meant, for the rules that the result is checked by.
  var operation: UInt64 = .max
  /// What the hypervisor must say to a domU.
  var refusal = Refusal.none

  /// Why a domU's call can't succeed.
  enum Refusal {
    case none
    /// It is for the control domain: EPERM, whatever the arguments are.
    case privileged
    /// It is there for the control domain only: ENOSYS, whatever the arguments are.
    case unseen
    /// It names another domain: it must fail.
    case foreign
  }

  init(_ number: UInt64) { self.number = number }

  /// Whether the number as the hypervisor takes it is this one.
  func isOf(_ known: HypercallNumber) -> Bool { UInt32(truncatingIfNeeded: number) == known.rawValue }
}
