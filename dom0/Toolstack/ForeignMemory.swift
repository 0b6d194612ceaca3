import CGuest

/// Another domain's memory, reached by mapping a few of its frames at a time where this domain has nothing.
final class ForeignMemory {
  let domain: DomainID
  /// Where frames are mapped for the time of a copy; nothing is there in between.
  private var places: [GuestFrame] = []

  /// The frames that are mapped at once: as many as the hypervisor maps in one piece.
  static var batch: Int { 32 }
  /// The most bytes that one copy moves, where it begins with a frame.
  static var bytesPerCopy: UInt64 { UInt64(batch) << pageShift }

  init(of domain: DomainID) { self.domain = domain }

  deinit {
    for place in places { UnusedFrames.give(place) }
  }

  /// Copies bytes of this domain's memory into the other's, as many as one mapping reaches; returns how many.
  ///
  /// - Parameter source: the address of `count` bytes that stay readable meanwhile.
  func write(from source: UInt64, count: UInt64, to address: GuestPhysicalAddress) throws(GuestWriteError) -> UInt64 {
    try copy(count, at: address) { (place, offset, length) in cguest_copy(place, source &+ offset, length) }
  }

  /// Copies the other domain's bytes to this one's memory, as `write` does the other way.
  func read(to destination: UInt64, count: UInt64, from address: GuestPhysicalAddress) throws(GuestWriteError) -> UInt64
  {
    try copy(count, at: address) { (place, offset, length) in cguest_copy(destination &+ offset, place, length) }
  }

  /// Maps the frames of a stretch and calls `move` for the part in each: where it is mapped, how far into the stretch it
  /// begins, and its length.
  private func copy(
    _ count: UInt64, at address: GuestPhysicalAddress, _ move: (UInt64, UInt64, UInt64) -> Void
  ) throws(GuestWriteError) -> UInt64 {
    if count == 0 { return 0 }
    let inFrame = address.offsetInFrame
    let total = min(count, Self.bytesPerCopy - inFrame)
    let frames = Int((inFrame + total + pageSize - 1) >> pageShift)
    while places.count < frames { places.append(UnusedFrames.take()) }
    let mapped = try map(address.frame, frames)
    var done: UInt64 = 0
    for index in 0..<frames {
      let offset = index == 0 ? inFrame : 0
      let length = min(total - done, pageSize - offset)
      if mapped == frames { move(places[index].address.rawValue + offset, done, length) }
      done += length
    }
    unmap(mapped)
    guard mapped == frames else { throw .outsideMemory }
    return total
  }

  /// Maps neighbouring frames; returns how many of them there are, up to the first that can't be mapped.
  private func map(_ first: GuestFrame, _ count: Int) throws(GuestWriteError) -> Int {
    let numbers = (0..<count).map { first.rawValue &+ UInt64($0) }
    let errors: [Int32]
    do throws(GuestError) {
      errors = try XenMemory.addToPhysmapBatch(
        .foreignFrame, foreignDomain: domain, indexes: numbers, at: Array(places[..<count]))
    } catch {
      throw .notMapped
    }
    var mapped = 0
    while mapped < count && errors[mapped] == 0 { mapped += 1 }
    // Of those behind a gap none is used.
    for index in mapped..<count where errors[index] == 0 { empty(index) }
    places.removeAll { $0.rawValue == 0 }
    return mapped
  }

  private func unmap(_ count: Int) {
    for index in 0..<count { empty(index) }
    places.removeAll { $0.rawValue == 0 }
  }

  /// Makes a place empty. One that can't be emptied is used no more: its number becomes 0, to be left out.
  private func empty(_ index: Int) {
    if (try? XenMemory.removeFromPhysmap(places[index])) == nil { places[index] = GuestFrame(0) }
  }
}

/// Puts the small pieces of a new domain into its memory, whose frames come cleared.
struct NewDomainWriter: GuestImageWriter {
  let memory: ForeignMemory

  mutating func write(_ bytes: RawSpan, at address: GuestPhysicalAddress) throws(GuestWriteError) {
    // The span is alive during the call, and its bytes are read only.
    let source = unsafe bytes.withUnsafeBytes { UInt64(UInt(bitPattern: $0.baseAddress)) }
    var done: UInt64 = 0
    while done < UInt64(bytes.byteCount) {
      done += try memory.write(
        from: source &+ done, count: UInt64(bytes.byteCount) - done, to: address.advanced(by: done))
    }
  }

  mutating func zero(_ byteCount: UInt64, at address: GuestPhysicalAddress) throws(GuestWriteError) {}
}
