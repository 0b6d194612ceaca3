/// What Tab offers.
extension Service {
  /// The words of a kind; completion takes those that begin as what was typed.
  func words(of kind: ArgumentKind, beginning prefix: String) -> [String] {
    switch kind {
    case .domain: [guests.name(of: guests.own)] + guests.all.map { $0.name }
    case .guest: guests.all.map { $0.name }
    case .command, .configuration, .setting, .storePath, .size, .number, .text: []
    }
  }
}
