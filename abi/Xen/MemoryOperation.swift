/// A sub-operation of `memory_op` (public header `memory.h`, `XENMEM_*`).
///
/// It lies in the low six bits of the first argument; the bits above are where a continued call goes on.
public struct MemoryOperation: RawRepresentable, Equatable, BitwiseCopyable, Sendable {
  public var rawValue: UInt32
  @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }
  @inline(__always) public init(_ number: UInt32) { rawValue = number }
  /// The number as a register holds it.
  @inline(__always) public var word: UInt64 { UInt64(rawValue) }

  /// `XENMEM_increase_reservation`: more frames, without a place in guest-physical space.
  @inline(__always) public static var increaseReservation: Self { Self(0) }
  /// `XENMEM_decrease_reservation`: gives frames back.
  @inline(__always) public static var decreaseReservation: Self { Self(1) }
  /// `XENMEM_maximum_ram_page`: the machine's highest frame number of RAM.
  @inline(__always) public static var maximumRAMPage: Self { Self(2) }
  /// `XENMEM_current_reservation`: the frames that a domain has.
  @inline(__always) public static var currentReservation: Self { Self(3) }
  /// `XENMEM_maximum_reservation`: the frames that a domain may have.
  @inline(__always) public static var maximumReservation: Self { Self(4) }
  /// `XENMEM_populate_physmap`: new frames at given places.
  @inline(__always) public static var populatePhysmap: Self { Self(6) }
  /// `XENMEM_add_to_physmap`: puts a special frame, or one of the domain's own, at a place.
  @inline(__always) public static var addToPhysmap: Self { Self(7) }
  /// `XENMEM_memory_map`: the domain's own memory map, in the BIOS's format.
  @inline(__always) public static var memoryMap: Self { Self(9) }
  /// `XENMEM_set_memory_map`: gives a domain its memory map.
  @inline(__always) public static var setMemoryMap: Self { Self(13) }
  /// `XENMEM_maximum_gpfn`: the domain's highest guest frame.
  @inline(__always) public static var maximumGuestFrame: Self { Self(14) }
  /// `XENMEM_remove_from_physmap`: makes a place empty.
  @inline(__always) public static var removeFromPhysmap: Self { Self(15) }
  /// `XENMEM_add_to_physmap_batch`: `addToPhysmap` for a list, and the only way to map foreign frames.
  @inline(__always) public static var addToPhysmapBatch: Self { Self(23) }
}

extension MemoryOperation {
  /// The number of low bits of the first argument that hold the sub-operation (`MEMOP_EXTENT_SHIFT`).
  public static var bitCount: UInt64 { 6 }
}
