import CGuest

/// The end of a guest that is broken: says why and crashes the domain. Allocates nothing.
enum Panic {
  nonisolated(unsafe) private static var isReporting = false

  /// Reports and ends the domain.
  static func report(_ reason: StaticString) -> Never {
    begin()
    console.write(reason)
    console.write(UInt8(ascii: "\n"))
    backtrace(from: cguest_frame_pointer())
    XenScheduler.shutdown(.crash)
  }

  /// Reports something that should have succeeded, and ends the domain.
  static func report(_ reason: StaticString, _ error: GuestError) -> Never {
    begin()
    console.write(reason)
    console.write(": " as StaticString)
    write(error.explanation)
    console.write(UInt8(ascii: "\n"))
    backtrace(from: cguest_frame_pointer())
    XenScheduler.shutdown(.crash)
  }

  /// Reports an exception that nobody expected, and ends the domain.
  static func report(_ frame: borrowing TrapFrame) -> Never {
    begin()
    console.write(ExceptionVector.name(frame.vector))
    console.write(" at " as StaticString)
    console.writeHex(frame.rip)
    console.write(", error code " as StaticString)
    console.writeHex(frame.errorCode)
    if frame.vector == ExceptionVector.pageFault {
      console.write(", address " as StaticString)
      console.writeHex(cguest_read_cr2())
    }
    console.write(UInt8(ascii: "\n"))
    registers(frame)
    backtrace(from: frame.rbp)
    XenScheduler.shutdown(.crash)
  }

  /// As `GuestError.description`, without memory of its own.
  private static func write(_ parts: GuestError.Explanation) {
    console.write(parts.subject)
    if let name = parts.name {
      console.write(": " as StaticString)
      console.write(name)
    }
    guard let number = parts.number else { return }
    console.write((parts.name == nil ? ": " : " (") as StaticString)
    if number < 0 { console.write(UInt8(ascii: "-")) }
    console.writeDecimal(UInt64(number.magnitude))
    if parts.name != nil { console.write(UInt8(ascii: ")")) }
  }

  private static func begin() {
    cguest_cli()
    // A fault inside the report ends it there.
    if unsafe isReporting { XenScheduler.shutdown(.crash) }
    unsafe isReporting = true
    // The hypercall page may be what is broken.
    Hypervisor.useInstruction()
    console.write("\nGUEST PANIC: " as StaticString)
  }

  private static func registers(_ frame: borrowing TrapFrame) {
    func show(_ name: StaticString, _ value: UInt64) {
      console.write(name)
      console.writeHex(value)
    }
    show("  rax ", frame.rax); show("  rbx ", frame.rbx); show("  rcx ", frame.rcx); show("\n  rdx ", frame.rdx)
    show("  rsi ", frame.rsi); show("  rdi ", frame.rdi); show("\n  rbp ", frame.rbp); show("  rsp ", frame.rsp)
    show("  r8  ", frame.r8); show("\n  r9  ", frame.r9); show("  r10 ", frame.r10); show("  r11 ", frame.r11)
    show("\n  r12 ", frame.r12); show("  r13 ", frame.r13); show("  r14 ", frame.r14); show("\n  r15 ", frame.r15)
    show("  flags ", frame.rflags); show("  cs ", frame.cs); show("\n  cr0 ", cguest_read_cr0())
    show("  cr2 ", cguest_read_cr2())
    show("  cr3 ", cguest_read_cr3()); show("  cr4 ", cguest_read_cr4())
    console.write(UInt8(ascii: "\n"))
  }

  /// The return addresses on the boot stack, innermost first. `llvm-symbolizer -e IMAGE -i -p` turns each into a line
  /// of source.
  private static func backtrace(from start: UInt64) {
    console.write("backtrace:" as StaticString)
    let bottom = cguest_boot_stack_guard() + pageSize
    let top = cguest_boot_stack_top()
    var frame = start
    for _ in 0..<32 {
      if frame < bottom || frame > top - 16 || frame & 7 != 0 { break }
      console.write(UInt8(ascii: " "))
      console.writeHex(cguest_load64(frame + 8))
      let next = cguest_load64(frame)
      if next <= frame { break }
      frame = next
    }
    console.write(UInt8(ascii: "\n"))
  }
}
