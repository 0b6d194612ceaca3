#if canImport(XenABI)
  import XenABI

  @testable import Dom0Logic
#endif

/// Whatever a frontend writes into its ring, and whenever, the backend asks its disk only for what the disk has, answers
/// no more than it was asked, and ends what is against the protocol.
enum BlockFuzz {
  /// Memory that the fuzzer scribbles over.
  private final class Ring: OrderedMemory {
    var bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func load8(at offset: Int) -> UInt8 { bytes[offset] }
    func load32(at offset: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << UInt32($1 * 8) }
    }
    func store8(_ value: UInt8, at offset: Int) { bytes[offset] = value }
    func store32(_ value: UInt32, at offset: Int) {
      for index in 0..<4 { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt32(index * 8)) }
    }
    func fence() {}
  }

  /// A disk that checks what it is asked.
  private final class Disk: BlockDevice {
    var waiting: [(BlockStatus) -> Void] = []

    init(isReadOnly: Bool) {
      super.init(
        name: "fuzz", kind: "fuzz", geometry: BlockGeometry(sectorCount: 100, isReadOnly: isReadOnly, bufferLimit: 16))
    }

    override func start(_ request: BlockRequest, completion: @escaping (BlockStatus) -> Void) {
      if request.action == .flush {
        precondition(request.buffers.isEmpty)
      } else {
        precondition(request.action == .read || !geometry.isReadOnly)
        precondition(!request.buffers.isEmpty && request.buffers.count <= 16)
        precondition(request.sector < 100 && request.sectorCount <= 100 - request.sector)
        for buffer in request.buffers { precondition(Int(buffer.offset) + Int(buffer.byteCount) <= 4096) }
      }
      waiting.append(completion)
      precondition(waiting.count <= 32)
    }
  }

  /// The first bytes choose the layout and fill the ring; the rest are steps of a frontend, a backend and a disk.
  static func run(_ input: [UInt8]) {
    guard input.count >= 8 else { return }
    let layout = BlockRingLayout(input[0] & 1 == 0 ? .bits64 : .bits32, pageOrder: UInt32(input[0] >> 1 & 1))
    let disk = Disk(isReadOnly: input[0] & 4 != 0)
    var content = [UInt8](repeating: 0, count: layout.pageCount * 4096)
    let filled = input.count / 2
    for index in content.indices.dropFirst(BlockRingLayout.slots) { content[index] = input[index % filled] }
    let ring = Ring(content)
    let session = BlockSession(
      BlockRingEnd(ring, layout), device: disk, domain: DomainID(1), isReadOnly: input[0] & 8 != 0,
      indirectLimit: Int(input[1] & 31)
    ) { reference, count in
      reference.rawValue & 1 == 0 ? (0..<count).map { UInt32(input[$0 % input.count]) &* 0x0001_0003 } : nil
    }
    var taken: UInt32 = 0
    var steps = input[filled...]
    while let step = steps.popFirst() {
      let argument = steps.popFirst() ?? 0
      switch step & 7 {
      case 0, 1: ring.store32(taken &+ UInt32(argument & 31), at: BlockRingLayout.requestProducer)
      case 2: ring.bytes[(Int(step) << 5 ^ Int(argument)) % ring.bytes.count] = argument
      case 3: ring.store32(UInt32(argument) << 24, at: BlockRingLayout.responseEvent)
      case 4:
        if !disk.waiting.isEmpty {
          disk.waiting.remove(at: Int(argument) % disk.waiting.count)(argument & 1 == 0 ? .okay : .error)
        }
      case 5: _ = session.publish()
      default:
        let before = session.counts.requests
        do {
          _ = try session.serve(atMost: Int(argument & 15))
        } catch {
          precondition(session.isClosed)
        }
        precondition(session.counts.requests - before <= UInt64(argument & 15))
        taken = UInt32(truncatingIfNeeded: session.counts.requests)
      }
      precondition(session.inFlight <= 32 && session.inFlight >= disk.waiting.count)
    }
    session.close()
    while !disk.waiting.isEmpty { disk.waiting.removeFirst()(.okay) }
    precondition(session.inFlight == 0)
    precondition(!session.publish())
  }
}
