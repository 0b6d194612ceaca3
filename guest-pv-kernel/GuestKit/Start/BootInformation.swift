import CGuest

/// What the loader of a PVH kernel handed over: `HVMStartInfo` and what it leads to. The first 4 GiB are mapped one to
/// one, and the loader keeps its structures there.
enum BootInformation {
  /// Where the structure lies: EBX at the entry.
  static var address: UInt64 { cguest_load64(cguest_start_info_address()) }

  /// Whether there is one.
  static var isValid: Bool { address != 0 && header.magic == HVMStartInfo.magic }

  /// Whether it has a memory map: version 0 ends before that field.
  static var hasMemoryMap: Bool { header.version >= 1 && header.memoryMap.rawValue != 0 }

  static var header: HVMStartInfo {
    unsafe MemoryWindow(unsafeAddress: address, byteCount: HVMStartInfo.byteCount).read(HVMStartInfo.self, at: 0)
  }

  /// The guest's own command line.
  static var commandLine: String { text(at: header.commandLine) }

  /// The entries of the memory map.
  static var memoryMapCount: Int { hasMemoryMap ? Int(header.memoryMapCount) : 0 }

  /// The entry of that number of the memory map, counted from 0.
  static func memoryMapEntry(_ index: Int) -> HVMMemoryMapEntry {
    let header = header
    precondition(index >= 0 && index < Int(header.memoryMapCount))
    let place = header.memoryMap.rawValue + UInt64(index * HVMMemoryMapEntry.stride)
    return unsafe MemoryWindow(unsafeAddress: place, byteCount: HVMMemoryMapEntry.stride)
      .read(HVMMemoryMapEntry.self, at: 0)
  }

  /// The files that were loaded beside the kernel.
  static var moduleCount: Int { Int(header.moduleCount) }

  /// The module of that number, counted from 0.
  static func module(_ index: Int) -> HVMModule {
    let header = header
    precondition(index >= 0 && index < Int(header.moduleCount))
    let place = header.modules.rawValue + UInt64(index * HVMModule.stride)
    return unsafe MemoryWindow(unsafeAddress: place, byteCount: HVMModule.stride).read(HVMModule.self, at: 0)
  }

  /// Calls `body` with the first address of, and the first one behind, everything that the loader put into memory: the
  /// structure, its lists and strings, and the modules.
  static func forEachOccupied(_ body: (UInt64, UInt64) -> Void) {
    func tell(_ start: GuestPhysicalAddress, _ byteCount: Int) {
      if start.rawValue != 0 { body(start.rawValue, start.rawValue + UInt64(byteCount)) }
    }
    let header = header
    tell(GuestPhysicalAddress(address), HVMStartInfo.byteCount)
    tell(header.commandLine, textLength(at: header.commandLine) + 1)
    tell(header.modules, moduleCount * HVMModule.stride)
    if hasMemoryMap { tell(header.memoryMap, memoryMapCount * HVMMemoryMapEntry.stride) }
    for index in 0..<moduleCount {
      let module = module(index)
      tell(module.address, Int(module.byteCount))
      tell(module.commandLine, textLength(at: module.commandLine) + 1)
    }
  }

  /// The zero-terminated string at an address of the loader; empty for address 0.
  fileprivate static func text(at address: GuestPhysicalAddress) -> String {
    var result = ""
    for offset in 0..<textLength(at: address) {
      result.unicodeScalars.append(Unicode.Scalar(cguest_load8(address.rawValue + UInt64(offset))))
    }
    return result
  }

  /// The bytes of such a string, without the zero; at most a page of it is looked at.
  private static func textLength(at address: GuestPhysicalAddress) -> Int {
    if address.rawValue == 0 { return 0 }
    var length = 0
    while length < 4096 && cguest_load8(address.rawValue + UInt64(length)) != 0 { length += 1 }
    return length
  }
}

extension HVMModule {
  /// The words that came with the module.
  var text: String { BootInformation.text(at: commandLine) }
  /// Its bytes.
  var window: MemoryWindow {
    // The loader put the module there, and the page allocator leaves it alone.
    unsafe MemoryWindow(unsafeAddress: address.rawValue, byteCount: Int(byteCount))
  }
}

extension CommandLineOptions {
  /// The options that this guest was started with.
  static var current: CommandLineOptions { CommandLineOptions(BootInformation.commandLine) }
}
