/// What becomes of a guest that has ended (xl.cfg(5), `on_poweroff` and its siblings).
enum EndAction: Equatable {
  /// Its memory is taken back.
  case destroy
  /// The same, and it is built anew from its configuration.
  case restart
  /// It stays for a look until it is destroyed by hand.
  case preserve
  /// A core of its memory is written, and then as `destroy`.
  case coredumpDestroy
  /// A core of its memory is written, and then as `restart`.
  case coredumpRestart

  /// The action of that name in xl's syntax; nil for a name that is none, and for those that Apus does not have.
  init?(_ name: String) {
    switch name {
    case "destroy": self = .destroy
    case "restart": self = .restart
    case "preserve": self = .preserve
    case "coredump-destroy": self = .coredumpDestroy
    case "coredump-restart": self = .coredumpRestart
    default: return nil
    }
  }

  var name: String {
    switch self {
    case .destroy: "destroy"
    case .restart: "restart"
    case .preserve: "preserve"
    case .coredumpDestroy: "coredump-destroy"
    case .coredumpRestart: "coredump-restart"
    }
  }

  static var names: String { "destroy, restart, preserve, coredump-destroy or coredump-restart" }

  /// Whether a core is to be written first.
  var writesCore: Bool { self == .coredumpDestroy || self == .coredumpRestart }
  /// Whether the guest is built anew.
  var restarts: Bool { self == .restart || self == .coredumpRestart }
}
