#if canImport(XenABI)
  import XenABI
#endif

/// What a domain may do with a node.
struct StoreAccess: OptionSet {
  var rawValue: UInt8

  static var read: Self { Self(rawValue: 1) }
  static var write: Self { Self(rawValue: 2) }
  /// Change permissions; not in any list, but what an owner has.
  static var own: Self { Self(rawValue: 4) }

  static var none: Self { Self() }
  static var readWrite: Self { Self(rawValue: 3) }
  static var all: Self { Self(rawValue: 7) }
}

/// One entry of a node's permissions: a letter and a domain's number on the wire (xenstore.txt, "Permissions").
///
/// The first entry of a list names the owner, who may do everything, and what every domain may do that is not listed
/// after it.
struct StorePermission: Equatable {
  var domain: DomainID
  var access: StoreAccess

  init(_ domain: DomainID, _ access: StoreAccess) {
    self.domain = domain
    self.access = access
  }

  /// Takes the wire's form, "r5".
  ///
  /// - Throws: `invalidArgument`.
  init(_ text: some Collection<UInt8>) throws(StoreError) {
    guard let letter = text.first else { throw .invalidArgument }
    switch letter {
    case UInt8(ascii: "n"): access = .none
    case UInt8(ascii: "r"): access = .read
    case UInt8(ascii: "w"): access = .write
    case UInt8(ascii: "b"): access = .readWrite
    default: throw .invalidArgument
    }
    domain = try DomainID(storeText: text.dropFirst())
  }

  /// The wire's form.
  var text: String {
    let isReadable = access.contains(.read)
    let isWritable = access.contains(.write)
    let letter = isReadable ? (isWritable ? "b" : "r") : (isWritable ? "w" : "n")
    return "\(letter)\(domain.rawValue)"
  }
}

extension DomainID {
  /// A domain's number in decimal.
  ///
  /// - Throws: `invalidArgument` for what is no number, or none that a domain can have.
  init(storeText text: some Collection<UInt8>) throws(StoreError) {
    guard let number = UInt32(storeText: text), number < UInt32(DomainID.firstReserved.rawValue) else {
      throw .invalidArgument
    }
    self.init(UInt16(truncatingIfNeeded: number))
  }
}

extension UInt32 {
  /// A number in decimal digits, and nothing else.
  init?(storeText text: some Collection<UInt8>) {
    if text.isEmpty || text.count > 10 { return nil }
    var number: UInt64 = 0
    for byte in text {
      guard byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") else { return nil }
      number = number &* 10 &+ UInt64(byte &- UInt8(ascii: "0"))
    }
    guard let value = UInt32(exactly: number) else { return nil }
    self = value
  }
}
