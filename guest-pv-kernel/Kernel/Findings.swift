/// What the kernel found: lines that a person and a test can read.
///
/// A fact is `name: value`. A check is `PASS name: found` or `FAIL name: found, expected ...`. They are shown as they
/// come, or kept for whoever asks.
struct Findings {
  private(set) var passed = 0
  private(set) var failed = 0
  /// Whether lines are kept instead of shown; a failed check is shown all the same.
  var isKept = false
  private(set) var kept: [String] = []

  /// Shows or keeps a line.
  mutating func say(_ line: String) {
    if isKept { kept.append(line) } else { console.print(line) }
  }

  mutating func section(_ title: String) { say("--- \(title)") }

  mutating func fact(_ name: String, _ value: String) { say("\(name): \(value)") }
  mutating func fact(_ name: String, _ value: UInt64) { say("\(name): \(value)") }
  mutating func fact(_ name: String, _ value: Int) { say("\(name): \(value)") }

  /// A check of a condition; `found` says what was seen.
  mutating func check(_ name: String, _ holds: Bool, _ found: String, expected: String) {
    if holds {
      passed += 1
      say("PASS \(name): \(found)")
    } else {
      failed += 1
      let line = "FAIL \(name): \(found), expected \(expected)"
      if isKept { console.print(line) }
      say(line)
    }
  }

  /// A check of a number.
  mutating func check(_ name: String, _ found: UInt64, equals expected: UInt64) {
    check(name, found == expected, "\(found)", expected: "\(expected)")
  }
  mutating func check(_ name: String, _ found: Int, equals expected: Int) {
    check(name, found == expected, "\(found)", expected: "\(expected)")
  }

  /// A check that a call is refused with just that error.
  mutating func refused(
    _ name: String, _ expected: HypercallError, _ call: () throws(GuestError) -> Void
  ) {
    let expected = GuestError.hypercall(expected)
    do {
      try call()
      check(name, false, "done", expected: expected.description)
    } catch {
      check(name, error == expected, error.description, expected: expected.description)
    }
  }

  /// A check that a call is done.
  mutating func done(_ name: String, _ call: () throws(GuestError) -> Void) {
    do {
      try call()
      check(name, true, "done", expected: "")
    } catch {
      check(name, false, error.description, expected: "done")
    }
  }
}

extension Nanoseconds {
  /// Seconds with three decimals.
  var text: String {
    let milliseconds = rawValue / 1_000_000
    let fraction = milliseconds % 1000
    let zeros = fraction < 10 ? "00" : fraction < 100 ? "0" : ""
    return "\(milliseconds / 1000).\(zeros)\(fraction) s"
  }
}

/// A number in hexadecimal.
func hexadecimal(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }
