import Glibc

/// A terminal whose other end is a program: what Bochs takes for a serial port without a race for a TCP port number.
struct Pseudoterminal {
  /// Our end.
  let controller: Int32
  /// The terminal's end, kept open so that nothing is lost before the emulator opens it and after it has closed it.
  let terminal: Int32
  /// The path by which the emulator opens its end.
  let path: String

  init() throws(SystemFailure) {
    // No echo, no line discipline.
    var settings = termios()
    unsafe cfmakeraw(&settings)
    var controller: Int32 = -1
    var terminal: Int32 = -1
    // Linux's names are "/dev/pts/" and a number.
    var name = [CChar](repeating: 0, count: 64)
    guard unsafe openpty(&controller, &terminal, &name, &settings, nil) == 0 else { throw SystemFailure("openpty") }
    self.controller = controller
    self.terminal = terminal
    path = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    // Other machines' emulators must not hold this one's terminal open.
    for descriptor in [controller, terminal] where fcntl(descriptor, F_SETFD, FD_CLOEXEC) != 0 {
      throw SystemFailure("fcntl")
    }
  }
}

/// A system call that failed.
struct SystemFailure: Error, CustomStringConvertible {
  let call: String
  let number: Int32

  init(_ call: String) {
    self.call = call
    number = errno
  }

  var description: String { "\(call): errno \(number)" }
}
