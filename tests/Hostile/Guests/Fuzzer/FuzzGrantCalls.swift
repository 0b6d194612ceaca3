/// Calls on grants, and the entries that they are about.
extension Fuzzer {
  mutating func grantCall() -> FuzzCall {
    switch random.below(14) {
    case 0..<4:
      return grant(.map) { fuzzer, address in
        var flags = GrantMapFlags(rawValue: UInt32(fuzzer.random.below(32)))
        if fuzzer.random.chance(60) { flags = .hostMap }
        let map = GrantMap(
          hostAddress: fuzzer.hostAddress(), flags: flags, reference: fuzzer.reference(), domain: fuzzer.domain())
        fuzzer.write(map, at: address)
        return GrantMap.size(fuzzer.width)
      }
    case 4..<7:
      return grant(.unmap) { fuzzer, address in
        let device = fuzzer.random.chance(80) ? 0 : fuzzer.number()
        let unmap = GrantUnmap(
          hostAddress: fuzzer.hostAddress(), deviceAddress: device, handle: fuzzer.handle())
        fuzzer.write(unmap, at: address)
        return GrantUnmap.size(fuzzer.width)
      }
    case 7..<11:
      return grant(.copy) { fuzzer, address in
        fuzzer.write(fuzzer.copyRequest(), at: address)
        return GrantCopy.size(fuzzer.width)
      }
    case 11:
      let list = words(8) { _ in 0 }
      let setup = GrantSetupTable(
        domain: domain(), frameCount: UInt32(truncatingIfNeeded: list.count),
        frames: GuestVirtualAddress(list.address))
      return operation(.grantTable, GrantTableOperation.setupTable.rawValue, put(setup), count(1))
    case 12:
      switch random.below(4) {
      case 0:
        return operation(
          .grantTable, GrantTableOperation.querySize.rawValue, put(GrantQuerySize(domain: domain())), count(1))
      case 1:
        let version = GrantSetVersion(version: random.chance(70) ? 1 : number32())
        return operation(.grantTable, GrantTableOperation.setVersion.rawValue, put(version, maySpoil: false), 1)
      case 2:
        return operation(
          .grantTable, GrantTableOperation.getVersion.rawValue, put(GrantGetVersion(domain: domain())), count(1))
      default:
        return operation(.grantTable, GrantTableOperation.transfer.rawValue, place(48, list: .grants), count(2))
      }
    default: return operation(.grantTable, random.chance(70) ? UInt32(random.below(16)) : number32(), 0, count(4))
    }
  }

  /// A list of such structures, one after the other.
  private mutating func grant(
    _ operation: GrantTableOperation, _ make: (inout Fuzzer, UInt64) -> Int
  ) -> FuzzCall {
    let few = 1 + random.below(UInt64(6))
    let list = place(few * 40, list: .grants)
    let bounded = isBounded
    var address = list
    for _ in 0..<few { address &+= UInt64(make(&self, address)) }
    // The list ends before nothing only where its elements fill the place to the byte.
    let isFull = bounded && address & (pageSize - 1) == 0
    return self.operation(.grantTable, operation.rawValue, list, isFull && random.chance(30) ? number() : few)
  }

  /// Where a grant is to be mapped: mostly where a frame can be.
  private mutating func hostAddress() -> UInt64 {
    let address = frame().address.rawValue
    return random.chance(92) ? address : address | random.below(pageSize)
  }

  private mutating func copyRequest() -> GrantCopy {
    let flags = GrantCopyFlags(rawValue: UInt16(random.below(random.chance(95) ? 4 : 65536)))
    let count = random.chance(80) ? UInt16(random.below(4097)) : UInt16(truncatingIfNeeded: random.next())
    return GrantCopy(
      source: flags.contains(.sourceIsGrant) ? UInt64(reference().rawValue) : frame().rawValue, sourceDomain: domain(),
      sourceOffset: copyOffset(),
      destination: flags.contains(.destinationIsGrant) ? UInt64(reference().rawValue) : frame().rawValue,
      destinationDomain: domain(), destinationOffset: copyOffset(), byteCount: count, flags: flags)
  }

  private mutating func copyOffset() -> UInt16 {
    random.chance(50) ? 0 : UInt16(random.below(random.chance(80) ? 4096 : 65536))
  }

  /// Entries of the grant table.
  mutating func writeGrantEntries(_ count: Int) {
    // Something else may have come into its place since, perhaps what can't be written.
    repairs.mapGrantTable(grantFrame)
    guard repairs.hasGrantFrame else { return }
    for _ in 0..<count { writeGrantEntry() }
  }

  /// One, for oneself, for others, or senseless.
  private mutating func writeGrantEntry() {
    let table = unsafe MemoryWindow(unsafeAddress: grantFrame.address.rawValue, byteCount: Int(pageSize))
    let place = random.below(64) * 8
    let frame = frame()
    let flags = random.chance(80) ? 1 | random.below(UInt64(2)) << 2 : random.below(UInt64(65536))
    let domain = domain()
    table.store16((domain == .current ? own ?? .zero : domain).rawValue, at: place + 2)
    table.store32(UInt32(truncatingIfNeeded: frame.rawValue), at: place + 4)
    table.store16(UInt16(flags), at: place)
  }
}
