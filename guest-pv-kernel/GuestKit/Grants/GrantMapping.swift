/// A frame of another domain, mapped by its grant. The mapping ends with the value.
struct GrantMapping: ~Copyable {
  let frame: GuestFrame
  /// The frame's address for devices, where it was asked for.
  let deviceAddress: UInt64
  private let handle: GrantHandle

  /// Maps the grant at a place of its own.
  init(
    _ reference: GrantReference, of domain: DomainID, readOnly: Bool = false, forDevices: Bool = false
  ) throws(GuestError) {
    let place = UnusedFrames.take()
    var flags = GrantMapFlags.hostMap
    if readOnly { flags = flags.union(.readOnly) }
    if forDevices { flags = flags.union(.deviceMap) }
    var list: InlineArray<1, GrantMap> = [
      GrantMap(hostAddress: place.address.rawValue, flags: flags, reference: reference, domain: domain)
    ]
    do {
      var span = list.mutableSpan
      try Hypercall.grantMap(&span)
    } catch {
      UnusedFrames.give(place)
      throw error
    }
    if list[0].status != .okay {
      UnusedFrames.give(place)
      throw .grant(list[0].status)
    }
    frame = place
    handle = list[0].handle
    deviceAddress = list[0].deviceAddress
  }

  deinit {
    // A mapping that devices have too is there until both are given back.
    var list: InlineArray<1, GrantUnmap> = [
      GrantUnmap(hostAddress: frame.address.rawValue, deviceAddress: deviceAddress, handle: handle)
    ]
    var span = list.mutableSpan
    do {
      try Hypercall.grantUnmap(&span)
    } catch {
      return
    }
    if list[0].status == .okay { UnusedFrames.give(frame) }
  }

  /// Its bytes.
  var window: MemoryWindow {
    // The frame is mapped there as long as this value lives.
    unsafe MemoryWindow(unsafeAddress: frame.address.rawValue, byteCount: Int(pageSize))
  }
}

/// Copies between frames of this domain and granted ones, done by the hypervisor without a mapping.
enum GrantCopier {
  /// Copies `count` bytes out of a granted frame; neither side may cross its page's end.
  static func copy(
    from reference: GrantReference, of domain: DomainID, offset: Int = 0, to frame: GuestFrame,
    at destinationOffset: Int = 0, count: Int
  ) throws(GuestError) {
    try run(
      GrantCopy(
        source: UInt64(reference.rawValue), sourceDomain: domain, sourceOffset: UInt16(offset),
        destination: frame.rawValue, destinationOffset: UInt16(destinationOffset), byteCount: UInt16(count),
        flags: .sourceIsGrant))
  }

  /// Copies `count` bytes into a granted frame; neither side may cross its page's end.
  static func copy(
    from frame: GuestFrame, offset: Int = 0, to reference: GrantReference, of domain: DomainID,
    at destinationOffset: Int = 0, count: Int
  ) throws(GuestError) {
    try run(
      GrantCopy(
        source: frame.rawValue, sourceOffset: UInt16(offset), destination: UInt64(reference.rawValue),
        destinationDomain: domain, destinationOffset: UInt16(destinationOffset), byteCount: UInt16(count),
        flags: .destinationIsGrant))
  }

  private static func run(_ copy: GrantCopy) throws(GuestError) {
    var list: InlineArray<1, GrantCopy> = [copy]
    var span = list.mutableSpan
    try Hypercall.grantCopy(&span)
    if list[0].status != .okay { throw .grant(list[0].status) }
  }
}
