import CGuest

/// System calls, from both sides (Intel SDM vol. 3 5.8.8).
enum UserMode {
  /// What a trap frame has for a SYSCALL: past the processor's vectors.
  static var systemCallVector: UInt64 { 256 }
  /// The system call that a task's return is.
  static var exitCall: UInt64 { 0 }

  private static var starRegister: UInt32 { 0xC000_0081 }
  private static var lstarRegister: UInt32 { 0xC000_0082 }
  private static var maskRegister: UInt32 { 0xC000_0084 }
  /// Cleared on the way in: TF, IF, DF, NT, AC.
  private static var maskedFlags: UInt64 { 0x4_4700 }

  /// Lets ring 3 use SYSCALL. INT 0x80 needs nothing.
  static func start() {
    cguest_wrmsr(starRegister, 0x08 << 32)
    cguest_wrmsr(lstarRegister, cguest_syscall_entry())
    cguest_wrmsr(maskRegister, maskedFlags)
  }

  // What follows is for code in ring 3: no data of the kernel is touched.

  /// Asks the kernel by SYSCALL.
  @inline(__always) @discardableResult
  static func call(_ number: UInt64, _ first: UInt64 = 0, _ second: UInt64 = 0) -> UInt64 {
    cguest_syscall(number, first, second)
  }

  /// Asks the kernel by INT 0x80.
  @inline(__always) @discardableResult
  static func callByInterrupt(_ number: UInt64, _ first: UInt64 = 0, _ second: UInt64 = 0) -> UInt64 {
    cguest_int80(number, first, second)
  }
}
