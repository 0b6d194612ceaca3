import XenABI

/// The structures of the header that hypercalls take or write: those of the toolstack's calls are left out, which are
/// no stable interface.
func headerTypes(of calls: [Hypercall]) -> [StructureType] {
  structureTypes(of: calls.filter { $0.convention != .systemControl && $0.convention != .domainControl })
    .filter { "\($0)" != "DomainInformation" && "\($0)" != "VCPUTimeInfo" }
}

/// A structure of abi/ as C has it: the offsets are what the code does, the names are the comments'.
func cStructure(of type: StructureType, _ structures: [String: StructureDocumentation]) -> CStructure {
  let swiftName = "\(type)"
  let documentation = structures[swiftName] ?? StructureDocumentation()
  var fields: [CField] = []
  for layout in fieldLayouts(of: type) {
    let owner = structures[layout.owner] ?? documentation
    let name = owner.cName(ofField: layout.name)
    let meaning = withoutName(owner.fields[layout.name] ?? "")
    // `args[0]`, `args[1]`: members of one array.
    if let bracket = name.firstIndex(of: "[") {
      let array = String(name[..<bracket])
      if let last = fields.last, last.name == array, let count = last.count {
        fields[fields.count - 1].count = ByWidth(count.wide + 1, count.narrow + 1)
        continue
      }
      var field = cField(layout, array, "")
      field.count = ByWidth(1, 1)
      fields.append(field)
    } else {
      fields.append(cField(layout, name, meaning))
    }
  }
  return CStructure(
    name: documentation.cName(swiftName), meaning: documentation.text, fields: fields, size: ByWidth(type.size))
}

private func cField(_ layout: FieldLayout, _ name: String, _ meaning: String) -> CField {
  let narrow = layout.narrow ?? layout.wide
  var field = CField(
    name: name, type: .word, count: nil, offset: ByWidth(layout.wide.lowerBound, narrow.lowerBound),
    presence: layout.narrow == nil ? .wideOnly : .both, meaning: meaning)
  if let match = layout.type.firstMatch(of: /InlineArray<(?<count>\d+),/), let count = Int(match.count) {
    field.type = .integer(layout.wide.count / count, isSigned: false)
    field.count = ByWidth(count, count)
  } else if layout.wide.count == 8 && narrow.count == 4 {
    field.type = layout.type == "GuestVirtualAddress" ? .pointer : .word
  } else {
    field.type = .integer(layout.wide.count, isSigned: layout.isSigned)
  }
  return field
}
