import XenABI

@testable import Dom0Logic

/// A disk that does what it is asked when the test says so, with granted frames that the test has too.
final class FakeDisk: BlockDevice {
  var content: [UInt8]
  /// The frames that are granted.
  var frames: [UInt32: [UInt8]] = [:]
  /// What waits to be done.
  private(set) var waiting: [(request: BlockRequest, completion: (BlockStatus) -> Void)] = []
  /// What was done, in order.
  private(set) var log: [(action: BlockRequest.Action, sector: UInt64)] = []
  /// Does everything at once.
  var isImmediate = false

  init(sectors: UInt64, blockSize: UInt32 = 512, isReadOnly: Bool = false, bufferLimit: Int = 64) {
    content = [UInt8](repeating: 0, count: Int(sectors) * 512)
    super.init(
      name: "fake", kind: "fake",
      geometry: BlockGeometry(
        sectorCount: sectors, blockSize: blockSize, isReadOnly: isReadOnly, bufferLimit: bufferLimit))
  }

  override func start(_ request: BlockRequest, completion: @escaping (BlockStatus) -> Void) {
    waiting.append((request, completion))
    if isImmediate { finish(waiting.count - 1) }
  }

  /// Does one of what waits.
  func finish(_ index: Int, failing: Bool = false) {
    let (request, completion) = waiting.remove(at: index)
    log.append((request.action, request.sector))
    completion(failing ? .error : perform(request))
  }

  func finishAll() { while !waiting.isEmpty { finish(0) } }

  private func perform(_ request: BlockRequest) -> BlockStatus {
    var place = Int(request.sector) * 512
    for buffer in request.buffers {
      guard case .granted(let reference, _) = buffer.memory, frames[reference.rawValue] != nil else { return .error }
      for offset in 0..<Int(buffer.byteCount) {
        if request.action == .read {
          frames[reference.rawValue]?[Int(buffer.offset) + offset] = content[place + offset]
        } else {
          content[place + offset] = frames[reference.rawValue]?[Int(buffer.offset) + offset] ?? 0
        }
      }
      place += Int(buffer.byteCount)
    }
    return .okay
  }
}
