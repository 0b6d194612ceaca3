/// The last calls of a run, to be printed when one of them did what must not be.
struct FuzzRecord {
  private var calls = InlineArray<16, FuzzCall>(repeating: FuzzCall(0))
  private var numbers = InlineArray<16, UInt64>(repeating: 0)
  private var count = 0
  /// The call from which on each is printed before it is made.
  private let tracedFrom: UInt64?

  init(tracedFrom: UInt64?) { self.tracedFrom = tracedFrom }

  /// Notes a call that is about to be made.
  mutating func note(_ number: UInt64, _ call: FuzzCall) {
    let slot = count & 15
    calls[slot] = call
    numbers[slot] = number
    count &+= 1
    if let tracedFrom, number >= tracedFrom { print(slot) }
  }

  /// Prints them, oldest first.
  func report() { for index in max(count - 16, 0)..<count { print(index & 15) } }

  private func print(_ slot: Int) {
    let call = calls[slot]
    let path: StaticString =
      switch call.path {
      case .instruction: ""
      case .otherInstruction: " by the other instruction"
      case .page: " by the page"
      }
    let width = call.width == .bits64 ? 64 : 32
    let number = call.number & 0xFFFF_FFFF
    console.print("fuzz: call \(numbers[slot]): \(width)-bit \(number)\(path), arguments \(text(call))")
  }

  private func text(_ call: FuzzCall) -> String {
    var text = ""
    for index in call.arguments.indices {
      text += index == 0 ? "0x" : " 0x"
      text += String(call.arguments[index], radix: 16)
    }
    return text
  }
}
