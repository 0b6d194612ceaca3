import XenABI

@testable import Core

/// Hypercalls as they come in from a guest: a number and arguments in registers, through the dispatch.
extension TestDomain {
  func dispatch(
    _ number: HypercallNumber, _ first: UInt64 = 0, _ second: UInt64 = 0, _ third: UInt64 = 0
  ) -> HypercallOutcome {
    var arguments = HypercallArguments()
    arguments.first = first
    arguments.second = second
    arguments.third = third
    vcpu.object.registers.setArguments(arguments, width)
    return caller.dispatch(number)
  }

  /// Makes a call until it is finished, as the instruction is executed again; its result, and how often that took.
  func finish(
    _ number: HypercallNumber, _ first: UInt64 = 0, _ second: UInt64 = 0, _ third: UInt64 = 0
  ) -> (result: Int64, pieces: Int) {
    var outcome = dispatch(number, first, second, third)
    var pieces = 1
    while true {
      switch outcome {
      case .done(let value): return (Int64(bitPattern: value), pieces)
      case .continues(let continuation): vcpu.object.registers.setArguments(continuation, width)
      case .repeats: break
      }
      pieces += 1
      outcome = caller.dispatch(number)
    }
  }

  /// Writes a text to the guest's memory.
  func write(_ text: String, at address: GuestVirtualAddress = Self.scratch) {
    for (index, byte) in text.utf8.enumerated() { write(byte, at: address.advanced(by: UInt64(index))) }
  }

  /// The bytes at an address of the guest's.
  func bytes(_ count: Int, at address: GuestVirtualAddress = Self.scratch) -> [UInt8] {
    (0..<count).map { read(UInt8.self, at: address.advanced(by: UInt64($0))) }
  }

  /// The text at an address, up to the first zero.
  func text(_ count: Int, at address: GuestVirtualAddress = Self.scratch) -> String {
    String(decoding: bytes(count, at: address).prefix { $0 != 0 }, as: UTF8.self)
  }
}

extension FakeServices {
  /// What was written to the console, and forgets it.
  func takeConsole() -> String {
    defer { console = [] }
    return String(decoding: console, as: UTF8.self)
  }
}

/// A refusal as a result register has it.
func refused(_ error: HypercallError) -> HypercallOutcome { .refused(error) }
