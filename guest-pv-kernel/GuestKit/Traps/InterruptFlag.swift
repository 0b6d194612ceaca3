import CGuest

/// The processor's interrupt flag (Intel SDM vol. 3 6.8.1).
enum InterruptFlag {
  static var isSet: Bool { cguest_flags() & 1 << 9 != 0 }
  @inline(__always) static func set() { cguest_sti() }
  @inline(__always) static func clear() { cguest_cli() }
}

/// Runs `body` while no interrupt can come, and leaves the flag as it was.
@inline(__always)
func withInterruptsOff<Result: ~Copyable, Failure: Error>(
  _ body: () throws(Failure) -> Result
) throws(Failure) -> Result {
  let wereOn = InterruptFlag.isSet
  InterruptFlag.clear()
  defer { if wereOn { InterruptFlag.set() } }
  return try body()
}
