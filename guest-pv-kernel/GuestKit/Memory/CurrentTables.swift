import CGuest

/// The tables that the processor uses, whoever built them.
enum CurrentTables {
  /// Maps frames one to one, to be read and written, if they are not mapped.
  static func map(_ frames: Range<UInt64>) {
    let space = AddressSpace(borrowing: GuestPhysicalAddress(cguest_read_cr3() & ~(pageSize - 1)).frame)
    if space.translate(GuestVirtualAddress(frames.lowerBound << pageShift)) != nil { return }
    do {
      try space.mapIdentity(frames, rights: .readWrite)
    } catch {
      Panic.report("pages could not be mapped")
    }
  }
}
