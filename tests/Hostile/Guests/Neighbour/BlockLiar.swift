/// A frontend that lies to its block backend: grants that are none, sectors that are not there, counts without sense.
enum BlockLiar {
  /// Lies until the backend has had enough, and begins anew, for ever.
  static func lie(_ random: NeighbourRandom) -> Never {
    var random = random
    while true {
      try? session(&random)
      console.print("neighbour: connects anew")
    }
  }

  /// Jumps with the indices of a ring that is connected.
  static func jump(_ random: NeighbourRandom) throws(GuestError) -> Never {
    do throws(GuestError) {
      let connection = try connect()
      let ring = SharedRing(page: connection.pages.window, port: connection.channel.port)
      RingJumper.jump(ring, [0, 4, 8, 12], random)
    } catch {
      Panic.report("no disk to misuse")
    }
  }

  private static func connect() throws(GuestError) -> BlockConnection {
    guard let device = BlockFrontend.devices().first else { throw .block(.noDisk) }
    let connection = try BlockConnection(device, pageOrder: 0, until: Clock.now.adding(.seconds(10)))
    // An empty ring, as the backend expects it at first.
    _ = BlockFrontRing(connection.pages.window, connection.layout)
    try XenStore.write("\(connection.path)/state", "\(XenbusState.initialised.rawValue)")
    return connection
  }

  private static func session(_ random: inout NeighbourRandom) throws(GuestError) {
    let connection = try connect()
    var ring = BlockFrontRing(connection.pages.window, connection.layout)
    guard let pages = Pages(count: 2) else { throw .outOfMemory }
    let transfer = BlockTransfer()
    let good = try transfer.grant(pages.frame, to: connection.backend, readOnly: false)
    let readOnly = try transfer.grant(pages.frame.advanced(by: 1), to: connection.backend, readOnly: true)
    var silence = 0
    while silence < 200 {
      if ring.add(request([good, readOnly], &random)) {
        if ring.publish() { try? connection.channel.notify() }
      } else {
        silence += 1
        Clock.sleep(for: .milliseconds(5))
      }
      do throws(FrontRingFault) {
        while try ring.take() != nil { silence = 0 }
      } catch {
        return
      }
    }
  }

  private static func request(_ grants: [GrantReference], _ random: inout NeighbourRandom) -> FrontRequest {
    func reference() -> GrantReference {
      switch random.below(4) {
      case 0: GrantReference(UInt32(truncatingIfNeeded: random.next()))
      case 1: GrantReference(UInt32(random.below(600)))
      default: grants[random.below(grants.count)]
      }
    }
    let operation = BlockOperation(rawValue: UInt8(random.below(8)))
    var request = FrontRequest(operation: operation, identifier: random.next())
    request.sector = [0, 8, UInt64.max, UInt64.max - 7, random.next()][random.below(5)]
    request.handle = UInt16(truncatingIfNeeded: random.next())
    for _ in 0..<random.below(12) {
      request.segments.append(
        BlockSegment(
          reference: reference(), first: UInt8(truncatingIfNeeded: random.next() >> 60 & 9),
          last: UInt8(truncatingIfNeeded: random.next() >> 60 & 9)))
    }
    for _ in 0..<random.below(3) { request.indirectPages.append(reference()) }
    return request
  }
}
