/// A sub-operation of `physdev_op` (public header `physdev.h`, `PHYSDEVOP_*`).
public struct PhysicalDeviceOperation: RawRepresentable, Equatable, BitwiseCopyable, Sendable {
  public var rawValue: UInt32
  @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }
  @inline(__always) public init(_ number: UInt32) { rawValue = number }
  /// The number as a register holds it.
  @inline(__always) public var word: UInt64 { UInt64(rawValue) }

  /// `PHYSDEVOP_irq_status_query`: whether an interrupt needs an end-of-interrupt call.
  @inline(__always) public static var irqStatusQuery: Self { Self(5) }
  /// `PHYSDEVOP_eoi`: the interrupt has been served.
  @inline(__always) public static var endOfInterrupt: Self { Self(12) }
  /// `PHYSDEVOP_map_pirq`: a number for a line or a message.
  @inline(__always) public static var mapPhysicalIRQ: Self { Self(13) }
  /// `PHYSDEVOP_unmap_pirq`: gives the number back.
  @inline(__always) public static var unmapPhysicalIRQ: Self { Self(14) }
  /// `PHYSDEVOP_get_free_pirq`: reserves a number.
  @inline(__always) public static var getFreePhysicalIRQ: Self { Self(23) }
}
