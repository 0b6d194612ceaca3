import Testing
import XenABI

@testable import Dom0Logic

/// The virtio logic against a simulated device, one that keeps to the specification and one that does not.
@Suite struct VirtioTests {
  typealias Registers = SimulatedVirtioDisk.Registers
  private static let size: UInt16 = 64
  private static let slots = 0x8000
  private static let data = 0x10000

  /// A machine with rings at 0, headers behind them and data behind those.
  private final class Machine {
    let memory = TestMemory(byteCount: 1 << 20)
    let disk: SimulatedVirtioDisk
    let transport: VirtioTransport<Registers>

    init() throws {
      disk = SimulatedVirtioDisk(memory: memory, sectors: 1024)
      let bus = PCITests.Bus()
      let address = PCIAddress(bus: 0, device: 3, function: 0)
      bus.add(address, identity: 0x1001_1AF4)
      bus.set(address, PCIRegister.command, 0x0010_0000)
      bus.set(address, PCIRegister.capabilities, 0x40)
      for kind: UInt8 in 1...4 {
        let place = 0x40 + (kind - 1) * 20
        bus.set(address, place, UInt32(kind) << 24 | UInt32(kind == 4 ? 0 : place + 20) << 8 | 9)
        bus.set(address, place + 12, 64)
        if kind == 2 { bus.set(address, place + 16, 4) }
      }
      let function = try #require(PCIFunction(address, bus))
      let structures = try #require(VirtioStructures(function))
      transport = VirtioTransport(
        structures, common: disk.registers, notifications: Registers(isCommon: false),
        interruptStatus: Registers(isCommon: false), device: disk.deviceRegisters)
    }

    func queue(eventIndex: Bool = true) throws -> VirtioBlockQueue<TestMemory> {
      _ = try transport.negotiate(VirtioBlockFeature.wanted)
      let place = try transport.enable(
        0, size: size, descriptors: 0, available: UInt64(SplitQueue<TestMemory>.availableRing(size)),
        used: UInt64(SplitQueue<TestMemory>.usedRing(size)), vector: 0)
      #expect(place == 0)
      transport.start()
      return VirtioBlockQueue(
        SplitQueue(memory, size: size, usesEventIndex: eventIndex), slots: memory.part(from: slots),
        slotsAddress: UInt64(slots))
    }
  }

  @Test func negotiatesWhatBothHave() throws {
    let machine = try Machine()
    let features = try machine.transport.negotiate(VirtioBlockFeature.wanted)
    #expect(features == 1 << 2 | 1 << 6 | 1 << 9 | 1 << 29 | 1 << 32)
    #expect(machine.disk.registers.accepted == features)
    let geometry = VirtioBlockGeometry(machine.transport, features: features)
    #expect(geometry.sectorCount == 1024 && geometry.blockSize == 512 && geometry.segmentLimit == 126)
    #expect(geometry.hasCache && !geometry.isReadOnly)
  }

  /// What a device may say of itself, but nobody should compute with.
  @Test func boundsWhatTheDeviceSaysOfItself() throws {
    let machine = try Machine()
    machine.disk.deviceRegisters.store64(.max, at: 0)
    machine.disk.deviceRegisters.store32(0, at: 12)
    machine.disk.deviceRegisters.store32(1000, at: 20)
    let geometry = VirtioBlockGeometry(machine.transport, features: .max)
    #expect(geometry.sectorCount.multipliedReportingOverflow(by: 512).overflow == false)
    #expect(geometry.segmentLimit == 1 && geometry.blockSize == 512 && geometry.isReadOnly)
  }

