#if canImport(XenABI)
  import Builder
  import XenABI
#endif

/// The names that guests may have.
enum GuestNames {
  /// What a name is made of, to be printed after "expected ".
  static var form: String { "a name of 1 to \(GuestName.capacity) of A-Z a-z 0-9 _ . - that is no number" }

  /// Whether a guest may be called that. A number would be taken for a domain's, and `Domain-0` is domain 0's.
  static func isValid(_ name: String) -> Bool {
    let bytes = Array(name.utf8)
    guard bytes.count >= 1, bytes.count <= GuestName.capacity else { return false }
    if bytes.allSatisfy({ $0.isDigit }) || name == "Domain-0" || name == "dom0" { return false }
    return bytes.allSatisfy { $0.isDigit || $0.isLetter || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
  }
}
