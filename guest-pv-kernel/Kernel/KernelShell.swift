import CGuest

/// The kernel's own small shell, `mode=shell`: what it looks like from inside of a guest, for whoever attaches to its
/// console.
struct KernelShell {
  private let services: KernelServices
  private let findings: Findings
  private var line = ShellLine()

  init(_ services: KernelServices, _ findings: Findings) {
    self.services = services
    self.findings = findings
  }

  /// Answers until it is asked to end.
  mutating func run(_ space: borrowing AddressSpace) throws(GuestError) {
    console.wakeOnInput()
    console.print("type 'help' to this guest: 'console NAME' at domain 0's prompt attaches to it")
    line.prompt()
    while true {
      services.serve()
      while let byte = console.read() {
        guard let entered = line.accept(byte) else { continue }
        guard try perform(entered, space) else { return }
        line.prompt()
      }
      Processor.wait { console.hasInput || services.hasWork }
    }
  }

  /// Does what a line says; false where the guest is to end.
  private func perform(_ line: String, _ space: borrowing AddressSpace) throws(GuestError) -> Bool {
    let words = line.utf8.split(separator: UInt8(ascii: " ")).map { String(Substring($0)) }
    guard let name = words.first else { return true }
    guard let command = Command.allCases.first(where: { $0.name.utf8.elementsEqual(name.utf8) }) else {
      console.print("no such command: 'help' names those there are")
      return true
    }
    switch command {
    case .help: for command in Command.allCases { console.print("  \(command.padded)\(command.summary)") }
    case .mem: showMemory()
    case .time: showTime()
    case .send: try sendToItself()
    case .ring: showRings(space)
    case .fault: showFaults()
    case .tour: showTour()
    case .crash: Panic.report("asked to crash")
    case .exit: return false
    }
    return true
  }

  private enum Command: CaseIterable {
    case help, mem, time, send, ring, fault, tour, crash, exit

    var name: String {
      switch self {
      case .help: "help"
      case .mem: "mem"
      case .time: "time"
      case .send: "send"
      case .ring: "ring"
      case .fault: "fault"
      case .tour: "tour"
      case .crash: "crash"
      case .exit: "exit"
      }
    }

    var padded: String { name + String(repeating: " ", count: 8 - name.utf8.count) }

    var summary: String {
      switch self {
      case .help: "these commands"
      case .mem: "the memory that this guest was given, and what of it is free"
      case .time: "the clock, which is read without leaving the guest"
      case .send: "sends itself an event and waits for it"
      case .ring: "the rings that its kernel and a program of its own run in, and what a hypercall costs"
      case .fault: "makes accesses that fault, and goes on"
      case .tour: "what the tour of the hypercall table found"
      case .crash: "ends by a panic"
      case .exit: "powers off"
      }
    }
  }
}

// MARK: What it shows

extension KernelShell {
  private func showMemory() {
    for index in 0..<MemoryMap.count {
      let entry = MemoryMap.entry(index)
      let kind = entry.type == .ram ? "RAM" : "reserved"
      console.print("  \(hexadecimal(entry.address.rawValue)) to \(hexadecimal(entry.end.rawValue)): \(kind)")
    }
    console.print("  \(PhysicalMemory.freeCount) frames of 4 KiB are free; the heap has \(Heap.usedBytes) bytes in use")
  }

  private func showTime() {
    let before = Processor.timeStamp
    let now = Clock.now
    let ticks = Processor.timeStamp.since(before).rawValue
    console.print("  \(now.text) since the hypervisor's start; reading that took \(ticks) ticks of the counter")
    console.print("  the counter runs at \(Clock.scale.frequency.rawValue / 1000) kHz, as the hypervisor tells it")
    console.print("  \(EventDispatcher.upcallCount) upcalls so far, \(Timers.eventCount) of the timer")
  }

  private func sendToItself() throws(GuestError) {
    let receiver = try EventChannel(unboundFor: .current)
    let sender = try EventChannel(connectingTo: receiver.port, of: .current)
    let upcalls = EventDispatcher.upcallCount
    let start = Clock.now
    try sender.notify()
    let arrived = receiver.wait(until: start.adding(.seconds(1)))
    let elapsed = Clock.now.since(start).rawValue
    console.print(
      arrived
        ? "  from port \(sender.port.rawValue) to port \(receiver.port.rawValue): there after \(elapsed) ns, by "
          + "\(EventDispatcher.upcallCount - upcalls) upcall"
        : "  nothing came within a second")
  }

  private func showRings(_ space: borrowing AddressSpace) {
    console.print("  this kernel runs in ring \(cguest_current_ring())")
    if let task = UserTask("visitor", sharing: space, argument: 0, UserPrograms.visitor) {
      var calls = 0
      var scheduler = UserScheduler([task], slice: .milliseconds(10))
      scheduler.run(
        onSystemCall: { _, number, first, _ in
          calls += 1
          if number == UserPrograms.Call.report { console.print("  a program of it runs in ring \(first)") }
          return .result(0)
        }, onException: { _, vector, _, _ in console.print("  the program ended by exception \(vector)") })
      console.print("  it made \(calls) system call, of which the hypervisor saw nothing")
    }
    let rounds: UInt64 = 1000
    let start = Processor.timeStamp
    for _ in 0..<rounds { _ = hypercall(.version) }
    let ticks = Processor.timeStamp.since(start).rawValue / rounds
    console.print("  a hypercall and back: \(ticks) ticks of the counter, of which an emulator takes most")
  }

  private func showFaults() {
    show(Probe.read(GuestVirtualAddress(8)) == nil, "reading address 8")
    show(!Probe.write(0, to: GuestVirtualAddress(cguest_image_start())), "writing to the kernel's own code")
    show(Probe.readRegister(0xDEAD_BEE0) == nil, "reading a model-specific register that there is not")
  }

  private func show(_ faulted: Bool, _ what: String) {
    console.print("  \(what): \(faulted ? "an exception, caught by this kernel" : "no exception")")
  }

  private func showTour() {
    if findings.kept.isEmpty { return console.print("  nothing") }
    for line in findings.kept { console.print("  \(line)") }
    console.print("  \(findings.passed) checks passed, \(findings.failed) failed")
  }
}

/// The line that is typed to the kernel, echoed as it comes.
struct ShellLine {
  private var bytes: [UInt8] = []
  private var isEscape = false

  private static var capacity: Int { 120 }

  func prompt() {
    console.write("> ")
    console.flush()
  }

  /// Takes a character; returns the line that it completes.
  mutating func accept(_ byte: UInt8) -> String? {
    switch byte {
    case _ where isEscape:
      // A key that is no character: ESC, [ or O, digits, a letter.
      let isMiddle = byte == UInt8(ascii: "[") || byte == UInt8(ascii: "O") || (byte >= 0x30 && byte < 0x3C)
      isEscape = isMiddle
    case 0x1B: isEscape = true
    case UInt8(ascii: "\r"), UInt8(ascii: "\n"):
      console.write("\n" as StaticString)
      defer { bytes = [] }
      return String(decoding: bytes, as: UTF8.self)
    case 0x08, 0x7F:
      if bytes.popLast() != nil { echo("\u{8} \u{8}") }
    case 0x03, 0x15:
      for _ in bytes { echo("\u{8} \u{8}") }
      bytes = []
    case 0x20..<0x7F where bytes.count < Self.capacity:
      bytes.append(byte)
      console.write(byte)
      console.flush()
    default: echo("\u{7}")
    }
    return nil
  }

  private func echo(_ text: String) {
    console.write(text)
    console.flush()
  }
}
