import XenABI

/// What a field of a C structure is.
enum CType: Equatable, Sendable {
  /// An integer of so many bytes.
  case integer(Int, isSigned: Bool)
  /// An `unsigned long`: of the code's own width.
  case word
  /// A pointer of the code's own width.
  case pointer
  /// A structure of the header, of one size in both widths and aligned to 8 bytes in 64-bit code.
  case structure(String, size: Int)

  func size(_ width: CallWidth) -> Int {
    switch self {
    case .integer(let count, _): count
    case .word, .pointer: width.wordSize
    case .structure(_, let size): size
    }
  }

  /// What the C compiler aligns it to, where nobody says otherwise: to 4 bytes at most in 32-bit code.
  func alignment(_ width: CallWidth) -> Int {
    if case .structure = self { return 8 }
    return min(size(width), width.wordSize)
  }

  var name: String {
    switch self {
    case .integer(let count, let isSigned): "\(isSigned ? "int" : "uint")\(count * 8)_t"
    case .word: "unsigned long"
    case .pointer: "void *"
    case .structure(let name, _): "struct \(name)"
    }
  }
}

/// A value for code of each width.
struct ByWidth<Value: Sendable>: Sendable {
  var wide: Value
  var narrow: Value

  init(_ wide: Value, _ narrow: Value) {
    self.wide = wide
    self.narrow = narrow
  }

  init(_ value: (CallWidth) -> Value) { self.init(value(.bits64), value(.bits32)) }

  subscript(_ width: CallWidth) -> Value { width == .bits64 ? wide : narrow }
}

/// In code of which width a field is there.
enum Presence: Sendable {
  case both, wideOnly, narrowOnly

  func holds(_ width: CallWidth) -> Bool { self == .both || (self == .wideOnly) == (width == .bits64) }

  /// Lines that are for that code only.
  func lines(_ text: String) -> String {
    switch self {
    case .both: text
    case .wideOnly: "#ifdef __x86_64__\n\(text)#endif\n"
    case .narrowOnly: "#ifndef __x86_64__\n\(text)#endif\n"
    }
  }
}

/// A field of a C structure.
struct CField: Sendable {
  var name: String
  var type: CType
  /// The elements of an array; nil for a field that is none.
  var count: ByWidth<Int>?
  var offset: ByWidth<Int>
  var presence = Presence.both
  var meaning: String

  func size(_ width: CallWidth) -> Int { type.size(width) * (count?[width] ?? 1) }

  /// The declaration, without its end.
  func declaration(isAligned: Bool) -> String {
    let typeName = isAligned ? "xen_aligned_u64" : type.name
    let space = typeName.hasSuffix("*") ? "" : " "
    guard let count else { return typeName + space + name }
    if count.wide == count.narrow { return "\(typeName)\(space)\(name)[\(count.wide)]" }
    // The only arrays that differ have an element for each bit of a word.
    precondition(count.wide == 64 && count.narrow == 32)
    return "\(typeName)\(space)\(name)[8 * sizeof(unsigned long)]"
  }
}

/// A structure as C has it.
struct CStructure: Sendable {
  var name: String
  var meaning: String
  var fields: [CField]
  var size: ByWidth<Int>
}
