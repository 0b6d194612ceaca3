/// Says what domain 0 has to say of its own, on the terminal; later, while something else has the whole of it.
final class Announcer {
  private let terminal: Terminal
  private var untold: [String] = []
  /// Whether lines have to wait.
  var isHeld = false {
    didSet { if !isHeld { tellAll() } }
  }

  /// What waits at most: guests must not fill this domain's memory with their troubles.
  private static var mostUntold: Int { 100 }

  init(_ terminal: Terminal) { self.terminal = terminal }

  func say(_ text: String) {
    if !isHeld {
      terminal.print("[dom0] \(text)")
    } else if untold.count < Self.mostUntold {
      untold.append(text)
    }
  }

  private func tellAll() {
    let lines = untold
    untold = []
    for line in lines { terminal.print("[dom0] \(line)") }
  }
}
