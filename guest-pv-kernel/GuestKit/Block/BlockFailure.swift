/// Why a disk can't be used, or a request was not done.
enum BlockFailure: Error {
  /// The guest has no such disk.
  case noDisk
  /// What the store has against it.
  case store(StoreError)
  /// What the hypervisor has against it.
  case hypervisor(HypercallError)
  case outOfMemory
  /// The backend did not connect in time, or is gone.
  case noBackend
  /// The sectors are not there, are no whole blocks, or more than a request takes.
  case badRange
  /// What the disk answered.
  case refused(BlockStatus)
}
