#if canImport(XenABI)
  import XenABI
#endif

/// Why a start info can't be laid out.
package enum StartInfoError: Error, Equatable {
  /// More modules than a start info lists.
  case tooManyModules
  /// A module more than `init` was told of, or one less.
  case moduleCountDiffers
  /// The window can't hold the tables and the command lines.
  case windowTooSmall
  /// The window does not lie below 4 GiB or is not aligned to 8 bytes.
  case windowMisplaced
  /// The writer refused.
  case destination(GuestWriteError)

  /// One line for the console: what was expected.
  package var message: StaticString {
    switch self {
    case .tooManyModules: "expected at most 32 modules for a domain"
    case .moduleCountDiffers: "expected as many modules as were announced"
    case .windowTooSmall: "expected room for the start info: its command lines are too long"
    case .windowMisplaced: "expected the start info below 4 GiB and aligned to 8 bytes"
    case .destination(.outsideMemory): "expected memory where the start info goes: the domain has none there"
    case .destination(.notMapped): "expected to reach the domain's memory: it could not be mapped"
    }
  }
}

/// Which piece of a start info goes where in its window, as offsets: the header, the modules, the memory map, and then
/// the command lines, each with its NUL.
package struct StartInfoLayout: BitwiseCopyable, Equatable {
  /// The most modules of a domain.
  package static var moduleLimit: Int { 32 }

  package let modules: UInt64
  package let memoryMap: UInt64
  package let strings: UInt64

  /// The places for that many modules and ranges of memory.
  package init(moduleCount: Int, memoryMapCount: Int) throws(StartInfoError) {
    guard moduleCount >= 0, moduleCount <= Self.moduleLimit else { throw .tooManyModules }
    modules = UInt64(HVMStartInfo.byteCount)
    memoryMap = modules &+ UInt64(moduleCount &* HVMModule.stride)
    strings = memoryMap &+ UInt64(max(memoryMapCount, 0) &* HVMMemoryMapEntry.stride)
  }

  /// The size of a window that holds all, where the command lines have `stringBytes` bytes, their NULs included.
  package func byteCount(stringBytes: UInt64) -> UInt64 { strings &+ stringBytes }
}

/// Writes a domain's start info, modules' list, memory map and command lines into a window of its memory.
///
/// Command lines and modules go in one by one, for the builder keeps none of them; `finish` writes the rest and gives the
/// address for EBX:
/// ```
/// var info = try StartInfoBuilder(window: address, byteCount: 8192, memoryMap: map, moduleCount: 1)
/// try info.setCommandLine(line, into: &memory)
/// try info.addModule(at: initrd, byteCount: size, commandLine: arguments, into: &memory)
/// let start = try info.finish(flags: [], rsdp: tables.rsdp, memoryMap: map, into: &memory)
/// ```
package struct StartInfoBuilder {
  private let window: GuestPhysicalAddress
  private let windowSize: UInt64
  private let layout: StartInfoLayout
  private let moduleCount: Int
  private let memoryMapCount: Int
  private var modulesAdded: Int
  /// Where in the window the next command line goes.
  private var nextString: UInt64
  private var commandLine: GuestPhysicalAddress

  /// Plans a start info in `byteCount` bytes from `window` on, which is aligned to 8 bytes and below 4 GiB.
  package init(
    window: GuestPhysicalAddress, byteCount: UInt64, memoryMap: borrowing GuestMemoryMap, moduleCount: Int
  ) throws(StartInfoError) {
    let (end, overflow) = window.rawValue.addingReportingOverflow(byteCount)
    // Address 0 means "absent" in every field, and EBX has 32 bits.
    guard !overflow, end <= 1 << 32, window.rawValue & 7 == 0, window.rawValue != 0 else { throw .windowMisplaced }
    let layout = try StartInfoLayout(moduleCount: moduleCount, memoryMapCount: memoryMap.count)
    guard layout.strings <= byteCount else { throw .windowTooSmall }
    self.window = window
    windowSize = byteCount
    self.layout = layout
    self.moduleCount = moduleCount
    memoryMapCount = memoryMap.count
    modulesAdded = 0
    nextString = layout.strings
    commandLine = GuestPhysicalAddress(0)
  }

  /// Gives the kernel its command line, without its NUL.
  package mutating func setCommandLine<Writer: GuestImageWriter & ~Copyable>(
    _ line: RawSpan, into writer: inout Writer
  ) throws(StartInfoError) {
    commandLine = try place(line, into: &writer)
  }

  /// Lists a module that lies at `address`. An empty command line is absent.
  package mutating func addModule<Writer: GuestImageWriter & ~Copyable>(
    at address: GuestPhysicalAddress, byteCount: UInt64, commandLine line: RawSpan, into writer: inout Writer
  ) throws(StartInfoError) {
    guard modulesAdded < moduleCount else { throw .moduleCountDiffers }
    let entry = HVMModule(
      address: address, byteCount: byteCount,
      commandLine: line.byteCount > 0 ? try place(line, into: &writer) : GuestPhysicalAddress(0))
    let place = layout.modules &+ UInt64(modulesAdded &* HVMModule.stride)
    try put(entry, at: place, into: &writer)
    modulesAdded &+= 1
  }

  /// Writes the memory map and the header; returns the header's address, which goes into EBX.
  package consuming func finish<Writer: GuestImageWriter & ~Copyable>(
    flags: HVMStartFlags, rsdp: GuestPhysicalAddress, memoryMap: borrowing GuestMemoryMap, into writer: inout Writer
  ) throws(StartInfoError) -> GuestPhysicalAddress {
    guard modulesAdded == moduleCount else { throw .moduleCountDiffers }
    // The map may have changed since the plan was made, but not to more ranges than there is room for.
    guard memoryMap.count <= memoryMapCount else { throw .windowTooSmall }
    for index in 0..<memoryMap.count {
      try put(memoryMap[index], at: layout.memoryMap &+ UInt64(index &* HVMMemoryMapEntry.stride), into: &writer)
    }
    var header = HVMStartInfo()
    header.flags = flags
    header.moduleCount = UInt32(truncatingIfNeeded: moduleCount)
    header.modules = moduleCount > 0 ? window.advanced(by: layout.modules) : GuestPhysicalAddress(0)
    header.commandLine = commandLine
    header.rsdp = rsdp
    header.memoryMap = window.advanced(by: layout.memoryMap)
    header.memoryMapCount = UInt32(truncatingIfNeeded: memoryMap.count)
    try put(header, at: 0, into: &writer)
    return window
  }

  private func put<T: WireStructure, Writer: GuestImageWriter & ~Copyable>(
    _ value: T, at offset: UInt64, into writer: inout Writer
  ) throws(StartInfoError) {
    do throws(GuestWriteError) {
      try writer.write(value, at: window.advanced(by: offset))
    } catch {
      throw .destination(error)
    }
  }

  private mutating func place<Writer: GuestImageWriter & ~Copyable>(
    _ line: RawSpan, into writer: inout Writer
  ) throws(StartInfoError) -> GuestPhysicalAddress {
    let count = UInt64(truncatingIfNeeded: line.byteCount)
    guard count < windowSize &- nextString else { throw .windowTooSmall }  // one byte more for the NUL
    let address = window.advanced(by: nextString)
    do throws(GuestWriteError) {
      if count > 0 { try writer.write(line, at: address) }
      try writer.zero(1, at: address.advanced(by: count))
    } catch {
      throw .destination(error)
    }
    nextString &+= count &+ 1
    return address
  }
}
