import XenABI

/// Where a field of a structure lies, for callers of both widths.
public struct FieldLayout: Equatable {
  public var name: String
  public var type: String
  /// The structure that declares it: another than the one asked about where that one contains a structure.
  public var owner: String
  /// Its bytes for 64-bit callers.
  public var wide: Range<Int>
  /// Its bytes for 32-bit callers; nil where the field is padding that they don't have.
  public var narrow: Range<Int>?
  /// Whether it is a number with a sign.
  public var isSigned = false
}

/// The fields of a structure, found by trying: which field a byte of the guest's changes is where the field lies.
///
/// So the reference page and the tests tell what the code does, not what it was meant to do.
public func fieldLayouts(of type: StructureType) -> [FieldLayout] {
  layouts(type)
}

private func layouts<S: WireStructure>(_: S.Type) -> [FieldLayout] {
  let places = members(S.self)
  let wide = sources(S.self, of: places, width: .bits64)
  let narrow = sources(S.self, of: places, width: .bits32)
  return places.indices.compactMap { index in
    // What no byte of a 64-bit caller's changes is a reserved field: it lies where Swift has it.
    let place = places[index]
    return FieldLayout(
      name: place.name, type: place.type, owner: place.owner, wide: wide[index] ?? place.bytes, narrow: narrow[index],
      isSigned: place.isSigned)
  }
}

/// A member of a Swift structure.
private struct Member {
  var name: String
  var type: String
  var owner: String
  var bytes: Range<Int>
  var isSigned: Bool
}

/// The members of a structure in memory, those of structures within it in their place.
private func members<S: WireStructure>(_: S.Type, from start: Int = 0) -> [Member] {
  var result: [Member] = []
  var offset = start
  let value = parsed(S.self, WireBytes(), width: .bits64)
  for child in Mirror(reflecting: value).children {
    let (size, alignment, type) = measured(child.value)
    offset = (offset + alignment - 1) / alignment * alignment
    if let inner = child.value as? any WireStructure {
      result += members(of: inner, from: offset)
    } else {
      result.append(
        Member(
          name: child.label ?? "", type: type, owner: "\(S.self)", bytes: offset..<(offset + size),
          isSigned: isSigned(child.value)))
    }
    offset += size
  }
  return result
}

private func members<S: WireStructure>(of _: S, from start: Int) -> [Member] { members(S.self, from: start) }

private func isSigned(_ value: Any) -> Bool {
  if let value = value as? any RawRepresentable { return value.rawValue is any SignedInteger }
  return value is any SignedInteger
}

private func measured<T>(_: T) -> (size: Int, alignment: Int, type: String) {
  (MemoryLayout<T>.size, MemoryLayout<T>.alignment, "\(T.self)")
}

/// For each member the bytes of a guest's structure that decide it.
private func sources<S: WireStructure>(_: S.Type, of members: [Member], width: CallWidth) -> [Range<Int>?] {
  var result = [Range<Int>?](repeating: nil, count: members.count)
  let before = memory(of: parsed(S.self, WireBytes(), width: width))
  for byte in 0..<S.size(width) {
    var bytes = WireBytes()
    bytes[byte] = 1
    let after = memory(of: parsed(S.self, bytes, width: width))
    for (index, member) in members.enumerated() where before[member.bytes] != after[member.bytes] {
      result[index] = min(result[index]?.lowerBound ?? byte, byte)..<(byte + 1)
    }
  }
  return result
}

private func parsed<S: WireStructure>(_: S.Type, _ bytes: WireBytes, width: CallWidth) -> S {
  var reader = WireReader(bytes, width: width)
  return S(from: &reader)
}

private func memory<S: WireStructure>(of value: S) -> [UInt8] {
  unsafe withUnsafeBytes(of: value) { unsafe [UInt8]($0) }  // the bytes of members are all initialised
}
