/// The tables that the processor uses, whoever built them.
enum CurrentTables {
  /// Maps frames one to one, to be read and written, if they are not mapped.
  static func map(_ frames: Range<UInt64>) {
    let space = AddressSpace.current
    if space.translate(GuestVirtualAddress(frames.lowerBound << pageShift)) != nil { return }
    do {
      try space.mapIdentity(frames, rights: .readWrite)
    } catch {
      Panic.report("pages could not be mapped")
    }
  }
}
