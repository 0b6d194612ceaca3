import CGuest

/// The address space of a guest kernel: its own tables instead of those that the entry built.
enum KernelAddressSpace {
  /// What `build` maps beside RAM and the image.
  private static var localAPIC: UInt64 { 0xFEE00 }

  /// Maps everything one to one: code to be executed and constants to be read and neither to be written; data, RAM and
  /// firmware tables not to be executed; nothing at address 0, below the stacks, nor where there is nothing. Ring 3 may
  /// use the code and the constants with `userImage`, and nothing else.
  static func build(userImage: Bool = false) throws(GuestError) -> AddressSpace {
    guard let space = AddressSpace() else { throw .outOfMemory }
    let user = userImage ? PageRights.user : .readOnly
    let text = cguest_image_start() >> pageShift
    let constants = cguest_rodata_start() >> pageShift
    let data = cguest_data_start() >> pageShift
    let end = cguest_image_end() >> pageShift
    try space.mapIdentity(text..<constants, rights: .readExecute.union(user))
    try space.mapIdentity(constants..<data, rights: .readOnly.union(user))
    for frame in data..<end where !isGuard(frame) {
      let isCode = frame == cguest_hypercall_page() >> pageShift
      try space.mapIdentity(frame..<frame + 1, rights: isCode ? .readExecute : .readWrite)
    }
    for index in 0..<MemoryMap.count {
      let entry = MemoryMap.entry(index)
      if entry.type == .unusable || entry.type == .reserved { continue }
      let frames = max(entry.frames.lowerBound, 1)..<max(entry.frames.upperBound, 1)
      try mapAround(text..<end, frames, into: space)
    }
    try mapSpecialPages(into: space)
    return space
  }

  /// Maps the part of `frames` that is not in `hole`.
  private static func mapAround(
    _ hole: Range<UInt64>, _ frames: Range<UInt64>, into space: borrowing AddressSpace
  ) throws(GuestError) {
    try space.mapIdentity(
      frames.lowerBound..<max(frames.lowerBound, min(frames.upperBound, hole.lowerBound)), rights: .readWrite)
    try space.mapIdentity(
      min(frames.upperBound, max(frames.lowerBound, hole.upperBound))..<frames.upperBound, rights: .readWrite)
  }

  /// Maps pages that are no RAM: the local APIC, the rings of console and store, the grant table.
  private static func mapSpecialPages(into space: borrowing AddressSpace) throws(GuestError) {
    try mapOnce(localAPIC, rights: .readWrite.union(.uncached), into: space)
    if case .ring(let ring) = Console.backend { try mapOnce(ring.frame.rawValue, rights: .readWrite, into: space) }
    if let ring = XenStoreRing.find() { try mapOnce(ring.frame.rawValue, rights: .readWrite, into: space) }
    for frame in GrantTable.frames { try mapOnce(frame.rawValue, rights: .readWrite, into: space) }
    try mapOnce(BootInformation.address >> pageShift, rights: .readWrite, into: space)
  }

  private static func mapOnce(
    _ frame: UInt64, rights: PageRights, into space: borrowing AddressSpace
  ) throws(GuestError) {
    if space.translate(GuestVirtualAddress(frame << pageShift)) != nil { return }
    try space.map(GuestVirtualAddress(frame << pageShift), to: GuestFrame(frame), rights: rights)
  }

  /// Whether the frame lies below a stack, to catch its overflow.
  private static func isGuard(_ frame: UInt64) -> Bool {
    if frame == cguest_boot_stack_guard() >> pageShift { return true }
    let first = cguest_ist_stacks() >> pageShift
    return frame >= first && frame < first + 6 && (frame - first) % 2 == 0
  }
}
