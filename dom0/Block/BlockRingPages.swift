/// The pages of a guest's ring, mapped by their grants as long as someone holds them.
final class BlockRingPages: OrderedMemory {
  /// One of them.
  private final class Page {
    let mapping: GrantMapping
    init(_ mapping: consuming GrantMapping) { self.mapping = mapping }
  }

  private var pages: [Page] = []

  /// - Throws: where one of the grants is not to be had.
  init(_ references: [GrantReference], of domain: DomainID) throws(GuestError) {
    for reference in references { pages.append(Page(try GrantMapping(reference, of: domain))) }
  }

  private func window(_ offset: Int) -> MemoryWindow { pages[offset >> Int(pageShift)].mapping.window }
  private func inPage(_ offset: Int) -> Int { offset & (Int(pageSize) - 1) }

  func load8(at offset: Int) -> UInt8 { window(offset).load8(at: inPage(offset)) }
  func load32(at offset: Int) -> UInt32 { window(offset).load32(at: inPage(offset)) }
  func store8(_ value: UInt8, at offset: Int) { window(offset).store8(value, at: inPage(offset)) }
  func store32(_ value: UInt32, at offset: Int) { window(offset).store32(value, at: inPage(offset)) }
  func fence() { pages[0].mapping.window.fence() }
}

/// A page of this domain's that the first part of a granted page is copied to.
final class GrantedPageReader {
  private let page: Pages

  /// Nil where there is no memory.
  init?() {
    guard let page = Pages() else { return nil }
    self.page = page
  }

  /// The first words of a granted page; nil where it can't be read.
  func words(_ reference: GrantReference, of domain: DomainID, count: Int) -> [UInt32]? {
    guard count > 0, count <= Int(pageSize) / 4 else { return nil }
    do {
      try GrantCopier.copy(from: reference, of: domain, to: page.frame, count: count * 4)
    } catch {
      return nil
    }
    return (0..<count).map { page.window.load32(at: $0 * 4) }
  }
}
