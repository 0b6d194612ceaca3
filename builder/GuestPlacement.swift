#if canImport(XenABI)
  import XenABI
#endif

/// Where in a domain's memory the pieces go that its kernel is handed, each from a frame on, in the order of Xen's builder:
/// behind the kernel its modules, then the start info; the start info first where the kernel maps its modules itself.
///
/// The memory map does not show them. RAM stays one range, which kernels rely on that take the first and no other; what
/// a kernel still needs of the pieces it keeps by what the start info says.
package struct GuestPlacement: BitwiseCopyable {
  /// What there is to place, in bytes.
  package struct Sizes: BitwiseCopyable {
    fileprivate var modules = InlineArray<32, UInt64>(repeating: 0)
    fileprivate var moduleCount = 0
    /// The command lines, each with its NUL.
    fileprivate var text: UInt64
    /// The ACPI tables, where they go into RAM; 0 where they have a place of their own.
    fileprivate let tables: UInt64

    /// - Parameters:
    ///   - line: the kernel's command line, without its NUL.
    ///   - tables: the ACPI tables, where they go into RAM.
    package init(line: Int, tables: UInt64 = 0) {
      text = UInt64(truncatingIfNeeded: line) &+ 1
      self.tables = tables
    }

    /// Adds a module and its command line. What is past the 32nd is left out.
    package mutating func add(module byteCount: UInt64, line: Int) {
      guard moduleCount < StartInfoLayout.moduleLimit else { return }
      modules[moduleCount] = byteCount
      moduleCount &+= 1
      text &+= UInt64(truncatingIfNeeded: line) &+ 1
    }
  }

  /// A piece for which there is no room behind the kernel, and its size in bytes.
  package enum Misfit: Error, Equatable {
    case module(UInt64)
    case startInfo(UInt64)
    case tables(UInt64)

    package var byteCount: UInt64 {
      switch self {
      case .module(let byteCount), .startInfo(let byteCount), .tables(let byteCount): byteCount
      }
    }
  }

  /// The modules, in their order.
  package private(set) var modules = InlineArray<32, GuestPhysicalAddress>(repeating: GuestPhysicalAddress(0))
  package private(set) var startInfo = GuestPhysicalAddress(0)
  /// The bytes that are there for the start info, its lists and its command lines: whole frames.
  package let startInfoSize: UInt64
  /// The ACPI tables, where they go into RAM.
  package private(set) var tables = GuestPhysicalAddress(0)
  /// The end of what was placed last.
  private var next: GuestPhysicalAddress

  /// Finds the places.
  package init(
    behind kernel: PVHImage, _ sizes: Sizes, in map: borrowing GuestMemoryMap
  ) throws(Misfit) {
    next = kernel.end
    // A frame holds the header and the longest lists: 32 modules and 64 ranges.
    startInfoSize = (pageSize &+ sizes.text &+ pageSize &- 1) & ~(pageSize &- 1)
    if kernel.mapsItsModules { startInfo = try room(.startInfo(startInfoSize), in: map) }
    for index in 0..<sizes.moduleCount { modules[index] = try room(.module(sizes.modules[index]), in: map) }
    if sizes.tables > 0 { tables = try room(.tables(sizes.tables), in: map) }
    if !kernel.mapsItsModules { startInfo = try room(.startInfo(startInfoSize), in: map) }
  }

  /// A place for a piece behind everything that was placed before.
  private mutating func room(
    _ piece: Misfit, in map: borrowing GuestMemoryMap
  ) throws(Misfit) -> GuestPhysicalAddress {
    guard let place = map.firstRAM(byteCount: piece.byteCount, notBelow: next) else { throw piece }
    next = place.advanced(by: piece.byteCount)
    return place
  }
}
