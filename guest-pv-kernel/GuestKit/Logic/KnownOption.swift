/// An option that a program's command line may have, and the values that it takes.
struct KnownOption {
  let name: StaticString
  let values: Values

  enum Values {
    /// One of these words.
    case oneOf([StaticString])
    /// A decimal number of 64 bits, or one of these words.
    case number(or: [StaticString] = [])
    /// Whatever the program makes of it, in a form for people to read: `SIZE`. Not nothing.
    case text(StaticString)
  }

  init(_ name: StaticString, _ values: Values) { (self.name, self.values) = (name, values) }

  /// Whether a value is one.
  fileprivate func takes(_ value: Substring.UTF8View) -> Bool {
    switch values {
    case .oneOf(let words): words.contains { value.elementsEqual($0.bytes) }
    case .number(let words): UInt64(decimal: value) != nil || words.contains { value.elementsEqual($0.bytes) }
    case .text: !value.isEmpty
    }
  }

  /// The values as a person writes them: `on_end=destroy or on_end=preserve`.
  fileprivate var form: String {
    let words: [StaticString]
    switch values {
    case .oneOf(let all): words = all
    case .number(let others): words = ["N"] + others
    case .text(let form): words = [form]
    }
    return words.map { "\(name)=\($0)" }.joined(separator: " or ")
  }
}

extension StaticString {
  /// The text's bytes.
  fileprivate var bytes: [UInt8] {
    withUTF8Buffer { buffer in
      buffer.indices.map { unsafe buffer[$0] }  // within the buffer by its own indices
    }
  }
}

extension CommandLineOptions {
  /// What is wrong with the line, a text for each word that a program of these options can make nothing of.
  func faults(knowing options: [KnownOption]) -> [String] {
    var faults: [String] = []
    for word in words {
      let key = word.prefix { $0 != UInt8(ascii: "=") }
      let text = String(Substring(word))
      guard let option = options.first(where: { key.elementsEqual($0.name.bytes) }) else {
        let names = options.map { "\($0.name)=" }.joined(separator: ", ")
        faults.append("unknown option '\(text)': expected \(names.isEmpty ? "none" : names)")
        continue
      }
      if !option.takes(word.dropFirst(key.count + 1)) {
        faults.append("bad value '\(text)': expected \(option.form)")
      }
    }
    return faults
  }
}
