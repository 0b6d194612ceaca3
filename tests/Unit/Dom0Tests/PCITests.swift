import Testing

@testable import Dom0Logic

/// Finding functions and reading what they say, against a simulated bus.
@Suite struct PCITests {
  /// Functions with 256 bytes each, of which base registers keep to their size.
  final class Bus: PCIConfiguration {
    var functions: [UInt32: [UInt32]] = [:]
    /// What stays zero of a base register, by function and register.
    var baseMasks: [UInt32: [UInt8: UInt32]] = [:]

    static func key(_ address: PCIAddress) -> UInt32 { address.selector(0) }

    func add(_ address: PCIAddress, identity: UInt32, header: UInt32 = 0) {
      var words = [UInt32](repeating: 0, count: 64)
      words[0] = identity
      words[3] = header << 16
      functions[Self.key(address)] = words
    }

    func set(_ address: PCIAddress, _ register: UInt8, _ value: UInt32) {
      functions[Self.key(address)]?[Int(register) / 4] = value
    }

    func addBase(_ address: PCIAddress, _ register: UInt8, value: UInt32, sizeMask: UInt32) {
      set(address, register, value)
      baseMasks[Self.key(address), default: [:]][register] = sizeMask
    }

    func read(_ address: PCIAddress, _ register: UInt8) -> UInt32 {
      functions[Self.key(address)]?[Int(register) / 4] ?? .max
    }

    func write(_ value: UInt32, _ address: PCIAddress, _ register: UInt8) {
      guard let old = functions[Self.key(address)]?[Int(register) / 4] else { return }
      var new = value
      if register == PCIRegister.command {
        // Written ones clear the status.
        new = value & 0xFFFF | old & 0xFFFF_0000 & ~(value & 0xFFFF_0000)
      } else if (0x10..<0x28).contains(register) {
        guard let mask = baseMasks[Self.key(address)]?[register] else { return }
        let flags = mask == .max || value != .max ? value : old & 15
        new = register > 0x10 && mask == .max ? value : value & mask | (flags & ~mask) | old & 15 & ~mask
      }
      functions[Self.key(address)]?[Int(register) / 4] = new
    }
  }

  private let root = PCIAddress(bus: 0, device: 3, function: 0)

  @Test func selectsByBusDeviceFunctionAndRegister() {
    #expect(PCIAddress(bus: 2, device: 31, function: 7).selector(0x3D) == 0x8002_FF3C)
  }

  @Test func findsFunctionsBehindBridges() {
    let bus = Bus()
    bus.add(PCIAddress(bus: 0, device: 0, function: 0), identity: 0x1237_8086)
    bus.add(PCIAddress(bus: 0, device: 1, function: 0), identity: 0x7000_8086, header: 0x80)
    bus.add(PCIAddress(bus: 0, device: 1, function: 3), identity: 0x7113_8086)
    // Only the first function of a device that has no more.
    bus.add(PCIAddress(bus: 0, device: 2, function: 0), identity: 0x1111_1234)
    bus.add(PCIAddress(bus: 0, device: 2, function: 1), identity: 0x2222_1234)
    let bridge = PCIAddress(bus: 0, device: 30, function: 0)
    bus.add(bridge, identity: 0x244E_8086, header: 1)
    bus.set(bridge, PCIRegister.buses, 0x0005_0500)
    // A bridge whose bus is one that was seen already: no circle.
    let loop = PCIAddress(bus: 5, device: 4, function: 0)
    bus.add(loop, identity: 0x244E_8086, header: 1)
    bus.set(loop, PCIRegister.buses, 0x0005_0005)
    bus.add(PCIAddress(bus: 5, device: 9, function: 0), identity: 0x1001_1AF4)
    let found = PCIEnumeration.functions(bus).map { [$0.address.bus, $0.address.device, $0.address.function] }
    #expect(found == [[0, 0, 0], [0, 1, 0], [0, 1, 3], [0, 2, 0], [0, 30, 0], [5, 4, 0], [5, 9, 0]])
  }

