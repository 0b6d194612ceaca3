#if canImport(XenABI)
  import XenABI
#endif

/// The five arguments of a hypercall, apart from the registers they come in: what a multicall entry holds.
package struct HypercallArguments: Equatable, BitwiseCopyable {
  package var first: UInt64 = 0
  package var second: UInt64 = 0
  package var third: UInt64 = 0
  package var fourth: UInt64 = 0
  package var fifth: UInt64 = 0

  package init() {}
}

/// A hypercall's number is in RAX. 64-bit callers pass the arguments in RDI, RSI, RDX, R10, R8 and 32-bit callers in
/// EBX, ECX, EDX, ESI, EDI, with upper halves of no meaning. The result goes to RAX or EAX
/// (public headers `arch-x86/xen-x86_64.h`, `arch-x86/xen-x86_32.h`).
extension GeneralRegisters {
  /// The arguments, all of them.
  package func arguments(_ width: CallWidth) -> HypercallArguments {
    var arguments = HypercallArguments()
    switch width {
    case .bits64:
      arguments.first = rdi
      arguments.second = rsi
      arguments.third = rdx
      arguments.fourth = r10
      arguments.fifth = r8
    case .bits32:
      arguments.first = rbx & 0xFFFF_FFFF
      arguments.second = rcx & 0xFFFF_FFFF
      arguments.third = rdx & 0xFFFF_FFFF
      arguments.fourth = rsi & 0xFFFF_FFFF
      arguments.fifth = rdi & 0xFFFF_FFFF
    }
    return arguments
  }

  /// Replaces the arguments.
  package mutating func setArguments(_ arguments: HypercallArguments, _ width: CallWidth) {
    switch width {
    case .bits64:
      rdi = arguments.first
      rsi = arguments.second
      rdx = arguments.third
      r10 = arguments.fourth
      r8 = arguments.fifth
    case .bits32:
      rbx = arguments.first & 0xFFFF_FFFF
      rcx = arguments.second & 0xFFFF_FFFF
      rdx = arguments.third & 0xFFFF_FFFF
      rsi = arguments.fourth & 0xFFFF_FFFF
      rdi = arguments.fifth & 0xFFFF_FFFF
    }
  }

  /// Replaces the first three arguments by those that a hypercall goes on with.
  package mutating func setArguments(_ continuation: HypercallContinuation, _ width: CallWidth) {
    switch width {
    case .bits64:
      rdi = continuation.first
      rsi = continuation.second
      rdx = continuation.third
    case .bits32:
      rbx = continuation.first & 0xFFFF_FFFF
      rcx = continuation.second & 0xFFFF_FFFF
      rdx = continuation.third & 0xFFFF_FFFF
    }
  }

  /// Puts a hypercall's outcome into the caller's registers.
  ///
  /// Returns whether the call is finished: only then does the instruction pointer move past the instruction.
  @inline(__always)
  package mutating func complete(_ outcome: HypercallOutcome, _ width: CallWidth) -> Bool {
    switch outcome {
    case .done(let value):
      rax = width == .bits64 ? value : value & 0xFFFF_FFFF
      return true
    case .continues(let continuation):
      setArguments(continuation, width)
      return false
    case .repeats:
      return false
    }
  }
}

/// The arguments one by one, as the dispatch wants them: what a call does not have is not looked at.
extension Caller {
  @inline(__always)
  var firstArgument: UInt64 {
    width == .bits64 ? vcpu.object.registers.rdi : vcpu.object.registers.rbx & 0xFFFF_FFFF
  }
  @inline(__always)
  var secondArgument: UInt64 {
    width == .bits64 ? vcpu.object.registers.rsi : vcpu.object.registers.rcx & 0xFFFF_FFFF
  }
  @inline(__always)
  var thirdArgument: UInt64 {
    width == .bits64 ? vcpu.object.registers.rdx : vcpu.object.registers.rdx & 0xFFFF_FFFF
  }
}
