#if canImport(XenABI)
  import XenABI
#endif

/// memory_op: more and fewer frames, by lists of extents (public header `memory.h`).
///
/// A piece of a call does a bounded number of extents; the number of the next one goes on above the sub-operation's
/// bits. The result is the number of extents done, in whatever way the list came to its end.
extension Caller {
  /// What one piece may do: a unit is about the time in which a frame is cleared.
  private static var piece: Int { 48 }
  /// The largest extent: 2 MiB. Larger ones would have to be done in pieces themselves.
  private static var largestExtent: FrameOrder { .superpage2M }

  /// XENMEM_populate_physmap: new frames at the listed places.
  ///
  /// - Throws: `badAddress` for the structure, and with no extent done as `extentList`; `invalidArgument` for
  ///   populate-on-demand.
  func memoryPopulate(
    _ argument: GuestVirtualAddress, from start: UInt64
  ) throws(HypercallError) -> HypercallOutcome {
    let list = try extentList(argument, from: start)
    guard !list.request.flags.contains(.populateOnDemand) else { throw .invalidArgument }
    let limit = list.frameLimit
    var budget = Self.piece
    var index = start
    while index < list.count {
      guard budget > 0 else { return .continues(.memory(.populatePhysmap, argument, from: index)) }
      do throws(HypercallError) {
        let place = GuestFrame(try list.extent(index, in: memory))
        guard list.subject.prepare(place, list.order, below: limit, budget: &budget) else {
          return .continues(.memory(.populatePhysmap, argument, from: index))
        }
        try list.subject.populate(place, list.order, below: limit)
      } catch {
        return .done(index)
      }
      budget &-= list.cost
      index &+= 1
    }
    return .done(list.count)
  }

  /// XENMEM_decrease_reservation: gives the frames at the listed places back. The list ends at an extent that is not
  /// all memory of the domain's own.
  ///
  /// - Throws: `badAddress` for the structure, and with no extent done as `extentList`.
  func memoryDecreaseReservation(
    _ argument: GuestVirtualAddress, from start: UInt64
  ) throws(HypercallError) -> HypercallOutcome {
    let list = try extentList(argument, from: start)
    var budget = Self.piece
    var index = start
    while index < list.count {
      guard budget > 0 else { return .continues(.memory(.decreaseReservation, argument, from: index)) }
      do throws(HypercallError) {
        let place = GuestFrame(try list.extent(index, in: memory))
        guard list.subject.isOwn(place, count: list.order.frameCount) else { return .done(index) }
        try list.subject.empty(place, count: list.order.frameCount)
      } catch {
        return .done(index)
      }
      budget &-= list.cost
      index &+= 1
    }
    return .done(list.count)
  }

  /// XENMEM_increase_reservation: accounts for more frames, without a place. With nested tables a guest can't use those,
  /// so nothing is allocated: what would stay below the domain's maximum counts as done.
  ///
  /// - Throws: `badAddress` for the structure, and with no extent done as `extentList`.
  func memoryIncreaseReservation(
    _ argument: GuestVirtualAddress, from start: UInt64
  ) throws(HypercallError) -> HypercallOutcome {
    let list = try extentList(argument, from: start)
    let memory = list.subject.object.memory
    let room = memory.maximum > memory.held ? memory.maximum &- memory.held : 0
    return .done(min(list.count, room >> UInt64(list.order.rawValue)))
  }

  /// Reads a reservation and checks it.
  ///
  /// - Throws: `badAddress`; `notPermitted` for another domain, unless by the control domain, or too large an extent;
  ///   `noSuchDomain`; `invalidArgument` for a count that a continuation can't express, or below `start`.
  private func extentList(
    _ argument: GuestVirtualAddress, from start: UInt64
  ) throws(HypercallError) -> ExtentList {
    let request = try memory.read(MemoryReservation.self, at: argument)
    let most = (width == .bits64 ? UInt64.max : UInt64(UInt32.max)) >> MemoryOperation.bitCount
    guard request.extentCount <= most, start <= request.extentCount else { throw .invalidArgument }
    guard request.extentOrder <= UInt32(Self.largestExtent.rawValue) else { throw .notPermitted }
    return ExtentList(
      request: request, subject: try subject(request.domain),
      order: FrameOrder(UInt8(truncatingIfNeeded: request.extentOrder)), width: width)
  }
}

/// A checked list of extents.
private struct ExtentList {
  let request: MemoryReservation
  let subject: Handle<Domain>
  let order: FrameOrder
  let width: CallWidth

  var count: UInt64 { request.extentCount }

  /// What an extent costs of a piece, besides the clearing of frames: what lies at its places now can be as many pages,
  /// each with a mapping to be ended.
  var cost: Int { 1 &+ Int(order.frameCount >> 3) }

  /// The frame under which all frames have to lie.
  var frameLimit: MachineFrame {
    let bits = UInt64(request.flags.addressBits)
    return bits == 0 || bits >= 64 ? MachineFrame(.max) : MachineFrame(bits > pageShift ? 1 << (bits &- pageShift) : 0)
  }

  /// The frame number that stands in the list, which is an `unsigned long` of the caller's.
  func extent(_ index: UInt64, in memory: GuestMemory) throws(HypercallError) -> UInt64 {
    try memory.readWord(request.extentStart, index: index)
  }
}

extension GuestMemory {
  /// Reads an element of an array of `unsigned long`s.
  @inline(__always)
  func readWord(_ array: GuestVirtualAddress, index: UInt64) throws(HypercallError) -> UInt64 {
    let at = array.advanced(by: index &* UInt64(width.wordSize))
    return width == .bits64 ? try read(UInt64.self, at: at) : UInt64(try read(UInt32.self, at: at))
  }
}