  @Test func readsBases() throws {
    let bus = Bus()
    bus.add(root, identity: 0x1001_1AF4)
    bus.addBase(root, 0x10, value: 0xC001, sizeMask: 0xFFC0)
    bus.addBase(root, 0x14, value: 0xFEBC_1000, sizeMask: 0xFFFF_F000)
    bus.addBase(root, 0x20, value: 0x0000_400C, sizeMask: 0xFFFF_C000)
    bus.addBase(root, 0x24, value: 0x0000_0038, sizeMask: .max)
    bus.set(root, PCIRegister.command, 0x0010_0007)
    let function = try #require(PCIFunction(root, bus))
    #expect(function.base(0) == .ports(first: 0xC000, count: 64))
    #expect(function.base(1) == .memory(address: 0xFEBC_1000, byteCount: 4096))
    #expect(function.base(2) == nil)
    #expect(function.base(4) == .memory(address: 0x38_0000_4000, byteCount: 0x4000))
    #expect(function.base(6) == nil)
    // All is as it was, decoding included.
    #expect(bus.read(root, 0x10) == 0xC001 && bus.read(root, 0x14) == 0xFEBC_1000 && bus.read(root, 0x24) == 0x38)
    #expect(bus.read(root, PCIRegister.command) == 0x0010_0007)
  }

  @Test func walksCapabilitiesAndEndsInACircle() throws {
    let bus = Bus()
    bus.add(root, identity: 0x1001_1AF4)
    bus.set(root, PCIRegister.capabilities, 0x40)
    bus.set(root, 0x40, 0x0000_5009)
    bus.set(root, 0x50, 0x0003_6011)
    bus.set(root, 0x60, 0x0000_4009)  // back to the first
    let function = try #require(PCIFunction(root, bus))
    #expect(function.capabilities(0x09).isEmpty)  // the status does not say that there are any
    bus.set(root, PCIRegister.command, 0x0010_0000)
    #expect(function.capabilities(0x09).prefix(2) == [0x40, 0x60] && function.capabilities(0x09).count <= 48)
    #expect(function.capabilities(0x11).first == 0x50)
    #expect(function.capabilities(0x05).isEmpty && !function.hasMessage)
  }

  @Test func findsTheMessageTable() throws {
    let bus = Bus()
    bus.add(root, identity: 0x1001_1AF4)
    bus.set(root, PCIRegister.command, 0x0010_0000)
    bus.set(root, PCIRegister.capabilities, 0x98)
    bus.set(root, 0x98, 0x0001_0011)  // two entries
    bus.set(root, 0x9C, 0x0000_0801)  // base 1, offset 0x800
    bus.addBase(root, 0x14, value: 0xFEBC_1000, sizeMask: 0xFFFF_F000)
    let function = try #require(PCIFunction(root, bus))
    #expect(function.messageTable == .init(address: 0xFEBC_1800, entryCount: 2))
    bus.set(root, 0x98, 0x07FF_0011)  // 2048 entries don't fit
    #expect(function.messageTable == nil)
    bus.set(root, 0x9C, 0x0000_0805)  // a base that is not there
    #expect(function.messageTable == nil)
  }

  @Test func findsVirtioStructures() throws {
    let bus = Bus()
    bus.add(root, identity: 0x1001_1AF4)
    bus.set(root, PCIRegister.command, 0x0010_0000)
    bus.set(root, PCIRegister.capabilities, 0x40)
    func put(_ place: UInt8, next: UInt8, kind: UInt32, offset: UInt32, count: UInt32) {
      bus.set(root, place, kind << 24 | 0x14 << 16 | UInt32(next) << 8 | 9)
      bus.set(root, place + 4, 4)
      bus.set(root, place + 8, offset)
      bus.set(root, place + 12, count)
    }
    put(0x40, next: 0x54, kind: 5, offset: 0, count: 0)
    put(0x54, next: 0x68, kind: 2, offset: 0x3000, count: 0x1000)
    bus.set(root, 0x64, 4)
    put(0x68, next: 0x7C, kind: 4, offset: 0x2000, count: 0x1000)
    put(0x7C, next: 0x90, kind: 3, offset: 0x1000, count: 0x1000)
    put(0x90, next: 0, kind: 1, offset: 0, count: 0x1000)
    let function = try #require(PCIFunction(root, bus))
    let structures = try #require(VirtioStructures(function))
    #expect(structures.common == VirtioStructure(base: 4, offset: 0, byteCount: 0x1000))
    #expect(structures.notify.offset == 0x3000 && structures.notifyMultiplier == 4)
    #expect(structures.device.offset == 0x2000 && structures.interruptStatus.offset == 0x1000)
    put(0x90, next: 0, kind: 1, offset: 0, count: 16)  // too short for the common structure
    #expect(VirtioStructures(function) == nil)
  }
}
