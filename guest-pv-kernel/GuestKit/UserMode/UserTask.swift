import CGuest

/// Code in ring 3 with page tables and a stack of its own.
///
/// It runs inside `run`, like a guest inside a hypervisor: whatever takes it out of ring 3 ends the call. It may use the
/// image's code and constants, its stack and nothing else.
final class UserTask {
  /// What took a task out of ring 3.
  enum Exit {
    /// It asked for something.
    case systemCall(number: UInt64, first: UInt64, second: UInt64)
    /// An interrupt came, and has been handled.
    case interrupt
    /// It did what it must not.
    case exception(vector: UInt64, errorCode: UInt64, address: GuestVirtualAddress)
  }

  /// What it runs: a function that does not come back, or whose return is the system call `UserMode.exitCall`.
  typealias Entry = @convention(c) (UInt64) -> Void

  let name: StaticString
  private let space: AddressSpace
  private let context: UserContext
  private let stack: Pages
  /// How often it was left, and how often by interrupts.
  private(set) var exitCount = 0
  private(set) var interruptCount = 0

  /// Where its stack ends: the lower end of the second 512 GiB, which no other mapping uses.
  private static var stackTop: UInt64 { 0x80_0040_0000 }

  /// Makes a task that will call `entry`; nil where memory ran out. `kernel` must have been built for ring 3.
  init?(
    _ name: StaticString, sharing kernel: borrowing AddressSpace, argument: UInt64 = 0, stackPages: Int = 4,
    _ entry: Entry
  ) {
    self.name = name
    guard let stack = Pages(count: stackPages), let space = AddressSpace(sharing: kernel) else { return nil }
    let bottom = Self.stackTop - UInt64(stackPages) * pageSize
    for index in 0..<UInt64(stackPages) {
      do {
        try space.map(
          GuestVirtualAddress(bottom + index * pageSize), to: stack.frame.advanced(by: index),
          rights: .readWrite.union(.user))
      } catch {
        return nil
      }
    }
    // The return address: as after a call, the stack is 8 below a multiple of 16.
    stack.window.store64(cguest_user_return(), at: stack.window.byteCount - 8)
    let code = unsafe unsafeBitCast(entry, to: UInt.self)
    guard
      let context = UserContext(
        entry: GuestVirtualAddress(UInt64(code)), stack: GuestVirtualAddress(Self.stackTop - 8), argument: argument)
    else { return nil }
    self.stack = stack
    self.space = space
    self.context = context
  }

  /// Runs it until it leaves ring 3.
  func run() -> Exit {
    withInterruptsOff {
      let tables = cguest_read_cr3()
      space.activate()
      context.enter()
      let fault = cguest_read_cr2()
      cguest_write_cr3(tables)
      exitCount += 1
      var frame = context.frame
      switch frame.vector {
      case UserMode.systemCallVector, UInt64(TrapTable.systemCallVector):
        return .systemCall(number: frame.rax, first: frame.rdi, second: frame.rsi)
      case 0..<ExceptionVector.end:
        return .exception(
          vector: frame.vector, errorCode: frame.errorCode, address: GuestVirtualAddress(fault))
      default:
        interruptCount += 1
        TrapTable.dispatchFromUser(&frame)
        context.frame = frame
        return .interrupt
      }
    }
  }

  /// Sets the result of the system call that took it out.
  func setResult(_ value: UInt64) { context.frame.rax = value }

  /// Its stack, from the lowest byte.
  var stackWindow: MemoryWindow { stack.window }
  /// Where it is.
  var instruction: GuestVirtualAddress { GuestVirtualAddress(context.frame.rip) }
}
