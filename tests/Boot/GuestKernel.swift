/// What the guest kernel of `guest-pv-kernel/Kernel` prints, as patterns.
enum GuestKernel {
  /// One line for each part of the hypercall table that it shows.
  static let observations = [
    "memory map",
    "page tables",
    "gave back \\d+ frames",
    "timer event",
    "IPI",
    "event from dom0",
    "refused",
    "ring 3",
    tick(3),
  ]

  /// Its last line.
  static let end = "bye"

  /// The `n`th second of its clock.
  static func tick(_ n: Int) -> String { "tick \(n)\\b" }
}
