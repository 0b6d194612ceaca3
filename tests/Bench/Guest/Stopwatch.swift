import CBench
import CGuest

/// Times a round many times over, and prints what tests/Bench/Host/Measurement.swift reads.
enum Stopwatch {
  /// How often each operation is done.
  static var rounds: UInt64 { 10_000 }

  /// The ticks that `rounds` rounds of `body` take. A call is inlined with its body: the loop is a countdown around it.
  @inline(__always)
  static func ticks(_ rounds: UInt64 = Self.rounds, _ body: () -> Void) -> TSCTicks {
    var left = rounds
    let start = cguest_rdtsc()
    repeat {
      body()
      left &-= 1
    } while left != 0
    return TSCTicks(cguest_rdtsc() &- start)
  }

  /// Prints a line of the table.
  static func report(_ name: StaticString, _ ticks: TSCTicks, operations: UInt64 = Self.rounds) {
    console.print("bench \(operations) \(ticks.rawValue) \(name)")
  }

  /// Prints a remark for the reader of the table.
  static func note(_ text: String) { console.print("bench note: \(text)") }

  /// Prints that an operation is left out, and why.
  static func leaveOut(_ name: StaticString, _ reason: String) { note("\(name) is left out: \(reason)") }

  /// Says so unless an operation has worked each time: what fails early is no measurement.
  static func require(_ worked: Bool, _ name: StaticString, _ result: Int64) {
    if !worked { note("\(name) does not count: the last call gave \(result)") }
  }
}
