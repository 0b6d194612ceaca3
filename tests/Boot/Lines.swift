import Rig

/// What the hypervisor, dom0 and the guests print, as far as tests wait for it: in one place.
enum Lines {
  /// dom0 is ready for a command.
  static let prompt = Machine.prompt

  /// A line of a guest, which dom0 shows with the guest's name in front.
  static func from(_ guest: String, _ text: String) throws -> Regex<AnyRegexOutput> {
    try Regex("(?m)^.*\\b\(guest)\\b[^\\n]*\(text)")
  }

  /// A line of dom0's own.
  static func dom0(_ text: String) throws -> Regex<AnyRegexOutput> {
    try Regex("(?m)^[^\\n]*\\[dom0\\] [^\\n]*\(text)")
  }

  /// A line of the hypervisor's own.
  static func hypervisor(_ text: String) throws -> Regex<AnyRegexOutput> {
    try Regex("(?m)^\\(apus\\) [^\\n]*\(text)")
  }
}

/// The statuses with which QEMU ends: twice the value written to isa-debug-exit, and one (hypervisor/Boot/Fatal.swift).
enum ExitStatus {
  /// The machine was switched off as it should.
  static let poweredOff: Int32 = 2 * 2 + 1
  /// The machine was to start anew.
  static let restarted: Int32 = 2 * 1 + 1
  /// The hypervisor refused to start: its line says why.
  static let refused: Int32 = 2 * 0x10 + 1
  /// The hypervisor panicked.
  static let panicked: Int32 = 2 * 0x11 + 1
}
