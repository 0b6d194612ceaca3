import CGuest

/// Numbers that are worth trying.
extension Fuzzer {
  /// Any number that does not name what is precious.
  mutating func number() -> UInt64 {
    while true {
      let value = anyNumber()
      if !playground.isPrecious(value: value) { return value }
    }
  }

  private mutating func anyNumber() -> UInt64 {
    switch random.below(13) {
    case 0, 1: random.below(UInt64(8))
    case 2: random.below(UInt64(64))
    case 3: (1 as UInt64) << random.below(UInt64(64)) &+ random.below(UInt64(3)) &- 1
    case 4: UInt64.max &- random.below(UInt64(16))
    case 5: playground.toy(random.next()).rawValue
    case 6: Playground.window &+ random.below(Playground.pageCount << pageShift)
    case 7: random.next()
    case 8: random.next() & 0xFFFF_FFFF
    case 9: UInt64(DomainID.current.rawValue) &+ random.below(UInt64(6))
    case 10: UInt64(port().rawValue)
    case 11: UInt64(Int64.max) &+ random.below(UInt64(3))
    default: 0xFFFF_FFFF &- random.below(UInt64(8))
    }
  }

  mutating func number32() -> UInt32 { UInt32(truncatingIfNeeded: number()) }

  /// A count that is mostly small.
  mutating func count(_ few: UInt64) -> UInt64 { random.chance(92) ? random.below(few + 1) : number() }

  /// A frame: mostly one that may be given away.
  mutating func frame() -> GuestFrame {
    switch random.below(100) {
    case 0..<62: playground.toy(random.next())
    case 62..<68: GuestFrame(lowFrame())
    case 68..<78: GuestFrame((1 << 20) + random.below(UInt64(4096)))
    case 78..<84: GuestFrame(Playground.beyondFrame + random.below(UInt64(8)))
    case 84..<88: GuestFrame(random.chance(50) ? 0xFEE00 : 0xFEC00)
    case 88..<92: grantFrame
    default: GuestFrame(number())
    }
  }

  /// A frame from which on up to 512 may be given away.
  mutating func extent() -> GuestFrame {
    let frame = frame()
    return frame.rawValue >= playground.toy(0).rawValue ? frame : playground.toy(frame.rawValue)
  }

  private mutating func lowFrame() -> UInt64 {
    let frame = random.below(UInt64(0x100))
    return playground.isPrecious(frame: frame) ? 0 : frame
  }

  mutating func domain() -> DomainID {
    switch random.below(100) {
    case 0..<50: .current
    case 50..<65: own ?? .current
    case 65..<75: .zero
    case 75..<85: DomainID(UInt16(1 + random.below(4)))
    case 85..<92: DomainID(DomainID.current.rawValue + UInt16(random.below(6)))
    default: DomainID(UInt16(truncatingIfNeeded: random.next()))
    }
  }

  /// Whether a domain is another than this one.
  func isForeign(_ domain: DomainID) -> Bool { domain != .current && own != nil && domain != own }

  mutating func port() -> EventPort {
    switch random.below(10) {
    case 0..<5: EventPort(ports[random.below(16)])
    case 5..<8: EventPort(UInt32(random.below(40)))
    case 8: EventPort(UInt32(random.below(5000)))
    default: EventPort(UInt32(truncatingIfNeeded: random.next()))
    }
  }

  mutating func remember(port: UInt32) { ports[random.below(16)] = port }
  mutating func remember(handle: UInt32) { handles[random.below(16)] = handle }

  mutating func vcpu() -> VCPUID { VCPUID(random.chance(80) ? 0 : number32()) }

  mutating func reference() -> GrantReference {
    GrantReference(random.chance(80) ? UInt32(random.below(64)) : number32())
  }

  mutating func handle() -> GrantHandle {
    GrantHandle(random.chance(70) ? handles[random.below(16)] : number32())
  }

  /// A time: now or about, past, never, or nonsense.
  mutating func deadline() -> Nanoseconds {
    switch random.below(5) {
    case 0: Clock.now.adding(.microseconds(random.below(UInt64(2000))))
    case 1: Clock.now.adding(.seconds(random.below(UInt64(10000))))
    case 2: Nanoseconds(random.below(UInt64(1000)))
    default: Nanoseconds(number())
    }
  }
}
