/// `dump-core`: writes a guest's memory to a disk while the guest is paused.
final class DumpActivity: Activity {
  private let service: Service
  private let guest: GuestDomain
  private let dump: CoreDump
  /// Whether it ran before.
  private let wasRunning: Bool

  init(_ service: Service, _ guest: GuestDomain, _ dump: CoreDump, wasRunning: Bool) {
    self.service = service
    self.guest = guest
    self.dump = dump
    self.wasRunning = wasRunning
  }

  override var status: String { "\(guest.name): writing its core to \(dump.disk.name)" }
  override var hasWork: Bool { isDone || dump.hasWork }

  override func step() {
    if service.toolstack.domain(guest.id) == nil {
      service.terminal.print("dump-core \(guest.name): it is gone")
      isDone = true
    } else if !dump.isDone {
      dump.step()
    } else {
      service.terminal.print(
        dump.failure.map { "dump-core \(guest.name): \($0)" }
          ?? "\(dump.byteCount) bytes of core are on \(dump.disk.name)")
      isDone = true
    }
  }

  override func end() {
    if wasRunning { try? DomainControls.unpause(guest.id) }
  }
}
