/// The guests that the hypervisor could not build at boot, out of its log: each has a line of its own there.
enum BootRefusals {
  private static var mark: [UInt8] { Array("(apus) cannot start: ".utf8) }

  /// Which and why, in the log's order.
  ///
  /// - Parameter log: what the hypervisor has said by now. At domain 0's start nothing of a guest's is in it.
  static func reasons(in log: [UInt8]) -> [String] {
    var reasons: [String] = []
    var assembler = LineAssembler()
    func take(_ line: [UInt8]) {
      if line.starts(with: mark) { reasons.append(String(decoding: line.dropFirst(mark.count), as: UTF8.self)) }
    }
    for byte in log {
      if let line = assembler.accept(byte) { take(line) }
    }
    if let line = assembler.flush() { take(line) }
    return reasons
  }
}
