#if canImport(XenABI)
  import XenABI
#endif

/// What a frontend has said of its ring in its folder of the store (public header `io/blkif.h`).
struct BlockFrontendNodes: Equatable {
  var layout: BlockRingLayout
  /// The ring's pages.
  var references: [GrantReference]
  var port: EventPort

  /// Why a frontend can't be connected.
  enum Fault: Error, Equatable {
    case noRing
    case noPort
    case tooManyPages
    case unknownProtocol

    var reason: String {
      switch self {
      case .noRing: "it names no ring"
      case .noPort: "it names no event channel"
      case .tooManyPages: "its ring has more pages than were offered"
      case .unknownProtocol: "its ring has an unknown layout"
      }
    }
  }

  /// - Parameters:
  ///   - maximumPageOrder: what was offered.
  ///   - read: the value of a node of the frontend's folder; nil where there is none.
  init(maximumPageOrder: UInt32, _ read: (String) -> String?) throws(Fault) {
    let width: CallWidth
    switch read("protocol") {
    case nil: width = .bits64  // the backend's own
    case let name? where name.utf8.elementsEqual("x86_64-abi".utf8): width = .bits64
    case let name? where name.utf8.elementsEqual("x86_32-abi".utf8): width = .bits32
    default: throw .unknownProtocol
    }
    var names = ["ring-ref"]
    var order: UInt32 = 0
    if let text = read("ring-page-order") {
      guard let value = Self.number(text), value <= maximumPageOrder else { throw .tooManyPages }
      order = value
      names = (0..<1 << Int(order)).map { "ring-ref\($0)" }
    }
    layout = BlockRingLayout(width, pageOrder: order)
    references = []
    for name in names {
      // A ring of one page has either name.
      guard let text = read(name) ?? (order == 0 ? read("ring-ref") : nil), let value = Self.number(text) else {
        throw .noRing
      }
      references.append(GrantReference(value))
    }
    guard let text = read("event-channel"), let value = Self.number(text), value > 0 else { throw .noPort }
    port = EventPort(value)
  }

  /// A decimal number of 32 bits.
  static func number(_ text: String) -> UInt32? {
    var value: UInt64 = 0
    if text.utf8.isEmpty || text.utf8.count > 10 { return nil }
    for byte in text.utf8 {
      guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
      value = value * 10 + UInt64(byte - UInt8(ascii: "0"))
    }
    return UInt32(exactly: value)
  }
}
