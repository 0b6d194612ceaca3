#if canImport(XenABI)
  import XenABI
#endif

/// A disk of a guest (xl-disk-configuration(5)): `target,format,vdev,access`, or with keys `target=vda,vdev=xvda,ro`, or as
/// older definitions have it, `phy:target,vdev,access`.
struct DiskSpecification: Equatable {
  /// The name of domain 0's disk behind it.
  var target: String
  /// The guest's name of it, and the number that goes with that.
  var deviceName: String
  var device: VirtualDisk
  var isReadOnly: Bool
  /// Whether the guest's driver may trust the backend with what is in its memory beside the data.
  var isTrusted = true

  /// Reads a specification.
  static func parse(_ text: String, line: Int) throws(ConfigurationFault) -> DiskSpecification {
    var reader = DiskSpecificationReader(line: line)
    return try reader.read(text)
  }
}

/// Reads the words of a disk's specification, as xl's scanner takes them: a word with `=` is a parameter by its name; one
/// without is a flag, or the first of target, format, vdev and access that was not given yet.
private struct DiskSpecificationReader {
  let line: Int
  private var target: String?
  private var hasFormat = false
  /// A prefix such as `phy:` was there: the form without a format.
  private var hasPrefix = false
  private var deviceName: String?
  private var device: VirtualDisk?
  private var isReadOnly: Bool?
  private var isTrusted = true

  init(line: Int) { self.line = line }

  private static var form: String { "\"TARGET,raw,VDEV,ACCESS\", such as \"vda,raw,xvda,w\"" }

  private func fault(_ found: String, _ expected: String) -> ConfigurationFault {
    ConfigurationFault(line: line, found: found, expected: expected)
  }

  mutating func read(_ text: String) throws(ConfigurationFault) -> DiskSpecification {
    var rest = Array(text.utf8)[...]
    while true {
      let end = rest.firstIndex(of: UInt8(ascii: ","))
      let word = ConfigurationText.trimmed(rest[..<(end ?? rest.endIndex)])
      if word.starts(with: "target=".utf8) {
        // All that is left, commas too.
        try setTarget(Self.text(ConfigurationText.trimmed(rest).dropFirst(7)))
        break
      }
      // Nothing behind a last comma is no word.
      if end != nil || !word.isEmpty { try accept(word) }
      guard let end else { break }
      rest = rest[(end + 1)...]
    }
    guard let target, !target.isEmpty else { throw fault("the disk '\(text)' without a target", Self.form) }
    guard let device, let deviceName else { throw fault("the disk '\(text)' without a vdev", Self.form) }
    return DiskSpecification(
      target: target, deviceName: deviceName, device: device, isReadOnly: isReadOnly ?? false, isTrusted: isTrusted)
  }

  private static func text(_ bytes: some Sequence<UInt8>) -> String { String(decoding: Array(bytes), as: UTF8.self) }

  private mutating func accept(_ bytes: [UInt8]) throws(ConfigurationFault) {
    if let equals = bytes.firstIndex(of: UInt8(ascii: "=")) {
      return try set(Self.text(bytes[..<equals]), Self.text(bytes[(equals + 1)...]))
    }
    let word = Self.text(bytes)
    switch word {
    case "r", "ro", "w", "rw":
      // Also where it is the fourth of those without a name.
      try setAccess(word)
    case "discard", "no-discard", "direct-io-safe":
      // Hints for a backend, which here refuses discards and has no cache that could be passed by.
      break
    case "trusted": isTrusted = true
    case "untrusted": isTrusted = false
    case "cdrom": throw removable("'cdrom'")
    default: try acceptPositional(bytes, word)
    }
  }

  private func removable(_ found: String) -> ConfigurationFault {
    fault("\(found) in a disk", "a disk that stays: there are no removable ones")
  }

  private mutating func acceptPositional(_ bytes: [UInt8], _ word: String) throws(ConfigurationFault) {
    if target == nil {
      try setTarget(Self.text(try withoutPrefixes(bytes)))
    } else if !hasFormat && isFormat(word) {
      try setFormat(word)
    } else if device == nil {
      try setDevice(word)
    } else if isReadOnly == nil && word.isEmpty {
      isReadOnly = false
    } else {
      throw fault("'\(word)' in a disk", Self.form)
    }
  }

