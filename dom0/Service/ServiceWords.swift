/// What Tab offers.
extension Service {
  /// The words of a kind; completion takes those that begin as what was typed.
  func words(of kind: ArgumentKind, beginning prefix: String) -> [String] {
    switch kind {
    case .domain: [guests.name(of: guests.own)] + guests.all.map { $0.name }
    case .guest: guests.all.map { $0.name }
    case .configuration: toolstack.files.names.filter { $0.utf8.reversed().starts(with: ".cfg".utf8.reversed()) }
    case .setting: Self.settings
    case .storePath: paths(beginning: prefix)
    case .disk: disks.all.map { $0.name }
    case .command, .size, .number, .text: []
    }
  }

  /// What a configuration may say.
  private static var settings: [String] {
    [
      "name=", "kernel=", "ramdisk=", "extra=", "cmdline=", "memory=", "maxmem=", "vcpus=", "disk=", "on_poweroff=",
      "on_reboot=", "on_crash=", "cpu_weight=", "cap=", "uuid=",
    ]
  }

  /// The nodes beside the one that is being typed; a slash behind those that have others below them.
  private func paths(beginning prefix: String) -> [String] {
    let bytes = Array(prefix.utf8)
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return ["/"] }
    let directory = slash == 0 ? "/" : PlainText.of(bytes[..<slash])
    let names = (try? store.list(directory)) ?? []
    return names.map { name in
      let path = StoreListing.path(name, below: directory)
      return (try? store.list(path))?.isEmpty == false ? "\(path)/" : path
    }
  }
}
