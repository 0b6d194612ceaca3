#if canImport(XenABI)
  import XenABI
#endif

/// Boot modules that were to be guests, it seems, and became files of domain 0 because the word `domU` is missing.
enum ForgottenMark {
  /// The words that a guest's module has and a file's has no use for (`DomainArguments`).
  private static var guestWords: [String] { ["mem=", "vcpus=", "weight=", "cap="] }

  /// What to tell of a module; nil where nothing speaks for a guest.
  ///
  /// - Parameters:
  ///   - name: what the file is called.
  ///   - words: what came with the module.
  ///   - isKernel: whether a guest could be started of it.
  ///   - definitions: the texts of all definitions of guests. A kernel that one of them names is where it should be.
  static func hint(name: String, words: String, isKernel: Bool, definitions: [[UInt8]]) -> String? {
    let asksForMore = words.utf8.split(separator: 0x20).contains { word in
      guestWords.contains { word.starts(with: $0.utf8) }
    }
    let isForgotten = isKernel && !definitions.contains { $0.holds(Array(name.utf8)) }
    guard asksForMore || isForgotten else { return nil }
    return "\(name) is \(isKernel ? "a kernel, " : "")kept as a file: expected 'domU name=NAME mem=SIZE' "
      + "among its module's words for a guest"
  }
}

extension [UInt8] {
  /// Whether these bytes have others in them.
  fileprivate func holds(_ part: [UInt8]) -> Bool {
    guard part.count <= count, let first = part.first else { return part.isEmpty }
    for start in 0...count - part.count where self[start] == first {
      if self[start..<start + part.count].elementsEqual(part) { return true }
    }
    return false
  }
}
