/// The hypervisor's own console, hypercall 18 (public header `xen.h`, `CONSOLEIO_*`).
enum XenConsole {
  /// Writes the first `count` bytes of the buffer. What is refused is lost: there is no other place to say so.
  static func write(_ buffer: Console.Buffer, count: Int) {
    if count == 0 { return }
    var copy = buffer
    _ = withAddress(of: &copy) { address in
      hypercall(.console, UInt64(ConsoleOperation.write.rawValue), UInt64(count), address)
    }
  }

  /// One character, or nil where none waits.
  static func read() -> UInt8? {
    var character: UInt8 = 0
    let count = withAddress(of: &character) { address in
      hypercall(.console, UInt64(ConsoleOperation.read.rawValue), 1, address)
    }
    return count == 1 ? character : nil
  }
}
