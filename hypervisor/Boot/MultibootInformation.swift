/// What the loader tells of itself, of memory and of the modules (Multiboot specification 0.6.96, 3.3).
///
/// The loader's structures lie anywhere in low memory and are read through the first window; nothing of them is kept
/// once the boot code has copied it.
struct MultibootInformation {
  private let window: DirectMap
  private let base: UInt64
  private let flags: UInt32

  init(at address: UInt64, window: DirectMap) {
    self.window = window
    base = address
    flags = window.load32(MachineAddress(address))
  }

  private func word(_ offset: UInt64) -> UInt64 {
    UInt64(window.load32(MachineAddress(base &+ offset)))
  }

  /// The address of the hypervisor's own command line, a C string; nil for none.
  var commandLine: MachineAddress? { flags >> 2 & 1 != 0 ? MachineAddress(word(16)) : nil }

  /// The address of the loader's name.
  var loaderName: MachineAddress? { flags >> 9 & 1 != 0 ? MachineAddress(word(64)) : nil }

  var moduleCount: Int { flags >> 3 & 1 != 0 ? Int(word(20)) : 0 }

  /// The module at an index below `moduleCount`: its bytes and its string.
  func module(_ index: Int) -> (start: MachineAddress, end: MachineAddress, string: MachineAddress) {
    let record = MachineAddress(word(24) &+ UInt64(index) &* 16)
    return (
      MachineAddress(UInt64(window.load32(record))), MachineAddress(UInt64(window.load32(record.advanced(by: 4)))),
      MachineAddress(UInt64(window.load32(record.advanced(by: 8))))
    )
  }

  /// Whether there is a memory map, which everything here is built on.
  var hasMemoryMap: Bool { flags >> 6 & 1 != 0 }

  /// Calls `body` with each range of the memory map: address, length in bytes, and type (1 is usable).
  func forEachRange(_ body: (UInt64, UInt64, UInt32) -> Void) {
    var at = word(48)
    let end = at &+ word(44)
    while at &+ 24 <= end {
      let record = MachineAddress(at)
      let size = UInt64(window.load32(record))
      body(
        window.load64(record.advanced(by: 4)), window.load64(record.advanced(by: 12)),
        window.load32(record.advanced(by: 20)))
      if size < 20 { return }
      at &+= size &+ 4
    }
  }
}

extension DirectMap {
  /// Four bytes of machine memory, of any alignment; 0 outside of the window.
  func load32(_ address: MachineAddress) -> UInt32 {
    guard contains(address, count: 4) else { return 0 }
    return unsafe pointer(address).loadUnaligned(as: UInt32.self)  // in the window
  }

  /// Eight bytes of machine memory, of any alignment; 0 outside of the window.
  func load64(_ address: MachineAddress) -> UInt64 {
    guard contains(address, count: 8) else { return 0 }
    return unsafe pointer(address).loadUnaligned(as: UInt64.self)  // in the window
  }

  /// A byte of machine memory; 0 outside of the window.
  func load8(_ address: MachineAddress) -> UInt8 {
    guard contains(address) else { return 0 }
    return unsafe pointer(address).load(as: UInt8.self)  // in the window
  }

  /// Calls `body` with a range of machine memory, which the caller knows to lie in the window.
  func withBytes<Result, Failure: Error>(
    _ address: MachineAddress, _ count: Int, _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // Memory of the direct map stays mapped; whoever asks owns the range for the time of the call.
    let buffer = unsafe UnsafeRawBufferPointer(start: UnsafeRawPointer(pointer(address)), count: count)
    return try body(unsafe buffer.bytes)
  }

  /// Copies machine memory; the ranges lie in the window and do not overlap in a way that matters to `memmove`.
  func copy(_ count: Int, from source: MachineAddress, to target: MachineAddress) {
    unsafe pointer(target).copyMemory(from: pointer(source), byteCount: count)
  }

  /// Clears machine memory in the window.
  func clear(_ count: Int, at address: MachineAddress) {
    unsafe pointer(address).initializeMemory(as: UInt8.self, repeating: 0, count: count)
  }
}
