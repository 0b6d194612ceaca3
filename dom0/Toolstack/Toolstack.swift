/// Builds guests, keeps what is known of them, and does what is to be done at their ends.
///
/// The service's loop calls `serve` while `hasWork`, `observe` with each list of domains that it gets, `domainEnded` once
/// for each that has shut down, and `tick` every second. Nothing here waits.
///
/// The class is spread over the files Toolstack*.swift: what is not private here is theirs.
final class Toolstack {
  let store: StoreService
  let disks: DiskList
  let files: FileList
  /// What domain 0 can afford.
  let gauge: MemoryGauge
  /// The domains that exist, but for those on their way; by ascending number.
  var domains: [ManagedDomain] = []
  var builds: [DomainBuild] = []
  /// How often a build or a removal was completed: the list of domains is another then.
  var changeCount = 0
  var readings: [ConfigurationReading] = []
  var removals: [DomainRemoval] = []
  var dumps: [CoreDump] = []
  var restarts: [Restart] = []
  /// Whether guests that end are on their way out with the machine.
  var isEnding = false
  /// The frames that each domain held when the hypervisor last told.
  var held: [DomainInformation] = []
  /// Tells people.
  let say: (String) -> Void
  /// Has the service give back what it holds of a domain.
  let release: (DomainID) -> Void
  /// What becomes of a guest built at boot that has ended.
  let actionOnBootGuests: EndAction

  /// The frames of a domain beside its memory: ACPI tables, store ring, console ring.
  static var specialFrameCount: UInt64 { 3 }

  /// - Parameters:
  ///   - keepsBootGuests: whether guests that were built at boot stay when they have ended.
  ///   - say: shows a line to people.
  ///   - release: gives back what is held of a domain that is about to be taken apart, beside the store's ring.
  init(
    store: StoreService, disks: DiskList, keepsBootGuests: Bool, say: @escaping (String) -> Void,
    release: @escaping (DomainID) -> Void
  ) {
    self.store = store
    self.disks = disks
    gauge = store.store.gauge
    self.say = say
    self.release = release
    actionOnBootGuests = keepsBootGuests ? .preserve : .destroy
    files = FileList.ofThisDomain(disks)
  }

  /// The domain of that number, if it is known.
  func domain(_ id: DomainID) -> ManagedDomain? { domains.find(id) }

  /// The file of that name, or a line that says which there are.
  func file(_ name: String, _ what: String) throws(ToolstackError) -> NamedFile {
    if let file = files.find(name) { return file }
    let names = files.names
    let others = names.isEmpty ? "domain 0 was handed none" : "there are \(names.joined(separator: ", "))"
    throw ToolstackError("no file \(name) for the \(what): \(others)")
  }
}

extension Toolstack {
  /// Builds the guest that a file defines. The file is read first, which a disk may take its time for.
  ///
  /// - Parameter settings: further ones, `KEY=VALUE`, that hold instead of the file's.
  func create(
    _ fileName: String, settings: [String] = [], paused: Bool = false
  ) throws(ToolstackError) -> ConfigurationReading {
    let reading = ConfigurationReading(try file(fileName, "guest's definition"), settings, paused: paused)
    readings.append(reading)
    return reading
  }

  /// Builds a guest. Its name and its disks must be free.
  @discardableResult
  func create(_ configuration: GuestConfiguration, paused: Bool = false) throws(ToolstackError) -> DomainBuild {
    try checkName(configuration.name)
    var configuration = configuration
    configuration.disks = try findDisks(configuration.disks)
    let build = try DomainBuild(configuration, paused: paused, toolstack: self)
    builds.append(build)
    return build
  }

  func checkName(_ name: String) throws(ToolstackError) {
    let isTaken =
      domains.contains { $0.name == name } || builds.contains { $0.configuration.name == name && !$0.isOver }
    if isTaken { throw ToolstackError("there is a guest called \(name) already") }
  }

  /// The disks by their own names, whatever path leads there: each must exist, and one that is written to must be nobody
  /// else's.
  private func findDisks(_ wanted: [DiskSpecification]) throws(ToolstackError) -> [DiskSpecification] {
    var disksFound: [DiskSpecification] = []
    for var disk in wanted {
      guard let found = disks.find(disk.target) else {
        let names = disks.all.map { $0.name }.joined(separator: ", ")
        throw ToolstackError(
          "no disk \(disk.target) for \(disk.deviceName): there are \(names.isEmpty ? "none" : names)")
      }
      if found.geometry.isReadOnly && !disk.isReadOnly {
        throw ToolstackError("\(disk.target) can't be written to: expected access r for \(disk.deviceName)")
      }
      disk.target = found.name
      for other in disksFound where conflicts(disk, other) {
        throw ToolstackError(
          "\(disk.target) is given to \(disk.deviceName) and \(other.deviceName), one of which writes")
      }
      if let owner = user(of: disk) {
        throw ToolstackError("\(disk.target) is in use by \(owner), and one of the two writes")
      }
      disksFound.append(disk)
    }
    return disksFound
  }

  private var configurations: [GuestConfiguration] {
    domains.compactMap { $0.configuration } + builds.filter { !$0.isOver }.map { $0.configuration }
  }

  /// The guest that has a disk of that name, if one has.
  func user(ofDisk name: String) -> String? {
    configurations.first { $0.disks.contains { $0.target == name } }?.name
  }

  private func user(of disk: DiskSpecification) -> String? {
    configurations.first { $0.disks.contains { conflicts($0, disk) } }?.name
  }

  private func conflicts(_ a: DiskSpecification, _ b: DiskSpecification) -> Bool {
    a.target == b.target && !(a.isReadOnly && b.isReadOnly)
  }

  /// A build is done: its domain is one like the others.
  func isBuilt(_ build: DomainBuild, _ id: DomainID) {
    changeCount += 1
    domains.insertSorted(
      ManagedDomain(
        id, uuid: build.uuid, name: build.configuration.name, configuration: build.configuration,
        targetFrames: build.configuration.frames, maximumFrames: build.configuration.maximumFrames))
  }
}
