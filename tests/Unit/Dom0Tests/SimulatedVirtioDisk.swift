@testable import Dom0Logic

/// A virtio block device as the other side of the queue sees it: registers, and a disk of bytes.
final class SimulatedVirtioDisk {
  /// The machine's memory, address 0 first, which the device reads and writes.
  let memory: TestMemory
  var content: [UInt8]
  let registers = Registers(isCommon: true)
  let deviceRegisters = Registers(isCommon: false)
  private var availableSeen: UInt16 = 0
  private(set) var flushCount = 0

  init(memory: TestMemory, sectors: Int) {
    self.memory = memory
    content = [UInt8](repeating: 0, count: sectors * 512)
    deviceRegisters.store64(UInt64(sectors), at: 0)
    deviceRegisters.store32(126, at: 12)
    deviceRegisters.store32(512, at: 20)
  }

  /// Registers: those of the common structure with the behaviour that they have, others plain.
  final class Registers: DeviceMemory {
    var offered: UInt64 = 1 << 2 | 1 << 6 | 1 << 9 | 1 << 29 | 1 << 32
    var accepted: UInt64 = 0
    var acceptsFeatures = true
    var acceptsVector = true
    var resets = true
    var queueSize: UInt16 = 64
    private let plain = TestMemory(byteCount: 64)
    private let isCommon: Bool

    init(isCommon: Bool) { self.isCommon = isCommon }

    func load8(at offset: Int) -> UInt8 {
      if isCommon && offset == 20 && !resets { return plain.load8(at: 20) | 1 }
      return plain.load8(at: offset)
    }
    func load16(at offset: Int) -> UInt16 {
      if !isCommon { return plain.load16(at: offset) }
      switch offset {
      case 24:
        let set = plain.load16(at: 24)
        return plain.load16(at: 22) == 0 ? (set == 0 ? queueSize : set) : 0
      case 26: return acceptsVector ? plain.load16(at: 26) : 0xFFFF
      default: return plain.load16(at: offset)
      }
    }
    func load32(at offset: Int) -> UInt32 {
      let isOffer = isCommon && offset == 4
      return isOffer
        ? UInt32(truncatingIfNeeded: offered >> UInt64(plain.load32(at: 0) * 32)) : plain.load32(at: offset)
    }
    func load64(at offset: Int) -> UInt64 { plain.load64(at: offset) }
    func store8(_ value: UInt8, at offset: Int) {
      let isRefused = isCommon && offset == 20 && !acceptsFeatures
      plain.store8(isRefused ? value & ~8 : value, at: offset)
    }
    func store16(_ value: UInt16, at offset: Int) { plain.store16(value, at: offset) }
    func store32(_ value: UInt32, at offset: Int) {
      plain.store32(value, at: offset)
      if isCommon && offset == 12 { accepted |= UInt64(value) << UInt64(plain.load32(at: 8) * 32) }
    }
    func store64(_ value: UInt64, at offset: Int) { plain.store64(value, at: offset) }
    func fence() {}
  }

  private struct Chain {
    var head: UInt16
    var parts: [(address: Int, count: Int, isWritable: Bool)]
  }

  private func chain(_ size: UInt16) -> Chain? {
    let ring = Int(registers.load64(at: 40))
    guard memory.load16(at: ring + 2) != availableSeen else { return nil }
    let head = memory.load16(at: ring + 4 + Int(availableSeen % size) * 2)
    availableSeen &+= 1
    var chain = Chain(head: head, parts: [])
    var index = head
    while true {
      let place = Int(registers.load64(at: 32)) + Int(index) * 16
      let flags = memory.load16(at: place + 12)
      chain.parts.append(
        (Int(memory.load64(at: place)), Int(memory.load32(at: place + 8)), flags & 2 != 0))
      if flags & 1 == 0 { return chain }
      index = memory.load16(at: place + 14)
    }
  }

  /// Does what was asked, in an order that `random` decides; returns how many requests that were.
  func work(_ size: UInt16, random: inout SplitMix64, status: UInt8 = 0) -> Int {
    var chains: [Chain] = []
    while let chain = chain(size) { chains.append(chain) }
    let count = chains.count
    while !chains.isEmpty {
      let chain = chains.remove(at: Int(random.next() % UInt64(chains.count)))
      perform(chain, status)
      complete(chain.head, size)
    }
    return count
  }

  private func perform(_ chain: Chain, _ status: UInt8) {
    let operation = memory.load32(at: chain.parts[0].address)
    var place = Int(memory.load64(at: chain.parts[0].address + 8)) * 512
    if operation == 4 { flushCount += 1 }
    for part in chain.parts.dropFirst().dropLast() where status == 0 {
      for offset in 0..<part.count {
        if operation == 1 {
          content[place + offset] = memory.load8(at: part.address + offset)
        } else {
          precondition(part.isWritable)
          memory.store8(content[place + offset], at: part.address + offset)
        }
      }
      place += part.count
    }
    if let last = chain.parts.last { memory.store8(status, at: last.address) }
  }

  /// Says that a chain is done, whatever chain that is.
  func complete(_ head: UInt16, _ size: UInt16, index: UInt16? = nil) {
    let ring = Int(registers.load64(at: 48))
    let used = memory.load16(at: ring + 2)
    memory.store32(UInt32(head), at: ring + 4 + Int(used % size) * 8)
    memory.store32(0, at: ring + 8 + Int(used % size) * 8)
    memory.store16(index ?? used &+ 1, at: ring + 2)
  }
}
