import CGuest

/// Grants of this domain to itself: the hypervisor's work is that for any other.
struct GrantRows<Instruction: HypercallInstruction> {
  static func run() throws(GuestError) {
    guard let own = Hypervisor.domainID ?? (Hypervisor.isControlDomain ? .zero : nil) else {
      Stopwatch.leaveOut("grant copy of a page", "this domain's number is not known")
      return
    }
    guard let page = Pages(), let target = Pages() else {
      Stopwatch.leaveOut("grant copy of a page", "no page is left")
      return
    }
    let grant = try GrantTable.grant(page.frame, to: own)
    copy(grant.reference, own, to: target.frame)
    mapping(grant.reference, own)
    // Where the frame has lost its place, the page must not be used again.
    _ = page.leak()
  }

  private static func copy(_ reference: GrantReference, _ own: DomainID, to frame: GuestFrame) {
    var list: InlineArray<1, GrantCopy> = [
      GrantCopy(
        source: UInt64(reference.rawValue), sourceDomain: own, destination: frame.rawValue,
        byteCount: UInt16(pageSize), flags: .sourceIsGrant)
    ]
    let ticks = withAddress(of: &list) { address in
      Stopwatch.ticks { _ = Instruction.call(.grantTable, GrantTableOperation.copy.word, address, 1) }
    }
    Stopwatch.require(list[0].status == .okay, "grant copy of a page", Int64(list[0].status.rawValue))
    Stopwatch.report("grant copy of a page", ticks)
  }

  private static func mapping(_ reference: GrantReference, _ own: DomainID) {
    let place = UnusedFrames.take()
    var map = GrantMap(
      hostAddress: place.address.rawValue, flags: .hostMap, reference: reference, domain: own)
    var unmap = GrantUnmap(hostAddress: place.address.rawValue)
    let ticks = unsafe withUnsafeMutablePointer(to: &map) { map in
      unsafe withUnsafeMutablePointer(to: &unmap) { unmap in
        let mapAddress = UInt64(UInt(bitPattern: map))
        let unmapAddress = UInt64(UInt(bitPattern: unmap))
        return Stopwatch.ticks {
          _ = Instruction.call(.grantTable, GrantTableOperation.map.word, mapAddress, 1)
          unsafe unmap.pointee.handle = map.pointee.handle
          _ = Instruction.call(.grantTable, GrantTableOperation.unmap.word, unmapAddress, 1)
        }
      }
    }
    UnusedFrames.give(place)
    if map.status == .okay && unmap.status == .okay {
      Stopwatch.report("grant map and unmap", ticks)
    } else {
      // Xen takes a domain's own frame out of its place when its grant is mapped elsewhere, so that works only once.
      let status = map.status == .okay ? unmap.status : map.status
      Stopwatch.leaveOut("grant map and unmap", "its status is \(status.rawValue) for a domain's own grant")
    }
  }
}
