#if canImport(XenABI)
  import Builder
  import XenABI
#endif

extension GuestMemoryMap {
  /// The map as hypercalls have it.
  var entries: [MemoryMapEntry] {
    (0..<count).map {
      MemoryMapEntry(
        address: self[$0].address.rawValue, byteCount: self[$0].byteCount, kind: MemoryKind(self[$0].type.rawValue))
    }
  }
}
