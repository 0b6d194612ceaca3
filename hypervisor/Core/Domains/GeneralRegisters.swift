/// A virtual CPU's fifteen general registers and its instruction and stack pointers, as the exit stubs save them.
///
/// The order is the registers' encoding in instructions (Intel SDM vol. 2 2.1.5, AMD APM vol. 3 1.2.7), so that a
/// decoded register number is an index. The stubs know the offsets: eight bytes each, RAX first.
package struct GeneralRegisters: BitwiseCopyable {
  package var rax: UInt64 = 0
  package var rcx: UInt64 = 0
  package var rdx: UInt64 = 0
  package var rbx: UInt64 = 0
  package var rsp: UInt64 = 0
  package var rbp: UInt64 = 0
  package var rsi: UInt64 = 0
  package var rdi: UInt64 = 0
  package var r8: UInt64 = 0
  package var r9: UInt64 = 0
  package var r10: UInt64 = 0
  package var r11: UInt64 = 0
  package var r12: UInt64 = 0
  package var r13: UInt64 = 0
  package var r14: UInt64 = 0
  package var r15: UInt64 = 0
  package var rip: UInt64 = 0
  package var rflags: UInt64 = 2

  package init() {}

  /// The register with the given encoding, 0 (RAX) to 15; other numbers wrap.
  package subscript(encoding number: UInt8) -> UInt64 {
    get {
      switch number & 15 {
      case 0: rax
      case 1: rcx
      case 2: rdx
      case 3: rbx
      case 4: rsp
      case 5: rbp
      case 6: rsi
      case 7: rdi
      case 8: r8
      case 9: r9
      case 10: r10
      case 11: r11
      case 12: r12
      case 13: r13
      case 14: r14
      default: r15
      }
    }
    set {
      switch number & 15 {
      case 0: rax = newValue
      case 1: rcx = newValue
      case 2: rdx = newValue
      case 3: rbx = newValue
      case 4: rsp = newValue
      case 5: rbp = newValue
      case 6: rsi = newValue
      case 7: rdi = newValue
      case 8: r8 = newValue
      case 9: r9 = newValue
      case 10: r10 = newValue
      case 11: r11 = newValue
      case 12: r12 = newValue
      case 13: r13 = newValue
      case 14: r14 = newValue
      default: r15 = newValue
      }
    }
  }
}
