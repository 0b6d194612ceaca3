#if canImport(XenABI)
  import XenABI
#endif

/// The five arguments of a hypercall, of whichever width, as the caller's registers or a multicall entry hold them.
///
/// 64-bit callers pass them in RDI, RSI, RDX, R10, R8 and 32-bit callers in EBX, ECX, EDX, ESI, EDI; the number comes
/// and the result goes in RAX or EAX (public headers `arch-x86/xen-x86_64.h`, `arch-x86/xen-x86_32.h`).
package struct HypercallArguments: Equatable, BitwiseCopyable {
  package var first: UInt64 = 0
  package var second: UInt64 = 0
  package var third: UInt64 = 0
  package var fourth: UInt64 = 0
  package var fifth: UInt64 = 0

  package init() {}

  /// The arguments in a caller's registers. A 32-bit caller's upper halves are of no meaning and are left out.
  @inline(__always)
  package init(in registers: borrowing GeneralRegisters, width: CallWidth) {
    switch width {
    case .bits64:
      first = registers.rdi
      second = registers.rsi
      third = registers.rdx
      fourth = registers.r10
      fifth = registers.r8
    case .bits32:
      first = registers.rbx & 0xFFFF_FFFF
      second = registers.rcx & 0xFFFF_FFFF
      third = registers.rdx & 0xFFFF_FFFF
      fourth = registers.rsi & 0xFFFF_FFFF
      fifth = registers.rdi & 0xFFFF_FFFF
    }
  }

  /// The same arguments with the first three as a continuation says.
  package func continued(_ continuation: HypercallContinuation) -> Self {
    var arguments = self
    arguments.first = continuation.first
    arguments.second = continuation.second
    arguments.third = continuation.third
    return arguments
  }
}

extension GeneralRegisters {
  /// Puts a hypercall's outcome into the caller's registers.
  ///
  /// Returns whether the call is finished: only then does the instruction pointer move past the instruction.
  @inline(__always)
  package mutating func complete(_ outcome: HypercallOutcome, width: CallWidth) -> Bool {
    switch outcome {
    case .done(let value):
      rax = width == .bits64 ? value : value & 0xFFFF_FFFF
      return true
    case .continues(let continuation):
      setArguments(continuation, width: width)
      return false
    case .repeats:
      return false
    }
  }

  /// Replaces the first three arguments of a hypercall that goes on.
  mutating func setArguments(_ continuation: HypercallContinuation, width: CallWidth) {
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
}
