/// A text in lines of so many characters at most.
func wrapped(_ text: String, first: Int, rest: Int) -> [String] {
  var lines: [String] = []
  var line = ""
  for word in text.split(separator: " ") {
    let limit = lines.isEmpty ? first : rest
    if !line.isEmpty, line.count + 1 + word.count > limit {
      lines.append(line)
      line = ""
    }
    line += (line.isEmpty ? "" : " ") + word
  }
  return line.isEmpty ? lines : lines + [line]
}