  @Test func refusesDevicesThatCantBeDriven() throws {
    let machine = try Machine()
    let registers = machine.disk.registers
    registers.resets = false
    #expect(throws: VirtioError.resetFailed) { try machine.transport.negotiate(VirtioBlockFeature.wanted) }
    registers.resets = true
    registers.offered &= ~VirtioFeature.version1
    #expect(throws: VirtioError.isLegacy) { try machine.transport.negotiate(VirtioBlockFeature.wanted) }
    registers.offered |= VirtioFeature.version1
    registers.acceptsFeatures = false
    #expect(throws: VirtioError.featuresRefused) { try machine.transport.negotiate(VirtioBlockFeature.wanted) }
    registers.acceptsFeatures = true
    registers.acceptsVector = false
    #expect(throws: VirtioError.vectorRefused) { try machine.queue() }
    #expect(machine.transport.queueSize(1) == nil)
    for size: UInt16 in [0, 1, 3, 100, 2048, 0xFFFF] { #expect(!SplitQueue<TestMemory>.isUsable(size)) }
  }

  /// Many requests at once, done in any order, against a copy of the disk.
  @Test(arguments: 0..<20 as Range<UInt64>) func readsAndWrites(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let machine = try Machine()
    var queue = try machine.queue(eventIndex: seed % 2 == 0)
    var model = machine.disk.content
    for _ in 0..<40 {
      // Disjoint sectors, so that the order does not matter.
      var pending: [UInt32: (isRead: Bool, sector: Int, place: Int, count: Int)] = [:]
      for name: UInt32 in 0..<UInt32(random.next() % 12) {
        let sector = Int(name) * 64 + Int(random.next() % 32)
        let count = 1 + Int(random.next() % 16)
        let place = Self.data + Int(name) * 0x4000
        let isRead = random.next() % 2 == 0
        if !isRead {
          for offset in 0..<count * 512 {
            model[sector * 512 + offset] = UInt8(truncatingIfNeeded: random.next())
            machine.memory.store8(model[sector * 512 + offset], at: place + offset)
          }
        }
        let split = UInt32(random.next() % UInt64(count)) * 512
        var buffers = [DeviceBuffer(address: UInt64(place), byteCount: UInt32(count) * 512)]
        if split > 0 {
          buffers = [
            DeviceBuffer(address: UInt64(place), byteCount: split),
            DeviceBuffer(address: UInt64(place) + UInt64(split), byteCount: UInt32(count) * 512 - split),
          ]
        }
        let hadRoom = queue.hasRoom(for: buffers.count)
        let isAdded = queue.add(isRead ? .read : .write, sector: UInt64(sector), buffers, name: name)
        #expect(isAdded == hadRoom)
        if isAdded { pending[name] = (isRead, sector, place, count) }
      }
      _ = queue.publish()
      #expect(queue.inFlight == pending.count)
      #expect(machine.disk.work(Self.size, random: &random) == pending.count)
      while let (name, status) = queue.take() {
        #expect(status == .okay)
        let removed = pending.removeValue(forKey: name)
        let request = try #require(removed)
        for offset in 0..<request.count * 512 where request.isRead {
          guard machine.memory.load8(at: request.place + offset) == model[request.sector * 512 + offset] else {
            Issue.record("a wrong byte was read")
            return
          }
        }
      }
      #expect(pending.isEmpty && queue.inFlight == 0 && !queue.isBroken)
      #expect(queue.enableInterrupts() == false)
    }
    #expect(machine.disk.content == model)
  }

  @Test func tellsErrorsApart() throws {
    let machine = try Machine()
    var queue = try machine.queue()
    var random = SplitMix64(seed: 1)
    for (raw, status): (UInt8, BlockStatus) in [(0, .okay), (1, .error), (2, .unsupported), (0xFF, .error)] {
      #expect(queue.add(.flush, sector: 0, [], name: 7) == true)
      _ = queue.publish()
      _ = machine.disk.work(Self.size, random: &random, status: raw)
      #expect(queue.take()?.status == status)
    }
    #expect(machine.disk.flushCount == 4)
  }

  /// A device that says that it is done with what it does not have is stopped, and nothing of it is used as an index.
  @Test func believesNothingOutOfRange() throws {
    for attack in 0..<4 {
      let machine = try Machine()
      var queue = try machine.queue()
      #expect(queue.add(.flush, sector: 0, [], name: 3) == true)
      _ = queue.publish()
      switch attack {
      case 0: machine.disk.complete(Self.size, Self.size)  // a head beyond the table
      case 1: machine.disk.complete(1, Self.size)  // the middle of the chain
      case 2: machine.disk.complete(0, Self.size, index: 2)  // more than it has
      default: machine.disk.complete(0, Self.size, index: 0x8000)
      }
      #expect(queue.take() == nil)
      #expect(queue.isBroken)
      #expect(queue.add(.flush, sector: 0, [], name: 4) == false)
      #expect(queue.abandon() == [3])
      #expect(queue.inFlight == 0)
    }
    // The same chain twice.
    let machine = try Machine()
    var queue = try machine.queue()
    #expect(queue.add(.flush, sector: 0, [], name: 3) == true)
    #expect(queue.add(.flush, sector: 0, [], name: 4) == true)
    _ = queue.publish()
    machine.disk.complete(0, Self.size)
    machine.disk.complete(0, Self.size)
    #expect(queue.take()?.name == 3)
    #expect(queue.take() == nil)
    #expect(queue.isBroken)
  }

  /// A device that is slow is waited for; one that never answers a request is noticed, whatever else it answers.
  @Test func noticesAStuckDevice() throws {
    let machine = try Machine()
    var queue = try machine.queue()
    var random = SplitMix64(seed: 1)
    #expect(queue.add(.flush, sector: 0, [], name: 1) == true)
    _ = queue.publish()
    for _ in 0..<VirtioBlockQueue<TestMemory>.patience { #expect(queue.tick() == false) }
    #expect(machine.disk.work(Self.size, random: &random) == 1)
    #expect(queue.take()?.name == 1)
    #expect(queue.tick() == false)

    // Shown to nobody: as one that the device has lost.
    #expect(queue.add(.flush, sector: 0, [], name: 2) == true)
    for _ in 0..<VirtioBlockQueue<TestMemory>.patience { #expect(queue.tick() == false) }
    #expect(queue.add(.flush, sector: 0, [], name: 3) == true)
    #expect(queue.tick() == true)
    #expect(queue.abandon().sorted() == [2, 3])
    #expect(queue.tick() == false)
  }

  /// Descriptors come back however often the queue runs full.
  @Test func usesEveryDescriptorAgain() throws {
    let memory = TestMemory(byteCount: 4096)
    var queue = SplitQueue(memory, size: 8, usesEventIndex: false)
    let buffer = DeviceBuffer(address: 0, byteCount: 1)
    for round in 0..<100 {
      var heads: [UInt16] = []
      while let head = queue.add([DeviceBuffer](repeating: buffer, count: 1 + (round + heads.count) % 3)) {
        heads.append(head)
      }
      #expect(queue.add([DeviceBuffer](repeating: buffer, count: queue.freeCount + 1)) == nil)
      #expect(queue.publish() == true)
      for head in heads.reversed() {
        let ring = SplitQueue<TestMemory>.usedRing(8)
        let used = memory.load16(at: ring + 2)
        memory.store32(UInt32(head), at: ring + 4 + Int(used % 8) * 8)
        memory.store16(used &+ 1, at: ring + 2)
        #expect(queue.take()?.head == head)
      }
      #expect(queue.freeCount == 8)
    }
  }

  /// By index: the device is told when the available index passes what it asked for, and only then.
  @Test func notifiesAsTheDeviceAsks() throws {
    let memory = TestMemory(byteCount: 4096)
    var queue = SplitQueue(memory, size: 8, usesEventIndex: true)
    let event = SplitQueue<TestMemory>.usedRing(8) + 4 + 8 * 8
    memory.store16(1, at: event)
    #expect(queue.add([DeviceBuffer(address: 0, byteCount: 1)]) != nil)
    #expect(queue.publish() == false)
    #expect(queue.add([DeviceBuffer(address: 0, byteCount: 1)]) != nil)
    #expect(queue.publish() == true)
    #expect(queue.publish() == false)
    // Without: the device's flag says it.
    var plain = SplitQueue(TestMemory(byteCount: 4096), size: 8, usesEventIndex: false)
    #expect(plain.add([DeviceBuffer(address: 0, byteCount: 1)]) != nil)
    #expect(plain.publish() == true)
  }
}
