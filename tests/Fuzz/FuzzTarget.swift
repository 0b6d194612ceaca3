/// What is fuzzed: by libFuzzer in `make fuzz`, and a little in `make test`.
enum FuzzTarget: String, CaseIterable {
  /// A guest's configuration, and archives of such.
  case config
  /// A kernel's file.
  case elf
  /// Two guests' store rings.
  case store
  /// A guest's block ring.
  case block

  /// Gives the target one input. Whatever the input is, this returns; a trap is a fault that was found.
  func run(_ bytes: [UInt8]) {
    switch self {
    case .config: ConfigFuzz.run(bytes)
    case .elf: ELFFuzz.run(bytes)
    case .store: StoreFuzz.run(bytes)
    case .block: BlockFuzz.run(bytes)
    }
  }
}
