#if canImport(XenABI)
  import XenABI
#endif

/// Why a disk can't be used, or a request was not done.
enum BlockError: Error, Equatable {
  /// The guest has no such disk.
  case noDisk
  /// The backend did not connect in time, or is gone.
  case noBackend
  /// The sectors are not there, are no whole blocks, or more than a request takes.
  case badRange
  /// What the disk answered.
  case refused(BlockStatus)
}
