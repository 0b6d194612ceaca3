/// `xenstore-ls`: shows the store in pieces, as fast as the terminal takes it.
final class StoreListActivity: Activity {
  private let service: Service
  private var listing: StoreListing
  private let showsPermissions: Bool

  /// Lines of a turn.
  private static var linesPerTurn: Int { 32 }

  init(_ service: Service, _ listing: StoreListing, permissions: Bool) {
    self.service = service
    self.listing = listing
    showsPermissions = permissions
  }

  override var hasWork: Bool { isDone || !service.terminal.hasOutput }

  override func step() {
    if service.terminal.hasOutput { return }
    for _ in 0..<Self.linesPerTurn {
      guard let line = listing.next({ look($0) }) else {
        isDone = true
        return
      }
      service.terminal.print(line)
    }
  }

  private func look(_ path: String) -> StoreListing.Node? {
    do throws(StoreError) {
      let store = service.store
      let note = showsPermissions ? try store.permissions(of: path).map { $0.text }.joined(separator: ",") : ""
      return StoreListing.Node(
        value: try store.read(path), children: try store.list(path), note: note.isEmpty ? "" : "(\(note))")
    } catch {
      return nil
    }
  }
}
