#if canImport(XenABI)
  import XenABI
#endif

/// What a guest finds in the store, in the places where xl puts it (xenstore-paths(7)).
struct GuestNodes {
  let domain: DomainID
  var name: String
  let uuid: GuestUUID
  /// The memory that it should hold, and that it may hold, in KiB.
  var targetKibibytes: UInt64
  var maximumKibibytes: UInt64
  var consoleFrame: GuestFrame
  var consolePort: EventPort
  var storeFrame: GuestFrame
  var storePort: EventPort
  var disks: [DiskSpecification] = []

  /// A guest's folder.
  static func home(of domain: DomainID) -> String { "/local/domain/\(domain.rawValue)" }
  /// Domain 0's folders for the disks of a guest.
  static func diskBackends(of domain: DomainID) -> String { "\(home(of: .zero))/backend/vbd/\(domain.rawValue)" }
  private var home: String { Self.home(of: domain) }
  /// What is known of the guest as such, whatever number its domain has.
  static func virtualMachine(_ uuid: GuestUUID) -> String { "/vm/\(uuid.text)" }

  /// Domain 0's, and the guest may look.
  private var readable: [StorePermission] { [StorePermission(.zero, .none), StorePermission(domain, .read)] }
  /// The guest's own.
  private var owned: [StorePermission] { [StorePermission(domain, .none)] }
  /// The guest's own, and domain 0 looks: the end of a device that the guest writes.
  private var frontend: [StorePermission] { [StorePermission(domain, .none), StorePermission(.zero, .read)] }

  /// Makes the nodes.
  func create(in store: Store) throws(StoreError) {
    try machine(store)
    try folder(store)
    try rings(store)
    for disk in disks { try self.disk(disk, store) }
  }

  private func machine(_ store: Store) throws(StoreError) {
    let machine = Self.virtualMachine(uuid)
    try put(store, machine, "", readable)
    try put(store, "\(machine)/uuid", uuid.text, readable)
    try put(store, "\(machine)/name", name, readable)
  }

  private func folder(_ store: Store) throws(StoreError) {
    try put(store, home, "", readable)
    try put(store, "\(home)/domid", "\(domain.rawValue)", readable)
    try put(store, "\(home)/name", name, readable)
    try put(store, "\(home)/vm", Self.virtualMachine(uuid), readable)
    try put(store, "\(home)/cpu", "", readable)
    try put(store, "\(home)/cpu/0", "", readable)
    try put(store, "\(home)/cpu/0/availability", "online", readable)
    try put(store, "\(home)/memory", "", readable)
    try put(store, "\(home)/memory/static-max", "\(maximumKibibytes)", readable)
    try put(store, "\(home)/memory/target", "\(targetKibibytes)", readable)
    try put(store, "\(home)/device", "", readable)
    try put(store, "\(home)/control", "", readable)
    for request in ["shutdown", "feature-poweroff", "feature-reboot", "feature-suspend", "sysrq"] {
      try put(store, "\(home)/control/\(request)", "", owned)
    }
    try put(store, "\(home)/control/platform-feature-multiprocessor-suspend", "1", readable)
    try put(store, "\(home)/control/platform-feature-xs_reset_watches", "1", readable)
    for own in ["data", "drivers", "feature", "attr", "error"] { try put(store, "\(home)/\(own)", "", owned) }
  }

  private func rings(_ store: Store) throws(StoreError) {
    try put(store, "\(home)/store", "", readable)
    try put(store, "\(home)/store/ring-ref", "\(storeFrame.rawValue)", readable)
    try put(store, "\(home)/store/port", "\(storePort.rawValue)", readable)
    try put(store, "\(home)/console", "", readable)
    try put(store, "\(home)/console/backend", "\(Self.home(of: .zero))/backend/console/\(domain.rawValue)/0", readable)
    try put(store, "\(home)/console/backend-id", "0", readable)
    try put(store, "\(home)/console/ring-ref", "\(consoleFrame.rawValue)", readable)
    try put(store, "\(home)/console/port", "\(consolePort.rawValue)", readable)
    try put(store, "\(home)/console/type", "xenconsoled", readable)
    try put(store, "\(home)/console/output", "pty", readable)
    try put(store, "\(home)/console/limit", "\(LineLog.defaultCapacity)", readable)
  }

  /// Both ends of a disk, of which neither has said anything yet.
  private func disk(_ disk: DiskSpecification, _ store: Store) throws(StoreError) {
    let number = disk.device.rawValue
    let front = "\(home)/device/vbd/\(number)"
    let back = "\(Self.diskBackends(of: domain))/\(number)"
    let initialising = "\(XenbusState.initialising.rawValue)"
    if !store.exists("\(home)/device/vbd") { try put(store, "\(home)/device/vbd", "", readable) }
    for path in ["\(Self.home(of: .zero))/backend", "\(Self.home(of: .zero))/backend/vbd"] where !store.exists(path) {
      try put(store, path, "", [StorePermission(.zero, .none)])
    }
    if !store.exists(Self.diskBackends(of: domain)) { try put(store, Self.diskBackends(of: domain), "", readable) }
    // The backend is told last of the state: its watch fires on each of the nodes, and it looks for that one.
    try put(store, front, "", frontend)
    try put(store, "\(front)/backend", back, frontend)
    try put(store, "\(front)/backend-id", "0", frontend)
    try put(store, "\(front)/virtual-device", "\(number)", frontend)
    try put(store, "\(front)/device-type", "disk", frontend)
    try put(store, "\(front)/trusted", disk.isTrusted ? "1" : "0", frontend)
    try put(store, "\(front)/state", initialising, frontend)
    try put(store, back, "", readable)
    try put(store, "\(back)/frontend", front, readable)
    try put(store, "\(back)/frontend-id", "\(domain.rawValue)", readable)
    try put(store, "\(back)/online", "1", readable)
    try put(store, "\(back)/removable", "0", readable)
    try put(store, "\(back)/dev", disk.deviceName, readable)
    try put(store, "\(back)/type", "phy", readable)
    try put(store, "\(back)/params", disk.target, readable)
    try put(store, "\(back)/mode", disk.isReadOnly ? "r" : "w", readable)
    try put(store, "\(back)/device-type", "disk", readable)
    try put(store, "\(back)/state", initialising, readable)
  }

  private func put(
    _ store: Store, _ path: String, _ value: String, _ permissions: [StorePermission]
  ) throws(StoreError) {
    try store.write(path, value)
    try store.setPermissions(path, permissions)
  }

  /// Takes everything of a domain out of the store.
  static func remove(_ domain: DomainID, _ uuid: GuestUUID, from store: Store) {
    for path in [diskBackends(of: domain), home(of: domain), virtualMachine(uuid)] {
      // The paths are well-formed, and what is not there need not be removed.
      try? store.remove(path)
    }
  }
}
