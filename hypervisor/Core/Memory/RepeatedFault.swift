#if canImport(XenABI)
  import XenABI
#endif

/// Sees where an access faults again and again although the domain's map allows it by now, so that executing it once
/// more would go on for ever.
package struct RepeatedFault: BitwiseCopyable {
  private var frame = GuestFrame(.max)
  private var exits: UInt64 = 0
  private var count: UInt8 = 0

  package init() {}

  /// An instruction with operands in several pages, walked to by tables in several more, faults on each of them at most
  /// once between two changes of the map.
  private static var limit: UInt8 { 64 }

  /// Notes that the access to a frame is to be made again, and says whether that is of no use any more.
  ///
  /// - Parameter exits: the vCPU's exits so far; any other than the same fault's begins anew.
  package mutating func isHopeless(at frame: GuestFrame, exits: UInt64) -> Bool {
    count = frame == self.frame && exits == self.exits &+ 1 ? count &+ 1 : 0
    self.frame = frame
    self.exits = exits
    return count >= Self.limit
  }
}
