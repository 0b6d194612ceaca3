/// A line that was entered at the prompt, understood.
enum Command: Equatable {
  case help(CommandVerb?)
  case list([String])
  case create(file: String, settings: [String], attaches: Bool, staysPaused: Bool)
  case console(String)
  case log(String)
  case pause(String)
  case unpause(String)
  case shutdown(String, waits: Bool)
  case reboot(String)
  case destroy(String)
  case rename(String, to: String)
  case dumpCore(String, to: String)
  case memSet(String, bytes: UInt64)
  case memMax(String, bytes: UInt64)
  case vcpuList([String])
  case sched(domain: String?, weight: UInt64?, cap: UInt64?)
  /// How many seconds; nil until it is ended by hand.
  case top(seconds: UInt64?)
  case rings([String])
  case blockList(String)
  case storeList(String, fullPaths: Bool, permissions: Bool)
  case storeRead([String])
  case storeWrite(String, value: String)
  case storeRemove([String])
  case disks, files, info
  case uptime([String])
  case dmesg(clears: Bool)
  case perf(resets: Bool)
  case audit
  /// Of the machine.
  case powerOff(asksGuests: Bool)
  case rebootMachine

  /// Why a line is no command: one line that says what was expected.
  struct Misunderstanding: Error, Equatable {
    let message: String
    init(_ message: String) { self.message = message }
  }

  /// Reads a line; nil where it is blank.
  static func parse(_ line: [UInt8]) throws(Misunderstanding) -> Command? {
    let words: [String]
    do throws(ShellWords.Fault) {
      words = try ShellWords.split(line)
    } catch {
      throw Misunderstanding(error.message)
    }
    guard let first = words.first else { return nil }
    guard let verb = CommandVerb.named(first) else {
      throw Misunderstanding("unknown command '\(first)': \(CommandVerb.hint(for: first))")
    }
    let description = verb.description
    let given = try CommandWords(words.dropFirst(), of: description)
    if given.asksForHelp { return .help(verb) }
    return try make(verb, description, given)
  }

  private static func make(
    _ verb: CommandVerb, _ description: CommandDescription, _ given: CommandWords
  ) throws(Misunderstanding) -> Command {
    let words = given.arguments
    switch verb {
    case .help: return .help(try words.first.map(verbToExplain))
    case .list: return .list(words)
    case .create:
      return .create(
        file: words[0], settings: try settings(words.dropFirst(), description), attaches: given.has("c"),
        staysPaused: given.has("p"))
    case .console: return .console(words[0])
    case .log: return .log(words[0])
    case .pause: return .pause(words[0])
    case .unpause: return .unpause(words[0])
    case .shutdown: return .shutdown(words[0], waits: given.has("w"))
    case .reboot: return words.isEmpty ? .rebootMachine : .reboot(words[0])
    case .destroy: return .destroy(words[0])
    case .rename: return .rename(words[0], to: words[1])
    case .dumpCore: return .dumpCore(words[0], to: words[1])
    case .memSet: return .memSet(words[0], bytes: try size(words[1], description))
    case .memMax: return .memMax(words[0], bytes: try size(words[1], description))
    case .vcpuList: return .vcpuList(words)
    case .sched: return try sched(description, given)
    case .top:
      return .top(seconds: try given["n"].map { text throws(Misunderstanding) in try number(text, description) })
    case .rings: return .rings(words)
    case .blockList: return .blockList(words[0])
    case .storeList: return .storeList(words.first ?? "/", fullPaths: given.has("f"), permissions: given.has("p"))
    case .storeRead: return .storeRead(words)
    case .storeWrite: return .storeWrite(words[0], value: words[1])
    case .storeRemove: return .storeRemove(words)
    case .disks: return .disks
    case .files: return .files
    case .info: return .info
    case .uptime: return .uptime(words)
    case .dmesg: return .dmesg(clears: given.has("c"))
    case .perf: return .perf(resets: given.has("r"))
    case .audit: return .audit
    case .powerOff: return .powerOff(asksGuests: !given.has("f"))
    }
  }

  private static func verbToExplain(_ name: String) throws(Misunderstanding) -> CommandVerb {
    guard let verb = CommandVerb.named(name) else {
      throw Misunderstanding("no command is called '\(name)': 'help' names those there are")
    }
    return verb
  }

  private static func sched(
    _ description: CommandDescription, _ given: CommandWords
  ) throws(Misunderstanding) -> Command {
    let weight = try given["w"].map { text throws(Misunderstanding) in try number(text, description) }
    let cap = try given["c"].map { text throws(Misunderstanding) in try number(text, description) }
    if (weight != nil || cap != nil) && !given.has("d") {
      throw Misunderstanding("sched sets one domain's weight and cap: name it; usage: \(description.usage)")
    }
    return .sched(domain: given["d"], weight: weight, cap: cap)
  }

  private static func settings(
    _ words: ArraySlice<String>, _ description: CommandDescription
  ) throws(Misunderstanding) -> [String] {
    for word in words where !word.utf8.dropFirst().contains(UInt8(ascii: "=")) {
      throw Misunderstanding(
        "'\(word)' is no setting: expected \(ArgumentKind.setting.expectation); usage: \(description.usage)")
    }
    return Array(words)
  }

  private static func size(_ word: String, _ description: CommandDescription) throws(Misunderstanding) -> UInt64 {
    guard let bytes = MemoryAmount.bytes(word) else {
      throw Misunderstanding(
        "\(description.name): '\(word)' is no size: expected \(ArgumentKind.size.expectation)")
    }
    return bytes
  }

  private static func number(_ word: String, _ description: CommandDescription) throws(Misunderstanding) -> UInt64 {
    guard let value = MemoryAmount.number(word.utf8) else {
      throw Misunderstanding("\(description.name): '\(word)' is no number; usage: \(description.usage)")
    }
    return value
  }

  /// The lines of `help`.
  static var help: [String] {
    CommandVerb.allCases.map { verb in
      let description = verb.description
      return "  \(Column.leading("\(description.name)", width: 15)) \(description.summary)"
    } + ["'help COMMAND' tells how it is typed. Tab completes."]
  }
}
