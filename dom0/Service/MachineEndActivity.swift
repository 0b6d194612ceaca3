/// `poweroff` and `reboot` of the machine: asks the guests to end, waits, ends what is left, and then the machine.
final class MachineEndActivity: Activity {
  private let service: Service
  private let reason: ShutdownReason
  private var deadline: Nanoseconds
  private var isDestroying = false

  /// How long guests have that were asked.
  private static var patience: Nanoseconds { .seconds(10) }

  init(_ service: Service, _ reason: ShutdownReason, asksGuests: Bool) {
    self.service = service
    self.reason = reason
    deadline = asksGuests ? Clock.now.adding(Self.patience) : .zero
    super.init()
    service.toolstack.stopBuilding()
    if asksGuests { askAll() }
  }

  /// Asks those that listen; where none does, there is nothing to wait for.
  private func askAll() {
    var isAwaited = false
    for guest in service.guests.all where isListening(guest) {
      do throws(ToolstackError) {
        try service.toolstack.request(.powerOff, of: guest.id)
        isAwaited = true
      } catch {
        service.say("\(guest.name): \(error.message)")
      }
    }
    if !isAwaited { deadline = .zero }
  }

  /// Whether the guest says that it does what it is asked, and can.
  private func isListening(_ guest: GuestDomain) -> Bool {
    let feature = try? service.store.read("/local/domain/\(guest.id.rawValue)/control/feature-poweroff")
    return feature == "1" && !guest.information.flags.contains(.paused)
  }

  private var remaining: [GuestDomain] {
    service.guests.all.filter { service.toolstack.domain($0.id) != nil }
  }

  override var status: String {
    let names = remaining.map { $0.name }.joined(separator: ", ")
    if isDestroying || names.isEmpty { return "" }
    let seconds = (deadline.since(min(Clock.now, deadline)).rawValue + 999_999_999) / 1_000_000_000
    return "waiting \(seconds) s for \(names); Enter ends the wait, Ctrl-C stops it"
  }

  override var hasWork: Bool { isDone || (!isDestroying && Clock.now >= deadline) }

  override func step() {
    if !isDestroying && (Clock.now >= deadline || remaining.allSatisfy { !isListening($0) }) { destroyAll() }
    if !remaining.isEmpty {
      service.domainsHaveChanged()
      return
    }
    service.say(reason == .reboot ? "rebooting" : "powering off")
    if !service.disks.flush() { service.say("a disk could not be flushed: what was written to it last may be lost") }
    service.terminal.flushAll()
    XenScheduler.shutdown(reason)
  }

  private func destroyAll() {
    isDestroying = true
    for guest in remaining {
      do throws(ToolstackError) {
        try service.toolstack.destroy(guest.id)
      } catch {
        service.say("\(guest.name): \(error.message)")
      }
    }
  }

  override func accept(_ byte: UInt8) -> Bool {
    if byte == Control.carriageReturn || byte == Control.lineFeed {
      deadline = .zero
      return true
    }
    return false
  }

  override func interrupt() {
    if isDestroying { return }
    service.toolstack.resumeBuilding()
    service.say("the machine stays on; guests that were asked may end all the same")
    isDone = true
  }
}
