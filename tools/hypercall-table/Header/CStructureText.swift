import XenABI

extension CStructure {
  /// The declaration, with what C would not pad by itself, and the checks of its sizes and offsets.
  var declaration: String {
    let isPacked = size.wide % (fields.map { $0.type.alignment(.bits64) }.max() ?? 1) != 0
    var layout = Layout(isPacked: isPacked)
    var text = comment(meaning, indent: "")
    text += "struct \(name) {\n"
    for field in fields { text += layout.add(field) }
    text += layout.end(size)
    text += isPacked ? "} __attribute__((packed));\n" : "};\n"
    text += "XEN_ABI_SIZE(\(name), \(size.wide), \(size.narrow));\n"
    for field in fields {
      text += field.presence.lines(
        "XEN_ABI_OFFSET(\(name), \(field.name), \(field.offset.wide), \(field.offset.narrow));\n")
    }
    return text
  }
}

/// Where the C compiler is in a structure, in code of each width.
private struct Layout {
  let isPacked: Bool
  var offset = ByWidth(0, 0)
  var alignment = ByWidth(1, 1)
  var padCount = 0

  private func next(_ alignment: Int, _ width: CallWidth) -> Int {
    isPacked ? offset[width] : (offset[width] + alignment - 1) / alignment * alignment
  }

  /// The lines of a field: padding that C would not make, and the declaration.
  mutating func add(_ field: CField) -> String {
    func isRight(_ width: CallWidth, _ alignment: Int) -> Bool {
      !field.presence.holds(width) || next(alignment, width) == field.offset[width]
    }
    func isRight(_ alignment: (CallWidth) -> Int) -> Bool {
      isRight(.bits64, alignment(.bits64)) && isRight(.bits32, alignment(.bits32))
    }
    var isAligned = false
    var text = ""
    if !isRight(field.type.alignment) {
      // What the public header aligns to 8 bytes in both widths.
      isAligned = field.type.size(.bits32) == 8 && !isPacked && isRight { _ in 8 }
      if !isAligned { text += pad(ByWidth { field.presence.holds($0) ? field.offset[$0] : offset[$0] }) }
    }
    text += field.presence.lines(
      comment(field.meaning, indent: "  ") + "  \(field.declaration(isAligned: isAligned));\n")
    alignment = ByWidth { max(alignment[$0], isAligned ? 8 : field.type.alignment($0)) }
    offset = ByWidth { field.presence.holds($0) ? field.offset[$0] + field.size($0) : offset[$0] }
    return text
  }

  /// The padding at the end.
  mutating func end(_ size: ByWidth<Int>) -> String {
    let natural = ByWidth { next(alignment[$0], $0) }
    return natural.wide == size.wide && natural.narrow == size.narrow ? "" : pad(size)
  }

  /// Bytes up to an offset.
  private mutating func pad(_ end: ByWidth<Int>) -> String {
    let count = ByWidth { end[$0] - offset[$0] }
    padCount += 1
    func line(_ count: Int) -> String { count > 0 ? "  uint8_t pad\(padCount)[\(count)];\n" : "" }
    offset = end
    if count.wide == count.narrow { return line(count.wide) }
    if count.narrow <= 0 { return "#ifdef __x86_64__\n\(line(count.wide))#endif\n" }
    if count.wide <= 0 { return "#ifndef __x86_64__\n\(line(count.narrow))#endif\n" }
    return "#ifdef __x86_64__\n\(line(count.wide))#else\n\(line(count.narrow))#endif\n"
  }
}

/// A comment of C.
func comment(_ text: String, indent: String) -> String {
  // A structure's comment may quote what would end it.
  let plain = text.replacing("\n\n", with: " ").replacing("`", with: "").replacing("*/", with: "* /")
  let lines = wrapped(plain, first: 114 - indent.count, rest: 114 - indent.count)
  if lines.isEmpty { return "" }
  return "\(indent)/* " + lines.joined(separator: "\n\(indent) * ") + " */\n"
}
