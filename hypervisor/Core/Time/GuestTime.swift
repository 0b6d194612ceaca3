#if canImport(XenABI)
  import XenABI
#endif

/// The time that guests read without an exit: the record in each vCPU's `vcpu_info`, its copy where the guest wants
/// one, and the wall clock in shared info.
extension Handle where Object == VCPU {
  /// A record stays right for as long as the machine runs, whatever its base. It is renewed so seldom, only so that
  /// the products that guests compute stay small.
  static var timeRefreshInterval: Nanoseconds { .seconds(1) }

  /// Writes the vCPU's time records anew: as the vCPU gets the CPU after a while, and whenever a record has moved.
  package func refreshTime() {
    let hypervisor = object.domain.object.hypervisor
    let reading = TSCTicks(hypervisor.object.services.readTSC())
    let record = hypervisor.object.clock.timeInfo(at: reading, offset: object.tscOffset)
    object.timeWrittenAt = record.systemTime
    object.info.writeTime(record)
    if object.timeArea.isRegistered { writeTimeArea(record) }
  }

  /// Writes the second copy, with the version protocol: an odd number, the record, the next even number.
  private func writeTimeArea(_ record: VCPUTimeInfo) {
    let memory = DomainMemory(object.domain)
    object.timeVersion = (object.timeVersion &+ 2) & ~1
    var writer = WireWriter(WireBytes(), width: .bits64)
    var marked = record
    marked.version = object.timeVersion &- 1
    marked.write(to: &writer)
    put(writer.bytes, 0..<4, memory)
    put(writer.bytes, 4..<32, memory)
    marked.version = object.timeVersion
    writer.seek(0)
    marked.write(to: &writer)
    put(writer.bytes, 0..<4, memory)
  }

  private func put(_ bytes: borrowing WireBytes, _ range: Range<Int>, _ memory: DomainMemory) {
    object.timeArea.write(bytes.span.extracting(range), at: range.lowerBound, in: memory)
  }
}

extension Handle where Object == Domain {
  /// Writes the wall clock and all time records: for a new domain, and when its structures' width changed.
  package func refreshTime() {
    let wallTime = object.hypervisor.object.clock.wallTime
    object.sharedInfo.writeWallClock(
      seconds: wallTime.seconds, nanoseconds: wallTime.nanoseconds, object.width)
    var number: UInt32 = 0
    while number < object.vcpuCount {
      vcpu(VCPUID(number))?.refreshTime()
      number &+= 1
    }
  }

  /// Takes over the width of a caller's structures for shared info: when the hypercall page is written and when the
  /// callback is set.
  package func latchWidth(_ width: CallWidth) {
    guard object.width != width else { return }
    object.width = width
    refreshTime()
  }
}
