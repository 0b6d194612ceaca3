import Glibc

/// The target that the environment's `FUZZ_TARGET` names.
nonisolated(unsafe) private var target = FuzzTarget.config

/// libFuzzer's own entry points. With `FUZZ_SEEDS` in the environment the target's seeds are written into that folder,
/// and nothing is run.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(_ count: UnsafeMutableRawPointer, _ words: UnsafeMutableRawPointer) -> CInt {
  guard let name = environment("FUZZ_TARGET"), let named = FuzzTarget(rawValue: name) else {
    print("FUZZ_TARGET: expected one of \(FuzzTarget.allCases.map(\.rawValue).joined(separator: " "))")
    exit(2)
  }
  target = named
  if let folder = environment("FUZZ_SEEDS") {
    for (index, seed) in target.seeds.enumerated() { write(seed, to: "\(folder)/seed\(index)") }
    exit(0)
  }
  return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  target.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
  return 0
}

private func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

private func write(_ bytes: [UInt8], to path: String) {
  guard let file = fopen(path, "wb") else {
    print("\(path) can't be written")
    exit(2)
  }
  fwrite(bytes, 1, bytes.count, file)
  fclose(file)
}
