import XenABI

@testable import Core

/// A machine in a buffer: a hypervisor with its frame table, one CPU and as many domains as a test wants.
///
/// It works on the thread that made it, or that called `activate` last: the services are functions without a context.
/// Tests that use it are synchronous, so that they stay on one thread.
final class TestMachine {
  let services = FakeServices()
  let map: DirectMap
  let hypervisor: Handle<Hypervisor>
  let cpu: Handle<CPU>
  private let memory: UnsafeMutableRawPointer

  /// - Parameters:
  ///   - frames: the machine's memory in frames of 4 KiB; some are the hypervisor's own.
  ///   - frequency: of the time-stamp counter; at 1 GHz it counts nanoseconds.
  init(frames: UInt64 = 4096, frequency: Hertz = Hertz(1_000_000_000)) {
    let size = Int(frames * pageSize)
    memory = .allocate(byteCount: size, alignment: 1 << 21)
    memory.initializeMemory(as: UInt8.self, repeating: 0xA5, count: size)
    map = DirectMap(base: UInt(bitPattern: memory), limit: MachineAddress(frames * pageSize))
    FakeServices.current = services
    // Frame 0 stays free of objects, then the table, the hypervisor and the CPU.
    var next: UInt64 = pageSize
    func take(_ bytes: UInt64) -> MachineAddress {
      defer { next += (bytes + pageSize - 1) & ~(pageSize - 1) }
      return MachineAddress(next)
    }
    let table = FrameTable(at: take(FrameTable.byteCount(for: frames)), count: frames, in: map)
    let place = take(UInt64(MemoryLayout<Hypervisor>.size))
    let cpuPlace = take(UInt64(MemoryLayout<CPU>.size))
    let log = take(16384)
    let input = take(ConsoleInput.capacity)
    hypervisor = Handle(
      placing: Hypervisor(
        map: map, allocator: FrameAllocator(table: table, map: map),
        clock: Clock(
          frequency: frequency, origin: TSCTicks(0), wallTime: WallTime(seconds: 1_700_000_000), isInvariant: true),
        services: FakeServices.functions,
        pagingLimits: PagingLimits(physicalAddressBits: 40, hasGigabytePages: true)),
      at: place, in: map)
    hypervisor.object.log.place(at: log, capacity: 16384, in: map)
    hypervisor.object.consoleInput.place(at: input, in: map)
    hypervisor.object.allocator.donate(MachineAddress(next).frame, count: frames - next / pageSize)
    cpu = Handle(placing: CPU(number: 0, hypervisor: hypervisor), at: cpuPlace, in: map)
  }

  deinit { memory.deallocate() }

  /// Makes this the machine that the calling thread's services belong to, where a test has several.
  func activate() { FakeServices.current = services }

  /// System time. Setting it moves the counter, to the first tick at which that time has come.
  var now: Nanoseconds {
    get { hypervisor.now }
    set { services.tsc = hypervisor.object.clock.reading(at: newValue).rawValue }
  }

  /// Lets time pass.
  func advance(_ duration: Nanoseconds) { now = now.adding(duration) }

  /// Lets time pass as the run loop does: each timer at its time, each decision of the scheduler.
  func run(until end: Nanoseconds) {
    while true {
      cpu.runExpired(at: now)
      _ = cpu.pickNext(at: now)
      let next = cpu.object.nextDeadline
      guard next <= end, next > now else { break }
      now = next
    }
    now = end
    cpu.runExpired(at: now)
    _ = cpu.pickNext(at: now)
  }

  /// A domain with one vCPU, ready to run, and `frames` frames of memory from GFN 0 on; its paging is off. It may have
  /// no more memory than that, unless `maximumFrames` says so.
  func makeDomain(
    _ id: UInt16, isPrivileged: Bool = false, frames: UInt64 = 64, width: CallWidth = .bits64,
    format: NestedTableFormat = .nested(largestLeaf: .superpage1G), maximumFrames: UInt64? = nil
  ) -> TestDomain {
    TestDomain(
      self, id: DomainID(id), isPrivileged: isPrivileged, frames: frames, width: width, format: format,
      maximumFrames: maximumFrames)
  }
}
