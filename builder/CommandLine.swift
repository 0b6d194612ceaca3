#if canImport(XenABI)
  import XenABI
#endif

/// What to print: messages of this level and all that are graver.
package enum LogThreshold: UInt8, Comparable, BitwiseCopyable, Sendable {
  case none
  case error
  case warning
  case info
  case debug
  /// Whether a message of `level` is printed.
  package func admits(_ level: LogThreshold) -> Bool { level.rawValue <= rawValue && level != .none }
  package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// The hypervisor's own options, from its command line. Names are Xen's where Xen has one.
///
/// | option | meaning | default |
/// |---|---|---|
/// | `console=` `com1`, `vga`, both with a comma, or `none` | where the console is | `com1,vga` |
/// | `com1=BAUD[,8n1]` | speed of the first serial port; a divisor of 115200 | 115200 |
/// | `loglvl=all\|debug\|info\|warning\|error\|none` | what the hypervisor prints of itself | `info` |
/// | `guest_loglvl=` the same | what it prints of what guests do | `warning` |
/// | `dom0_mem=SIZE`, `dom0_mem=max:SIZE`, both joined by a comma | dom0's memory, in KiB or with B, K, M, G, T | the caller's |
/// | `layout=auto\|vmx\|svm` | which ring layout runs pvh domains | `auto` |
/// | `exit=isa-debug` | leave by QEMU's isa-debug-exit device where the machine would stop | stop |
/// | `noreboot[=BOOL]` | stay when dom0 ends or the hypervisor panics | off |
/// | `sched=fair` | the scheduler | `fair` |
/// | `spec-ctrl=BOOL` or a list | mitigations of speculation (`MitigationOptions`) | what the processor needs |
/// | `ept=[no-]exec-sp` | whether guests execute from superpages (VT-x) | where the processor bears it |
/// | `conring_size=SIZE` | the console's history, in KiB or with a letter; a power of two, 4K to 1M | 16K |
///
/// The last of an option given twice holds.
package struct HypervisorOptions: BitwiseCopyable {
  /// The devices that the console is: what goes out goes to each of them.
  package struct Console: OptionSet, BitwiseCopyable, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    package init() { rawValue = 0 }

    /// The first serial port.
    package static var com1: Self { Self(rawValue: 1 << 0) }
    /// The display of a PC, in text mode.
    package static var vga: Self { Self(rawValue: 1 << 1) }
  }
  package enum Layout: UInt8, BitwiseCopyable { case automatic, vmx, svm }
  package enum Exit: UInt8, BitwiseCopyable { case halt, isaDebug }
  package enum Scheduler: UInt8, BitwiseCopyable { case fair }

  package var console = Console.com1.union(.vga)
  /// The speed of the first serial port, in baud.
  package var baud: UInt32 = 115200
  package var logThreshold: LogThreshold = .info
  package var guestLogThreshold: LogThreshold = .warning
  /// The memory that dom0 is to have, in bytes, whole frames.
  package var dom0Memory: UInt64? = nil
  /// What dom0's memory may not exceed, in bytes, whole frames.
  package var dom0MemoryLimit: UInt64? = nil
  package var layout: Layout = .automatic
  package var exit: Exit = .halt
  package var staysAfterEnd = false
  package var scheduler: Scheduler = .fair
  package var mitigations = MitigationOptions()
  /// Whether guests execute from superpages; nil where the processor is to decide.
  package var executesSuperpages: Bool? = nil
  /// The size of the console's history, in bytes.
  package var consoleRingSize: UInt64 = 16 << 10

  /// What holds without a command line.
  package init() {}

  /// Reads a command line from `offset` on, where `LoaderConvention` says that the arguments start.
  package init(_ line: RawSpan, from offset: Int = 0) throws(OptionError) {
    var words = WordScanner(at: offset)
    while let word = words.next(in: line) { try take(line.option(word), in: line) }
  }

  /// The bytes of dom0's memory, where the line leaves the choice to the caller, who would take `proposal`.
  package func dom0Bytes(proposal: UInt64) -> UInt64 {
    min(dom0Memory ?? proposal, dom0MemoryLimit ?? UInt64.max)
  }

  private mutating func take(_ option: TextOption, in line: RawSpan) throws(OptionError) {
    let key = option.key
    if line.text(key, equals: "console") {
      try takeConsole(option, in: line)
    } else if line.text(key, equals: "com1") {
      try takeSpeed(option, in: line)
    } else if line.text(key, equals: "loglvl") {
      logThreshold = try level(option, in: line)
    } else if line.text(key, equals: "guest_loglvl") {
      guestLogThreshold = try level(option, in: line)
    } else if line.text(key, equals: "dom0_mem") {
      try takeMemory(option, in: line)
    } else if line.text(key, equals: "layout") {
      try takeLayout(option, in: line)
    } else if line.text(key, equals: "exit") {
      let expected: StaticString = "exit=isa-debug"
      guard line.text(try value(option, expected), equals: "isa-debug")
      else { throw OptionError(.malformed, option.word, expected: expected) }
      exit = .isaDebug
    } else if line.text(key, equals: "noreboot") {
      staysAfterEnd = try flag(option, in: line, expected: "noreboot, or noreboot=yes or =no")
    } else if line.text(key, equals: "sched") {
      let expected: StaticString = "sched=fair"
      guard line.text(try value(option, expected), equals: "fair")
      else { throw OptionError(.malformed, option.word, expected: expected) }
      scheduler = .fair
    } else if line.text(key, equals: "spec-ctrl") {
      try takeMitigations(option, in: line)
    } else if line.text(key, equals: "ept") {
      try takeExtendedTables(option, in: line)
    } else if line.text(key, equals: "conring_size") {
      try takeRingSize(option, in: line)
    } else {
      throw OptionError(.unknown, option.word, expected: Self.names)
    }
  }

  private static var names: StaticString {
    "console=, com1=, loglvl=, guest_loglvl=, dom0_mem=, layout=, exit=, noreboot, sched=, spec-ctrl=, ept= or conring_size="
  }

  private func value(_ option: TextOption, _ expected: StaticString) throws(OptionError) -> TextRange {
    guard let value = option.value, value.count > 0 else { throw OptionError(.value, option.word, expected: expected) }
    return value
  }

  /// A truth value; the bare word means yes.
  private func flag(_ option: TextOption, in line: RawSpan, expected: StaticString) throws(OptionError) -> Bool {
    guard let value = option.value else { return true }
    guard let flag = line.flag(value) else { throw OptionError(.malformed, option.word, expected: expected) }
    return flag
  }
}