  /// Whether the word behind the target is the format: not behind a prefix, and not `vdev:type`.
  private func isFormat(_ word: String) -> Bool {
    if word.isEmpty || word == "raw" { return true }
    return !hasPrefix && !word.utf8.contains(UInt8(ascii: ":"))
  }

  private mutating func set(_ key: String, _ value: String) throws(ConfigurationFault) {
    switch key {
    case "format": try setFormat(value)
    case "vdev": try setDevice(value)
    case "access": try setAccess(value)
    case "devtype":
      if value == "cdrom" { throw removable("devtype=cdrom") }
      if value != "disk" { throw fault("devtype=\(value) in a disk", "devtype=disk") }
    case "backend":
      guard value == "0" || value == "Domain-0" || value == "dom0" else {
        throw fault("backend=\(value) in a disk", "backend=0: domain 0 has all disks")
      }
    case "backendtype": if value != "phy" { throw fault("backendtype=\(value) in a disk", "backendtype=phy") }
    case "specification": if value != "xen" { throw fault("specification=\(value) in a disk", "specification=xen") }
    // Grants are how all disks' data goes.
    case "grant_usage": if value != "0" && value != "1" { throw fault("grant_usage=\(value) in a disk", "0 or 1") }
    default: throw fault("'\(key)=' in a disk", "target=, format=, vdev=, access=, devtype= or backend=")
    }
  }

  /// An empty target leaves its place to a `target=`.
  private mutating func setTarget(_ value: String) throws(ConfigurationFault) {
    if let target, !target.isEmpty { throw fault("a second target, '\(value)', in a disk", Self.form) }
    target = value
  }

  private mutating func setFormat(_ value: String) throws(ConfigurationFault) {
    guard value.isEmpty || value == "raw" else { throw fault("the format '\(value)' in a disk", "raw") }
    hasFormat = true
  }

  private mutating func setDevice(_ value: String) throws(ConfigurationFault) {
    if let deviceName { throw fault("a second vdev, '\(value)', in a disk beside '\(deviceName)'", Self.form) }
    var name = Array(value.utf8)
    if let colon = name.lastIndex(of: UInt8(ascii: ":")) {
      let type = Self.text(name[(colon + 1)...])
      if type == "cdrom" { throw removable("'\(value)'") }
      if type != "disk" { throw fault("the vdev '\(value)' in a disk", "no type behind it, or :disk") }
      name.removeSubrange(colon...)
    }
    guard let device = VirtualDisk(name: name) else {
      throw fault("the vdev '\(value)' in a disk", "xvda, hda, sda, a later one, or a partition such as xvda1")
    }
    self.device = device
    deviceName = Self.text(name)
  }

  private mutating func setAccess(_ value: String) throws(ConfigurationFault) {
    if isReadOnly != nil { throw fault("a second access, '\(value)', in a disk", "one of r and w") }
    switch value {
    case "r", "ro": isReadOnly = true
    case "w", "rw", "": isReadOnly = false
    default: throw fault("the access '\(value)' in a disk", "r, ro, w or rw")
    }
  }

  /// A target without the prefixes of older definitions, of which there may be several (`tap:aio:`). They named a format or
  /// a driver, and have the format left out of the words that follow.
  private mutating func withoutPrefixes(_ target: [UInt8]) throws(ConfigurationFault) -> [UInt8] {
    var rest = target[...]
    while let colon = rest.firstIndex(of: UInt8(ascii: ":")) {
      let letters = rest[..<colon]
      // Something else with a colon in it, such as a path.
      guard let first = letters.first, first.isLetter, letters.allSatisfy({ $0.isLetter || $0.isDigit }) else { break }
      let prefix = Self.text(letters)
      let after = rest[(colon + 1)...]
      switch prefix {
      case "raw": try setFormat(prefix)
      case "phy", "file", "tap", "tap2", "tapdisk", "aio", "ioemu": break
      case "qcow", "qcow2", "vhd": throw fault("the format '\(prefix)' in a disk", "raw")
      case "iscsi", "nbd", "enbd", "drbd":
        throw fault("'\(prefix):' in a disk", "a disk of domain 0's: phy:, or no prefix")
      default:
        // With a letter behind it, it is part of a name.
        if let first = after.first, first.isDigit || first.isLetter { return Array(rest) }
        throw fault("the prefix '\(prefix):' of a disk's target", "phy:, file: or raw:, or none")
      }
      hasPrefix = true
      rest = after
    }
    return Array(rest)
  }
}
