/// What a toolstack asks of a guest by writing to `control/shutdown` in its store (public header `io/xs_wire.h` has the
/// store; the words are those of the Xen world's toolstacks).
enum ShutdownRequest: CaseIterable {
  case powerOff, reboot, halt

  /// The value of the node. `suspend` is not among them: this library can't be woken on another machine.
  init?(word: String) {
    for request in Self.allCases where word.utf8.elementsEqual(request.word.utf8) {
      self = request
      return
    }
    return nil
  }

  var word: String {
    switch self {
    case .powerOff: "poweroff"
    case .reboot: "reboot"
    case .halt: "halt"
    }
  }

  /// The node below `control` by which a guest tells that it does what is asked, where there is one.
  var feature: String? {
    switch self {
    case .powerOff: "feature-poweroff"
    case .reboot: "feature-reboot"
    case .halt: nil  // another word for the first
    }
  }
}