// The options whose values have a form of their own.
extension HypervisorOptions {
  private mutating func takeConsole(_ option: TextOption, in line: RawSpan) throws(OptionError) {
    let expected: StaticString = "console=com1, console=vga, console=com1,vga or console=none"
    let value = try value(option, expected)
    console = Console()
    if line.text(value, equals: "none") { return }
    var rest: TextRange? = value
    while let list = rest {
      let (item, following) = line.split(list, at: .comma)
      rest = following
      if line.text(item, equals: "com1") {
        console = console.union(.com1)
      } else if line.text(item, equals: "vga") {
        console = console.union(.vga)
      } else {
        throw OptionError(.malformed, option.word, expected: expected)
      }
    }
  }

  private mutating func takeSpeed(_ option: TextOption, in line: RawSpan) throws(OptionError) {
    let expected: StaticString = "com1=BAUD or com1=BAUD,8n1, where BAUD divides 115200"
    let (speed, format) = line.split(try value(option, expected), at: .comma)
    guard let baud = line.number(speed) else { throw OptionError(.malformed, option.word, expected: expected) }
    if let format, !line.text(format, equals: "8n1") {
      throw OptionError(.malformed, option.word, expected: expected)
    }
    // The port's divisor has 16 bits: the slowest speed is 115200 / 65535, rounded up.
    guard baud >= 2, baud <= 115200, 115200 % baud == 0
    else { throw OptionError(.outOfRange, option.word, expected: expected) }
    self.baud = UInt32(truncatingIfNeeded: baud)
  }

