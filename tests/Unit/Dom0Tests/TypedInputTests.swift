import Testing

@testable import Dom0Logic

@Suite struct TypedInputTests {
  private func elements(_ input: inout TypedInput) -> [TypedInput.Element] {
    var all: [TypedInput.Element] = []
    while let element = input.next() { all.append(element) }
    return all
  }

  @Test func keepsTheOrderAndThePlacesOfLosses() {
    var input = TypedInput()
    input.noteLoss()
    input.append(1)
    input.append(2)
    input.noteLoss()
    input.noteLoss()
    #expect(input.next() == .loss && input.next() == .byte(1))
    input.append(3)
    #expect(elements(&input) == [.byte(2), .loss, .byte(3)])
    #expect(input.isEmpty && input.next() == nil)
    input.noteLoss()
    #expect(!input.isEmpty && elements(&input) == [.loss] && input.isEmpty)
  }

  /// What does not fit is told of behind what does, whatever was taken before.
  @Test(arguments: [0, 1, 4095, 4096, 10_000]) func tellsWhatDidNotFit(_ taken: Int) {
    var input = TypedInput()
    for index in 0..<taken { input.append(UInt8(truncatingIfNeeded: index)) }
    for index in 0..<taken { #expect(input.next() == .byte(UInt8(truncatingIfNeeded: index))) }
    for index in 0..<TypedInput.capacity + 5 { input.append(UInt8(truncatingIfNeeded: index)) }
    #expect(input.count == TypedInput.capacity)
    #expect(input.next() == .byte(0))
    input.append(7)
    let rest = elements(&input)
    #expect(rest.count == TypedInput.capacity + 1 && rest.suffix(3) == [.byte(255), .loss, .byte(7)])
    #expect(rest.filter { $0 == .loss }.count == 1)
  }

  /// What can't be afforded is lost, and said, like what is too much.
  @Test func tellsWhatWasNotAfforded() {
    var input = TypedInput()
    var isRich = true
    for _ in 0..<200 { input.append(1) { _ in isRich } }
    isRich = false
    for _ in 0..<10_000 { input.append(2) { _ in isRich } }
    let all = elements(&input)
    #expect(all.count < 5000 && all.last == .loss && all.filter { $0 == .byte(1) }.count == 200)
  }

  @Test func sendsWhatTheReceiverTakes() {
    var input = TypedInput()
    for index in 0..<10 { input.append(UInt8(index)) }
    var received: [UInt8] = []
    for room in [3, 0, 20] {
      input.send {
        received += $0.prefix(room)
        return min(room, $0.count)
      }
    }
    #expect(received == Array(0..<10) && input.isEmpty)
  }
}
