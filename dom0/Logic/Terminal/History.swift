/// The lines that were entered, the last ones, and the place among them that is shown.
struct History {
  private let capacity: Int
  private var lines: [[UInt8]] = []
  /// What is shown: an index of `lines`, or its count for the line that is being typed.
  private var position = 0
  /// The line that was being typed when the first older one was asked for.
  private var draft: [UInt8] = []

  init(capacity: Int) { self.capacity = capacity }

  /// Keeps a line; an empty one, or the last one again, is not kept twice.
  mutating func add(_ line: [UInt8]) {
    if !line.isEmpty && lines.last != line {
      if lines.count == capacity { lines.removeFirst() }
      lines.append(line)
    }
    position = lines.count
  }

  /// The line before the shown one, or nil where there is none.
  mutating func previous(from shown: [UInt8]) -> [UInt8]? {
    if position == 0 { return nil }
    if position == lines.count { draft = shown }
    position -= 1
    return lines[position]
  }

  /// The line after the shown one, at last the one that was being typed; nil where there is none.
  mutating func next() -> [UInt8]? {
    if position == lines.count { return nil }
    position += 1
    return position == lines.count ? draft : lines[position]
  }
}
