#if canImport(XenABI)
  import XenABI
#endif

/// How far an audit has come: what it counts anew, over how many pieces.
struct AuditProgress: BitwiseCopyable {
  /// What is looked at, in this order.
  enum Stage: UInt8, Comparable, BitwiseCopyable {
    /// Expectations of an earlier audit are taken out of the frame table.
    case forgetting
    /// Each domain's maps and records say which references there should be.
    case expecting
    /// The frame table says which there are.
    case comparing
    case reservations, ports, interrupts, pins, mappings
    case done

    static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
  }

  var stage = Stage.done
  /// The domain to go on at: this one, or the next.
  var domain = DomainID.zero
  /// The frame, place, port, reference or handle to go on at.
  var cursor: UInt64 = 0
  /// What the books were at when the audit began, `FrameAllocator.changes`.
  var changes: UInt64 = 0
  /// How often it began anew since somebody changed the books.
  var restarts = 0
  var faults = AuditFaults()
  /// The faults that were named in the log.
  var named = 0

  /// The domain's own frames in its map, its ports, or its mappings, as far as they were counted.
  var count: UInt64 = 0
  /// The domain's ports that are connected, as far as they were counted.
  var connected: UInt64 = 0
  /// The free frames, those of them that wait for scrubbing, and the pins and mappings of all domains.
  var free: UInt64 = 0
  var dirty: UInt64 = 0
  var pins: UInt64 = 0
  var mappings: UInt64 = 0

  /// Moves to the next stage.
  mutating func advance() {
    stage = Stage(rawValue: stage.rawValue &+ 1) ?? .done
    domain = .zero
    cursor = 0
    count = 0
    connected = 0
  }

  /// Moves to the domain behind one.
  mutating func leave(_ id: DomainID) {
    domain = DomainID(id.rawValue &+ 1)
    cursor = 0
    count = 0
    connected = 0
  }
}

/// The faults that an audit found, by the kind of object.
package struct AuditFaults: Equatable, BitwiseCopyable {
  package internal(set) var frames: UInt64 = 0
  package internal(set) var ports: UInt64 = 0
  package internal(set) var grants: UInt64 = 0

  package var sum: UInt64 { frames &+ ports &+ grants }
}
