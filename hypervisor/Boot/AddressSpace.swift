#if canImport(CMachine)
  import CMachine
#endif

/// The places in the hypervisor's half of the address space: PML4 slots 256 to 271, which the ABI keeps for the
/// hypervisor in every pv address space (public header `arch-x86/xen-x86_64.h`).
///
/// | slot | what |
/// | --- | --- |
/// | 256 | kept for the read-only machine-to-physical table of pv domains |
/// | 257 | the image and its stacks |
/// | 258 | kept for what belongs to one domain or one CPU |
/// | 259-271 | the direct map of all RAM, and of the interrupt controllers |
enum AddressSpace {
  static var image: UInt64 { 0xFFFF_8080_0000_0000 }
  static var directMap: UInt64 { 0xFFFF_8180_0000_0000 }
  /// The machine's memory that it has room for: thirteen slots of 512 GiB.
  static var reach: MachineRange { MachineRange(MachineAddress(0), MachineAddress(13 << 39)) }
}

@_extern(c, "relocate_image") func relocateImage(_ to: UInt, _ from: UInt, _ byteCount: UInt, _ root: UInt)

/// The linker's names for the image's parts. Only their addresses mean anything.
enum ImageSymbols {
  static var start: UInt64 { apus_symbol_image_start() }
  static var textEnd: UInt64 { apus_symbol_text_end() }
  static var rodataEnd: UInt64 { apus_symbol_rodata_end() }
  static var end: UInt64 { apus_symbol_image_end() }
  static var bootStackEnd: UInt64 { apus_symbol_boot_stack_end() }
  static var nmiStackEnd: UInt64 { apus_symbol_nmi_stack_end() }
  static var machineCheckStackEnd: UInt64 { apus_symbol_machine_check_stack_end() }
  static var doubleFaultStackEnd: UInt64 { apus_symbol_double_fault_stack_end() }
  static var trapStubs: UInt64 { apus_symbol_trap_stubs() }

  /// Whether a page of the image is the guard below a stack.
  static func isGuard(_ address: UInt64) -> Bool {
    address == apus_symbol_boot_stack_guard() || address == apus_symbol_nmi_stack_guard()
      || address == apus_symbol_machine_check_stack_guard() || address == apus_symbol_double_fault_stack_guard()
  }
}

extension BootMemory {
  /// Builds the final address space, moves the image to the end of RAM, and continues there. It maps RAM and the
  /// interrupt controllers; what else the machine has is read before, through `window`, or mapped when it is needed.
  ///
  /// - Returns: the direct map of everything.
  mutating func enterAddressSpace(_ window: DirectMap, _ features: CPUFeatures) throws(BootRefusal) -> DirectMap {
    let size = ImageSymbols.end &- ImageSymbols.start
    let offset = ImageSymbols.start &- AddressSpace.image
    guard let image = take(size), let root = take(pageSize) else { throw .tooLittleMemory }
    window.clear(Int(pageSize), at: root)
    // What is executed, or never changes, is not written by way of the direct map either.
    let fixed = MachineRange(image, image.advanced(by: ImageSymbols.rodataEnd &- ImageSymbols.start))
    let poolSize = tableBound &* pageSize
    guard let pool = take(poolSize) else { throw .tooLittleMemory }
    window.clear(Int(poolSize), at: pool)
    var tables = HostPageTables(
      root: root, tables: pool, windowBase: window.base, hasGigabytePages: features.hasGigabytePages)
    var page = ImageSymbols.start
    while page < ImageSymbols.end {
      let rights: HostMapping =
        page < ImageSymbols.textEnd ? .code : page < ImageSymbols.rodataEnd ? .constants : .data
      if !ImageSymbols.isGuard(page) {
        tables.map(
          page, to: image.advanced(by: page &- ImageSymbols.start), size: pageSize, rights)
      }
      page &+= pageSize
    }
    var index = 0
    while index < count {
      mapDirectly(ranges[index].intersection(AddressSpace.reach), around: fixed, in: &tables)
      index &+= 1
    }
    tables.map(Self.lowest, .data)
    tables.map(MachineRange.controllers, .device)
    if let address = tables.firstWritable(
      executing: ImageSymbols.start..<ImageSymbols.textEnd, holding: fixed.start.rawValue..<fixed.end.rawValue)
    {
      throw BootRefusal("the page tables allow writing at \(hex: address): expected no writable code or constants")
    }
    relocateImage(
      UInt(window.base) &+ UInt(image.rawValue), UInt(AddressSpace.image &+ offset), UInt(size), UInt(root.rawValue))
    return DirectMap(
      base: UInt(AddressSpace.directMap), limit: max(min(limit, AddressSpace.reach.end), Self.reach.end))
  }

  /// Maps a range of RAM in the direct map; what of it is fixed is not writable there.
  private func mapDirectly(_ range: MachineRange, around fixed: MachineRange, in tables: inout HostPageTables) {
    tables.map(range.intersection(MachineRange(range.start, fixed.start)), .data)
    tables.map(range.intersection(fixed), .constants)
    tables.map(range.intersection(MachineRange(fixed.end, range.end)), .data)
  }

  /// The page tables that suffice for all of it.
  private var tableBound: UInt64 {
    let image = MachineRange(MachineAddress(ImageSymbols.start), MachineAddress(ImageSymbols.end))
    // One of the ranges is mapped in three pieces: the image's code and constants, what is before and what is behind.
    var bound = 3 &* image.tableBound &+ Self.lowest.tableBound &+ MachineRange.controllers.tableBound
    var index = 0
    while index < count {
      bound &+= ranges[index].intersection(AddressSpace.reach).tableBound
      index &+= 1
    }
    return bound
  }

  /// All of the first MiB is mapped, whatever lies there.
  private static var lowest: MachineRange { MachineRange(MachineAddress(0), firstMebibyte) }
}

extension HostPageTables {
  /// Maps a range of machine memory in the direct map.
  fileprivate mutating func map(_ range: MachineRange, _ rights: HostMapping) {
    map(AddressSpace.directMap &+ range.start.rawValue, to: range.start, size: range.byteCount, rights)
  }
}

/// Maps a range of machine memory, which may be empty, at its place in the direct map.
private func mapDirectly(_ range: Range<UInt64>, _ rights: HostMapping, in tables: inout HostPageTables) {
  tables.map(
    AddressSpace.directMap &+ range.lowerBound, to: MachineAddress(range.lowerBound),
    size: range.upperBound &- range.lowerBound, rights)
}

extension BootRefusal {
  static var tooLittleMemory: Self {
    Self("too little memory: expected at least 64 MiB of RAM, of which the hypervisor takes the end")
  }
}
