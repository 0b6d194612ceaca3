import CBench

/// The processor's hypercall instruction, as a type: each measured loop is compiled once for either, with no choice to
/// make inside.
protocol HypercallInstruction {
  static func call(_ number: HypercallNumber, _ a: UInt64) -> Int64
  static func call(_ number: HypercallNumber, _ a: UInt64, _ b: UInt64) -> Int64
  static func call(_ number: HypercallNumber, _ a: UInt64, _ b: UInt64, _ c: UInt64) -> Int64
}

/// VMCALL, on processors with VMX.
enum VMCallInstruction: HypercallInstruction {
  @inline(__always) static func call(_ number: HypercallNumber, _ a: UInt64) -> Int64 {
    cbench_vmcall1(UInt64(number.rawValue), a)
  }
  @inline(__always) static func call(_ number: HypercallNumber, _ a: UInt64, _ b: UInt64) -> Int64 {
    cbench_vmcall2(UInt64(number.rawValue), a, b)
  }
  @inline(__always) static func call(_ number: HypercallNumber, _ a: UInt64, _ b: UInt64, _ c: UInt64) -> Int64 {
    cbench_vmcall3(UInt64(number.rawValue), a, b, c)
  }
}

/// VMMCALL, on processors with SVM.
enum VMMCallInstruction: HypercallInstruction {
  @inline(__always) static func call(_ number: HypercallNumber, _ a: UInt64) -> Int64 {
    cbench_vmmcall1(UInt64(number.rawValue), a)
  }
  @inline(__always) static func call(_ number: HypercallNumber, _ a: UInt64, _ b: UInt64) -> Int64 {
    cbench_vmmcall2(UInt64(number.rawValue), a, b)
  }
  @inline(__always) static func call(_ number: HypercallNumber, _ a: UInt64, _ b: UInt64, _ c: UInt64) -> Int64 {
    cbench_vmmcall3(UInt64(number.rawValue), a, b, c)
  }
}