  private func level(_ option: TextOption, in line: RawSpan) throws(OptionError) -> LogThreshold {
    let expected: StaticString = "all, debug, info, warning, error or none as the level"
    let value = try value(option, expected)
    if line.text(value, equals: "all") || line.text(value, equals: "debug") { return .debug }
    if line.text(value, equals: "info") { return .info }
    if line.text(value, equals: "warning") { return .warning }
    if line.text(value, equals: "error") { return .error }
    if line.text(value, equals: "none") { return .none }
    throw OptionError(.malformed, option.word, expected: expected)
  }

  private mutating func takeMemory(_ option: TextOption, in line: RawSpan) throws(OptionError) {
    let expected: StaticString = "dom0_mem=SIZE, dom0_mem=max:SIZE or dom0_mem=SIZE,max:SIZE, SIZE from 1M to 64G"
    var rest: TextRange? = try value(option, expected)
    while let list = rest {
      let (item, following) = line.split(list, at: .comma)
      rest = following
      let isLimit = line.text(item, starts: "max:")
      guard let bytes = line.size(isLimit ? item.dropping(4) : item, unit: .kibibytes)
      else { throw OptionError(.malformed, option.word, expected: expected) }
      let frames = bytes >> pageShift
      guard frames >= GuestPhysicalLayout.leastFrames, frames <= GuestPhysicalLayout.mostFrames
      else { throw OptionError(.outOfRange, option.word, expected: expected) }
      if isLimit { dom0MemoryLimit = frames << pageShift } else { dom0Memory = frames << pageShift }
    }
  }

  private mutating func takeLayout(_ option: TextOption, in line: RawSpan) throws(OptionError) {
    let expected: StaticString = "layout=auto, layout=vmx or layout=svm"
    let value = try value(option, expected)
    if line.text(value, equals: "auto") {
      layout = .automatic
    } else if line.text(value, equals: "vmx") {
      layout = .vmx
    } else if line.text(value, equals: "svm") {
      layout = .svm
    } else {
      throw OptionError(.malformed, option.word, expected: expected)
    }
  }

  private mutating func takeMitigations(_ option: TextOption, in line: RawSpan) throws(OptionError) {
    guard option.value != nil else {
      mitigations = MitigationOptions()
      return
    }
    let expected: StaticString =
      "spec-ctrl=BOOL, or ibpb=, ibrs=, ibpb-entry=, rsb=, verw= and l1d-flush=BOOL, separated by commas"
    var rest = option.value
    while let list = rest {
      let (item, following) = line.split(list, at: .comma)
      rest = following
      guard mitigations.take(item, in: line) else { throw OptionError(.malformed, option.word, expected: expected) }
    }
  }

  private mutating func takeExtendedTables(_ option: TextOption, in line: RawSpan) throws(OptionError) {
    let expected: StaticString = "ept=exec-sp, ept=no-exec-sp or ept=exec-sp=BOOL"
    let item = line.option(try value(option, expected))
    if item.value == nil, line.text(item.key, equals: "no-exec-sp") {
      executesSuperpages = false
      return
    }
    guard line.text(item.key, equals: "exec-sp") else { throw OptionError(.malformed, option.word, expected: expected) }
    executesSuperpages = true
    guard let text = item.value else { return }
    guard let flag = line.flag(text) else { throw OptionError(.malformed, option.word, expected: expected) }
    executesSuperpages = flag
  }

  private mutating func takeRingSize(_ option: TextOption, in line: RawSpan) throws(OptionError) {
    let expected: StaticString = "conring_size=SIZE, a power of two from 4K to 1M"
    guard let size = line.size(try value(option, expected), unit: .kibibytes)
    else { throw OptionError(.malformed, option.word, expected: expected) }
    guard size >= 4 << 10, size <= 1 << 20, size & (size &- 1) == 0
    else { throw OptionError(.outOfRange, option.word, expected: expected) }
    consoleRingSize = size
  }
}
