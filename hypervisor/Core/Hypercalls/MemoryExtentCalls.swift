#if canImport(XenABI)
  import XenABI
#endif

/// memory_op: more and fewer frames, by lists of extents (public header `memory.h`).
///
/// A piece of a call does a bounded number of steps, each an extent or a part of one; the number of the next one goes on
/// above the sub-operation's bits. The result is the number of extents done, in whatever way the list came to its end.
extension Caller {
  /// What one piece may do: a unit is about the time in which a frame is cleared.
  private static var piece: Int { 48 }
  /// The largest extent: 2 MiB. Larger ones would have to be done in pieces themselves.
  private static var largestExtent: FrameOrder { .superpage2M }

  /// XENMEM_populate_physmap: new frames at the listed places. Where an extent is refused, what lay at its places can be
  /// gone by then; but not in a domain whose guest frames are machine frames, which gets an extent as a whole or not.
  ///
  /// - Throws: `badAddress` for the structure, and with no extent done as `extentList`; `invalidArgument` for
  ///   populate-on-demand.
  func memoryPopulate(
    _ argument: GuestVirtualAddress, from start: UInt64
  ) throws(HypercallError) -> HypercallOutcome {
    let list = try extentList(argument, from: start, isNew: true)
    guard !list.request.flags.contains(.populateOnDemand) else { throw .invalidArgument }
    let limit = list.frameLimit
    var budget = Self.piece
    var step = start
    while step < list.stepCount {
      guard budget > 0 else { return .continues(.memory(.populatePhysmap, argument, from: step)) }
      do throws(HypercallError) {
        let extent = try list.extent(of: step, in: memory)
        if list.part(of: step) == 0 { try list.subject.checkPopulating(extent, list.order) }
        let isSuperpage = list.isSuperpage(extent)
        if isSuperpage {
          // What lies there is emptied part by part, the last part when the new frames come.
          if list.subject.isOneSuperpage(extent) { step |= list.lastPart }
          if list.part(of: step) < list.lastPart {
            try list.subject.empty(list.place(of: step, in: extent), count: list.partOrder.frameCount)
            budget &-= list.partCost
            step &+= 1
            continue
          }
        }
        let place = isSuperpage ? extent : list.place(of: step, in: extent)
        let order = isSuperpage ? list.order : list.partOrder
        guard list.subject.prepare(place, order, below: limit, budget: &budget) else {
          return .continues(.memory(.populatePhysmap, argument, from: step))
        }
        try list.subject.populate(place, order, below: limit)
        budget &-= isSuperpage ? Self.piece : list.partCost
      } catch {
        return .done(list.extentNumber(of: step))
      }
      step &+= 1
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
    let list = try extentList(argument, from: start, isNew: false)
    var budget = Self.piece
    var step = start
    while step < list.stepCount {
      guard budget > 0 else { return .continues(.memory(.decreaseReservation, argument, from: step)) }
      do throws(HypercallError) {
        let extent = try list.extent(of: step, in: memory)
        let isStart = list.part(of: step) == 0
        let isWhole = isStart && list.isSuperpage(extent) && list.subject.isOneSuperpage(extent)
        let place = list.place(of: step, in: extent)
        let count = isWhole ? list.order.frameCount : list.partOrder.frameCount
        guard list.subject.isOwn(place, count: isStart ? list.order.frameCount : count) else {
          return .done(list.extentNumber(of: step))
        }
        try list.subject.empty(place, count: count)
        if isWhole { step |= list.lastPart }
        budget &-= isWhole ? Self.piece : list.partCost
      } catch {
        return .done(list.extentNumber(of: step))
      }
      step &+= 1
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
    let list = try extentList(argument, from: start, isNew: false)
    let memory = list.subject.object.memory
    let room = memory.maximum > memory.held ? memory.maximum &- memory.held : 0
    return .done(min(list.count, room >> UInt64(list.order.rawValue)))
  }

  /// Reads a reservation and checks it.
  ///
  /// - Throws: `badAddress`; `notPermitted` for another domain, unless by the control domain, or too large an extent;
  ///   `noSuchDomain`; `invalidArgument` for a count that a continuation can't express, or below `start`.
  private func extentList(
    _ argument: GuestVirtualAddress, from start: UInt64, isNew: Bool
  ) throws(HypercallError) -> ExtentList {
    let request = try memory.read(MemoryReservation.self, at: argument)
    guard request.extentOrder <= UInt32(Self.largestExtent.rawValue) else { throw .notPermitted }
    let subject = try subject(request.domain)
    let order = FrameOrder(UInt8(truncatingIfNeeded: request.extentOrder))
    let isUndivided = isNew && subject.object.isDirectMapped
    let list = ExtentList(
      request: request, subject: subject, order: order, partOrder: isUndivided ? order : min(order, FrameOrder(5)),
      width: width)
    let most = (width == .bits64 ? UInt64.max : UInt64(UInt32.max)) >> MemoryOperation.bitCount
    guard request.extentCount <= most >> list.partBits, start <= list.stepCount else { throw .invalidArgument }
    return list
  }
}

/// A checked list of extents, each of which is done in one or more parts: what lies at its places now can be as many
/// pages, each with a mapping to be ended, and so can be what comes.
private struct ExtentList {
  let request: MemoryReservation
  let subject: Handle<Domain>
  let order: FrameOrder
  /// A part: 32 frames, or an extent of fewer; or one of more that is done as a whole.
  let partOrder: FrameOrder
  let width: CallWidth

  /// The number of extents.
  var count: UInt64 { request.extentCount }
  /// The number of parts, over all extents.
  var stepCount: UInt64 { count << partBits }

  /// What a part costs of a piece, besides the clearing of frames.
  var partCost: Int { Int(partOrder.frameCount) }
  /// An extent has 2 to that power parts.
  var partBits: UInt64 { UInt64(order.rawValue &- partOrder.rawValue) }
  var lastPart: UInt64 { (1 << partBits) &- 1 }

  func extentNumber(of step: UInt64) -> UInt64 { step >> partBits }
  func part(of step: UInt64) -> UInt64 { step & lastPart }
  /// Whether an extent can be one page of 2 MiB.
  func isSuperpage(_ extent: GuestFrame) -> Bool {
    order == .superpage2M && extent.rawValue & (order.frameCount &- 1) == 0
  }

  /// The frame under which all frames have to lie.
  var frameLimit: MachineFrame {
    let bits = UInt64(request.flags.addressBits)
    return bits == 0 || bits >= 64 ? MachineFrame(.max) : MachineFrame(bits > pageShift ? 1 << (bits &- pageShift) : 0)
  }

  /// The first place of a step's extent, as it stands in the list, which is of `unsigned long`s of the caller's.
  func extent(of step: UInt64, in memory: GuestMemory) throws(HypercallError) -> GuestFrame {
    GuestFrame(try memory.readWord(request.extentStart, index: extentNumber(of: step)))
  }

  /// The first place of a step's part.
  func place(of step: UInt64, in extent: GuestFrame) -> GuestFrame {
    extent.advanced(by: part(of: step) << UInt64(partOrder.rawValue))
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
