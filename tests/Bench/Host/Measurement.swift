import Rig

/// One operation as the bench guest has timed it.
///
/// The guest prints a line for each, of its own total:
/// ```
/// bench 10000 1140000 null hypercall
/// ```
/// that is rounds, ticks of the TSC, name; and `bench done` after the last. An operation that the hypervisor below does
/// not have is left out.
struct Measurement {
  let name: String
  /// Ticks of the TSC, or nanoseconds, a round: under `-icount shift=0` either is an instruction.
  let value: Double

  var instructions: Double { value }

  /// All measurements in a transcript, in its order.
  static func parse(_ transcript: String) -> [Measurement] {
    transcript.matches(of: /bench (?<rounds>\d+) (?<ticks>\d+) (?<name>[^\n]+)/).compactMap { match in
      guard let rounds = Double(match.rounds), rounds > 0, let ticks = Double(match.ticks) else { return nil }
      return Measurement(name: String(match.name), value: ticks / rounds)
    }
  }
}
