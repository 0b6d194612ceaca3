/// Frames of other domains, kept for a device to read or write by itself. They are given back when the value ends, which
/// must not be before the device is done with them: until then they stay what they are, whatever becomes of the domains.
struct DeviceGrants: ~Copyable {
  private var mapped: [GrantUnmap] = []

  /// Maps the granted ones among the buffers, and returns where each buffer is for a device, neighbours joined; nil where
  /// a grant is not to be had.
  ///
  /// - Parameter deviceWrites: the frames have to be granted for writing.
  mutating func map(_ buffers: [BlockBuffer], deviceWrites: Bool) -> [DeviceBuffer]? {
    var requests: [GrantMap] = []
    for buffer in buffers {
      if case .granted(let reference, let domain) = buffer.memory {
        let flags = deviceWrites ? GrantMapFlags.deviceMap : GrantMapFlags.deviceMap.union(.readOnly)
        requests.append(GrantMap(flags: flags, reference: reference, domain: domain))
      }
    }
    guard requests.isEmpty || map(&requests) else { return nil }
    var found: [DeviceBuffer] = []
    var next = 0
    for buffer in buffers {
      let frame: UInt64
      switch buffer.memory {
      case .own(let own): frame = own.address.rawValue
      case .granted:
        frame = requests[next].deviceAddress
        next += 1
      }
      let address = frame + UInt64(buffer.offset)
      if let last = found.last, last.address + UInt64(last.byteCount) == address {
        found[found.count - 1].byteCount += UInt32(buffer.byteCount)
      } else {
        found.append(DeviceBuffer(address: address, byteCount: UInt32(buffer.byteCount)))
      }
    }
    return found
  }

  /// Maps all of them; what was mapped is kept for the unmapping also where not all were.
  private mutating func map(_ requests: inout [GrantMap]) -> Bool {
    // What the call does not get to has not been mapped.
    for index in requests.indices { requests[index].status = .generalError }
    do {
      var span = requests.mutableSpan
      _ = try Hypercall.grantMap(&span)
    } catch {
      // The statuses say how far it got.
    }
    var isComplete = true
    for request in requests {
      if request.status == .okay {
        mapped.append(GrantUnmap(deviceAddress: request.deviceAddress, handle: request.handle))
      } else {
        isComplete = false
      }
    }
    return isComplete
  }

  deinit {
    if mapped.isEmpty { return }
    var list = mapped
    var span = list.mutableSpan
    // A handle of this domain's own, with the address that came with it, is always taken.
    _ = try? Hypercall.grantUnmap(&span)
  }
}
