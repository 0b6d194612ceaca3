import CGuest

/// The registers of code in ring 3, in a page of their own: the FXSAVE image at 0, the trap frame at 512, the end at 688
/// (Entry/UserEntry.asm). The processor and the entry code save them right there.
struct UserContext: ~Copyable {
  private let page: Pages

  private static var frameOffset: Int { 512 }
  private static var userCode: UInt64 { 0x23 }
  private static var userData: UInt64 { 0x1B }
  /// Interrupts on; bit 1 is always set.
  private static var initialFlags: UInt64 { 0x202 }

  /// Code at `entry` on a stack that ends at `stack`, with a first argument; nil where no frame is left.
  init?(entry: GuestVirtualAddress, stack: GuestVirtualAddress, argument: UInt64) {
    guard let page = Pages() else { return nil }
    self.page = page
    // The state after FNINIT, with every SSE exception masked (Intel SDM vol. 1 8.1.5, 10.2.3).
    self.page.window.store16(0x37F, at: 0)
    self.page.window.store32(0x1F80, at: 24)
    frame.rip = entry.rawValue
    frame.cs = Self.userCode
    frame.rflags = Self.initialFlags
    frame.rsp = stack.rawValue
    frame.ss = Self.userData
    frame.rdi = argument
  }

  /// Its general registers, and why it was left.
  var frame: TrapFrame {
    unsafeAddress { unsafe UnsafePointer(pointer) }
    nonmutating unsafeMutableAddress { unsafe pointer }
  }

  private var pointer: UnsafeMutablePointer<TrapFrame> {
    // The page is this value's own, is never at address 0, and is aligned.
    unsafe UnsafeMutablePointer(bitPattern: UInt(page.address.rawValue) + UInt(Self.frameOffset)).unsafelyUnwrapped
  }

  /// Runs the code until it leaves ring 3. Interrupts must be off.
  func enter() { guestkit_enter_user(page.address.rawValue) }
}
