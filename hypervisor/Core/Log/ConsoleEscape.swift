/// Who gets what is typed at the console: domain 0, or the hypervisor after Ctrl-A was pressed three times in a row, as
/// on Xen; three more give the input back.
///
/// The first two reach domain 0 at once: a single Ctrl-A means something to a line editor, and nobody can tell whether
/// more will follow. The one that changes the listener reaches it too, so that it knows who listens: after three in a row
/// the hypervisor does, and with the next byte that comes domain 0 again.
package struct ConsoleEscape: BitwiseCopyable {
  /// What becomes of a typed byte.
  package enum Action: Equatable, BitwiseCopyable {
    /// It is for who listens.
    case forward
    /// It is one of the sequence, and nothing for the hypervisor, which listens.
    case counted
    /// The input goes to the other side from now on.
    case switched
  }

  /// Whether the hypervisor gets the input.
  package private(set) var isHypervisors = false
  private var count: UInt8 = 0

  package init() {}

  private static var controlA: UInt8 { 1 }

  /// Takes a byte.
  package mutating func accept(_ byte: UInt8) -> Action {
    guard byte == Self.controlA else {
      count = 0
      return .forward
    }
    count &+= 1
    guard count == 3 else { return isHypervisors ? .counted : .forward }
    count = 0
    isHypervisors.toggle()
    return .switched
  }
}
