/// A table by path, in parts: each grows by itself, so that no growth is long or asks for much memory in one piece.
struct StoreTable<Value> {
  private var parts = [[StorePath: Value]](repeating: [:], count: partCount)

  private static var partCount: Int { 64 }

  private static func part(_ path: StorePath) -> Int {
    // Any mixture of all bytes: the parts need not be equal.
    var mixture: UInt32 = 0
    for byte in path.bytes { mixture = mixture &* 31 &+ UInt32(byte) }
    return Int(mixture >> 16 ^ mixture) & (partCount - 1)
  }

  var count: Int { parts.reduce(0) { $0 + $1.count } }
  var isEmpty: Bool { parts.allSatisfy { $0.isEmpty } }

  subscript(path: StorePath) -> Value? {
    get { parts[Self.part(path)][path] }
    _modify { yield &parts[Self.part(path)][path] }
  }

  /// Calls `body` for each entry until it returns false.
  func forEach(_ body: (StorePath, Value) -> Bool) {
    for part in parts {
      for (path, value) in part where !body(path, value) { return }
    }
  }
}
