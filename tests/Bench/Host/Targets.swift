/// The greatest number of instructions that an operation should take a round, by the bench guest's name of it.
///
/// They hold for SVM with guest memory mapped by 2 MiB pages and mitigations off.
enum Targets {
  static let instructions: [String: Double] = [
    "null hypercall": 120,
    "CPUID exit": 150,
    "event send, masked": 260,
    "event send, upcall": 400,
    "set_timer_op": 250,
  ]
}
