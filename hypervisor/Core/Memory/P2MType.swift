/// What a guest frame stands for in its domain's physical-to-machine map.
package enum P2MType: UInt8, BitwiseCopyable {
  /// Nothing: an access is answered by the platform's emulation.
  case hole = 0
  /// The domain's own memory.
  case ram
  /// The domain's own memory, which it may not write.
  case ramReadOnly
  /// The domain's own memory, write-protected until the next write is recorded.
  case logDirty
  /// Another domain's frame, mapped through a grant that allows writing.
  case grantReadWrite
  /// Another domain's frame, mapped through a grant that allows reading.
  case grantReadOnly
  /// Another domain's frame, mapped by privilege.
  case foreign
  /// A device's registers, mapped uncached.
  case mmio
  /// The hypervisor's own object, shown to the domain (shared info, grant table).
  case shared

  /// Whether the guest may write without an exit.
  @inline(__always)
  package var isWritable: Bool {
    switch self {
    case .ram, .grantReadWrite, .foreign, .mmio, .shared: true
    case .hole, .ramReadOnly, .logDirty, .grantReadOnly: false
    }
  }

  /// Whether the frame is memory that the hypervisor may read and write on the domain's behalf.
  @inline(__always)
  package var isMemory: Bool {
    switch self {
    case .ram, .ramReadOnly, .logDirty, .grantReadWrite, .grantReadOnly, .foreign, .shared: true
    case .hole, .mmio: false
    }
  }

  /// Whether the frame counts towards the domain's own reservation.
  package var isOwn: Bool {
    switch self {
    case .ram, .ramReadOnly, .logDirty: true
    case .hole, .grantReadWrite, .grantReadOnly, .foreign, .mmio, .shared: false
    }
  }
}
