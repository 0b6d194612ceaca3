#if canImport(XenABI)
  import XenABI
#endif

/// What the loader tells of itself, of memory and of the modules (Multiboot specification 0.6.96, 3.3).
///
/// The loader's structures lie anywhere in memory and are read through the first window, as zeros where they lie
/// outside of it; nothing of them is kept once the boot code has copied it.
package struct MultibootInformation {
  private let window: DirectMap
  private let base: MachineAddress
  private let flags: UInt32

  /// Bits of `flags`.
  private static var hasCommandLine: UInt32 { 1 << 2 }
  private static var hasModules: UInt32 { 1 << 3 }
  private static var hasMap: UInt32 { 1 << 6 }
  private static var hasLoaderName: UInt32 { 1 << 9 }
  private static var byteCount: UInt64 { 116 }
  private static var moduleSize: UInt64 { 16 }

  package init(at address: MachineAddress, window: DirectMap) {
    self.window = window
    base = address
    flags = window.load32(address)
  }

  private func word(_ offset: UInt64) -> UInt64 { UInt64(window.load32(base.advanced(by: offset))) }

  private func has(_ flag: UInt32) -> Bool { flags & flag != 0 }

  /// The address of the hypervisor's own command line, a C string; nil for none.
  package var commandLine: MachineAddress? { has(Self.hasCommandLine) ? MachineAddress(word(16)) : nil }

  /// The address of the loader's name.
  package var loaderName: MachineAddress? { has(Self.hasLoaderName) ? MachineAddress(word(64)) : nil }

  package var moduleCount: Int { has(Self.hasModules) ? Int(word(20)) : 0 }

  /// The module at an index below `moduleCount`: its bytes and its string.
  package func module(_ index: Int) -> (bytes: MachineRange, string: MachineAddress) {
    let record = MachineAddress(word(24)).advanced(by: UInt64(index) &* Self.moduleSize)
    func address(_ offset: UInt64) -> MachineAddress {
      MachineAddress(UInt64(window.load32(record.advanced(by: offset))))
    }
    return (MachineRange(address(0), address(4)), address(8))
  }

  /// Whether there is a memory map, which everything here is built on.
  package var hasMemoryMap: Bool { has(Self.hasMap) }

  /// Calls `body` with each range of the memory map: address, length in bytes, and whether it is RAM to be used.
  package func forEachRange(_ body: (_ address: MachineAddress, _ byteCount: UInt64, _ isUsable: Bool) -> Void) {
    var at = word(48)
    let end = at &+ word(44)
    while at &+ 24 <= end {
      let record = MachineAddress(at)
      let size = UInt64(window.load32(record))
      body(
        MachineAddress(window.load64(record.advanced(by: 4))), window.load64(record.advanced(by: 12)),
        window.load32(record.advanced(by: 20)) == 1)
      if size < 20 { return }
      at &+= size &+ 4
    }
  }

  /// Calls `body` with each range that the information itself takes, its strings' ends by their longest: what must not
  /// be written to while it is read.
  package func forEachPart(longestText: UInt64, _ body: (_ address: MachineAddress, _ byteCount: UInt64) -> Void) {
    body(base, Self.byteCount)
    if hasMemoryMap { body(MachineAddress(word(48)), word(44)) }
    if let commandLine { body(commandLine, longestText) }
    if let loaderName { body(loaderName, longestText) }
    if moduleCount > 0 { body(MachineAddress(word(24)), UInt64(moduleCount) &* Self.moduleSize) }
    var index = 0
    while index < moduleCount {
      let module = module(index)
      body(module.bytes.start, module.bytes.byteCount)
      body(module.string, longestText)
      index &+= 1
    }
  }
}
