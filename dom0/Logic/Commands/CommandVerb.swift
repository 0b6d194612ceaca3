/// What can be asked for at the prompt.
enum CommandVerb: CaseIterable {
  case help, list, info, console, log, pause, unpause, destroy, dmesg, audit, powerOff, reboot

  var name: StaticString {
    switch self {
    case .help: "help"
    case .list: "list"
    case .info: "info"
    case .console: "console"
    case .log: "log"
    case .pause: "pause"
    case .unpause: "unpause"
    case .destroy: "destroy"
    case .dmesg: "dmesg"
    case .audit: "audit"
    case .powerOff: "poweroff"
    case .reboot: "reboot"
    }
  }

  /// Whether it is about one domain, whose name follows.
  var takesDomain: Bool {
    switch self {
    case .console, .log, .pause, .unpause, .destroy: true
    case .help, .list, .info, .dmesg, .audit, .powerOff, .reboot: false
    }
  }

  /// What it does, for `help`.
  var summary: StaticString {
    switch self {
    case .help: "this list"
    case .list: "the domains: r running, b blocked, p paused, s shut down, c crashed, d dying"
    case .info: "the hypervisor, the machine, and the rings that each domain runs in"
    case .console: "type to a guest and see it alone; Ctrl-] leaves"
    case .log: "what a guest has written to its console, the last 16 KiB of it"
    case .pause: "keep a guest from running"
    case .unpause: "let it run again"
    case .destroy: "end a guest at once and take its memory back"
    case .dmesg: "the hypervisor's own log"
    case .audit: "have the hypervisor count its frames, ports and grants anew"
    case .powerOff: "end all guests, then switch the machine off"
    case .reboot: "end all guests, then start the machine anew"
    }
  }
}
