/// A domain as the toolstack knows it.
final class ManagedDomain: DomainKeyed {
  let id: DomainID
  var domain: DomainID { id }
  let uuid: GuestUUID
  var name: String
  /// Nil for a domain that was built at boot: it can't be built anew.
  let configuration: GuestConfiguration?
  /// When it first ran.
  let startTime: Nanoseconds
  /// The frames that it should hold, and that it may be told to hold, without its special ones.
  var targetFrames: UInt64
  var maximumFrames: UInt64
  /// The frames that the hypervisor lets it hold, without its special ones: what it was built with at first, and its
  /// target once it has come down to that. Until then it may give frames back and take them again, as kernels do.
  var limitFrames: UInt64
  /// The frames that it was built with: it has no places for more.
  let builtFrames: UInt64
  /// What it was asked to do and has not done yet.
  var request: Request?
  var stage = Stage.running

  enum Stage: Equatable {
    case running
    /// It has ended and stays for a look.
    case kept
    /// A core of its memory is being written.
    case dumping
    /// It is being taken apart.
    case leaving
  }

  /// A request of `control/shutdown`.
  struct Request {
    enum Kind {
      case powerOff
      case reboot

      /// The word that goes into the store.
      var word: String {
        switch self {
        case .powerOff: "poweroff"
        case .reboot: "reboot"
        }
      }
    }

    let kind: Kind
    let time: Nanoseconds
    /// The guest has taken note of it.
    var isTaken = false
    /// That it takes long was said.
    var isTold = false
  }

  init(
    _ id: DomainID, uuid: GuestUUID, name: String, configuration: GuestConfiguration?, targetFrames: UInt64,
    maximumFrames: UInt64
  ) {
    self.id = id
    self.uuid = uuid
    self.name = name
    self.configuration = configuration
    self.targetFrames = targetFrames
    self.maximumFrames = maximumFrames
    limitFrames = maximumFrames
    builtFrames = maximumFrames
    startTime = Clock.now
  }
}
