import CGuest

/// How a hypercall gets into the hypervisor. The three do the same; the instruction must be the processor's own.
enum HypercallPath {
  /// VMCALL, on processors with VMX.
  case vmcall
  /// VMMCALL, on processors with SVM.
  case vmmcall
  /// A call into the hypercall page, whose code the hypervisor wrote.
  case page
}

/// A hypercall as the processor sees it: a number, five words, and the result, negative for an error.
///
/// Words that are addresses must lead to memory that the call may read and write: the typed calls beside this one see
/// to that.
@inline(__always)
func hypercall(
  _ number: HypercallNumber, _ a: UInt64 = 0, _ b: UInt64 = 0, _ c: UInt64 = 0, _ d: UInt64 = 0, _ e: UInt64 = 0
) -> Int64 {
  switch Hypervisor.hypercallPath {
  case .vmmcall: cguest_vmmcall(UInt64(number.rawValue), a, b, c, d, e)
  case .vmcall: cguest_vmcall(UInt64(number.rawValue), a, b, c, d, e)
  case .page: cguest_call_page(cguest_hypercall_page(), UInt64(number.rawValue), a, b, c, d, e)
  }
}

/// The result of a hypercall, or the error that it stands for.
@inline(__always)
func checked(_ result: Int64) throws(GuestError) -> UInt64 {
  if result < 0 { throw .hypercall(HypercallError(rawValue: Int32(truncatingIfNeeded: 0 &- result))) }
  return UInt64(result)
}

/// The address of a value of fixed layout while `body` runs.
@inline(__always)
func withAddress<Value: BitwiseCopyable, Result>(of value: inout Value, _ body: (UInt64) -> Result) -> Result {
  unsafe withUnsafeMutablePointer(to: &value) { body(UInt64(UInt(bitPattern: $0))) }
}

/// The address of an array's elements while `body` runs.
@inline(__always)
func withAddress<Element: BitwiseCopyable, Result>(of array: inout [Element], _ body: (UInt64) -> Result) -> Result {
  unsafe array.withUnsafeMutableBufferPointer { body(UInt64(UInt(bitPattern: $0.baseAddress))) }
}
