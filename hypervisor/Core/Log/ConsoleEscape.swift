/// Who gets what is typed at the console: domain 0, or the hypervisor after Ctrl-A was pressed three times in a row, as
/// on Xen; three more give the input back.
package struct ConsoleEscape: BitwiseCopyable {
  /// What becomes of a typed byte.
  package enum Action: Equatable, BitwiseCopyable {
    /// It may be the start of the sequence: nobody gets it yet.
    case held
    /// The input goes to the other side from now on.
    case switched
    /// It was no sequence: so many Ctrl-A that were held come first, then the byte itself.
    case forward(held: UInt8)
  }

  /// Whether the hypervisor gets the input.
  package private(set) var isHypervisors = false
  private var held: UInt8 = 0

  package init() {}

  private static var controlA: UInt8 { 1 }

  /// Takes a byte.
  package mutating func accept(_ byte: UInt8) -> Action {
    guard byte == Self.controlA else {
      let before = held
      held = 0
      return .forward(held: before)
    }
    held &+= 1
    guard held == 3 else { return .held }
    held = 0
    isHypervisors.toggle()
    return .switched
  }
}
