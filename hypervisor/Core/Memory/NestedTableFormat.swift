#if canImport(XenABI)
  import XenABI
#endif

/// The bits in which the two formats of nested page tables differ. The walk itself is one (`P2M`).
///
/// Both formats have four levels of 512 entries of 8 bytes, the address in bits 12-51 and the large-page bit at 7.
/// Apus keeps a frame's `P2MType` in bits 52-55, which both leave to software.
package struct NestedTableFormat: BitwiseCopyable {
  /// Set in an entry that leads to a further table.
  let table: UInt64
  /// Set in a leaf that may be read.
  let readable: UInt64
  /// Set besides where code may be fetched from it; 0 where that goes with reading.
  let executable: UInt64
  /// Set besides where it may be written.
  let writable: UInt64
  /// Set in ordinary memory.
  let writeBack: UInt64
  /// Set in device memory.
  let uncached: UInt64
  /// The largest leaf the processor takes.
  let largestLeaf: FrameOrder
  /// The largest leaf that code is fetched from. A larger one is split at the first fetch.
  package private(set) var largestExecutable = FrameOrder.superpage1G

  /// Extended page tables (Intel SDM vol. 3 28.3.2): read, write, execute in bits 0-2, the memory type in 3-5.
  package static func extended(largestLeaf: FrameOrder) -> Self {
    Self(
      table: 0b111, readable: 0b001, executable: 0b100, writable: 0b010, writeBack: 6 << 3, uncached: 0,
      largestLeaf: largestLeaf)
  }

  /// Nested paging (AMD APM vol. 2 15.25.5): the long-mode format, walked as user accesses.
  package static func nested(largestLeaf: FrameOrder) -> Self {
    Self(
      table: 0b0010_0111, readable: 0b0010_0101, executable: 0, writable: 0b0100_0010, writeBack: 0,
      uncached: 0b1_1000, largestLeaf: largestLeaf)
  }

  /// The format in which code is fetched from single pages only.
  ///
  /// For processors on which a guest that changes the size of a page while it executes from it can raise a machine check
  /// (CVE-2018-12207): where no superpage is executable, no fetch finds two sizes.
  package var executingFromPages: Self {
    var format = self
    format.largestExecutable = .page
    return format
  }

  static var largePage: UInt64 { 1 << 7 }
  static var addressMask: UInt64 { 0x000F_FFFF_FFFF_F000 }
  static var typeShift: UInt64 { 52 }

  /// A leaf's entry.
  func leaf(_ frame: MachineFrame, _ order: FrameOrder, _ type: P2MType) -> UInt64 {
    if type == .hole { return 0 }
    return frame.address.rawValue & Self.addressMask
      | readable | (type.isWritable ? writable : 0) | (order <= largestExecutable ? executable : 0)
      | (type == .mmio ? uncached : writeBack)
      | (order > .page ? Self.largePage : 0)
      | UInt64(type.rawValue) << Self.typeShift
  }
}
