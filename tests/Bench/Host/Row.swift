import Foundation

/// A line of the bench's table: our own figure, its target where there is one, and the peer's.
struct Row {
  let layout: String
  let measurement: Measurement
  let peer: Double?

  /// The table for people.
  static func table(_ rows: [Row]) -> String {
    let width = rows.map(\.measurement.name.count).max() ?? 0
    let hasPeer = rows.contains { $0.peer != nil }
    var lines = [line("operation", "instructions", "target", hasPeer ? ["xen", "ratio"] : [], width: width)]
    for row in rows {
      let own = row.measurement.instructions
      let target = Targets.instructions[row.measurement.name]
      let limit = target.map { "\(Int($0))\(own > $0 ? " missed" : "")" } ?? ""
      let beside = row.peer.map { [number($0), String(format: "%.2f", own / $0)] } ?? []
      lines.append(line(row.measurement.name, number(own), limit, beside, width: width))
    }
    return lines.joined(separator: "\n")
  }

  /// The table for programs: layout, name, instructions, the peer's instructions or nothing.
  static func tsv(_ rows: [Row]) -> String {
    rows.map { row in
      let fields = [
        row.layout, row.measurement.name, number(row.measurement.instructions), row.peer.map(number) ?? "",
      ]
      return fields.joined(separator: "\t") + "\n"
    }.joined()
  }

  private static func number(_ value: Double) -> String { String(format: "%.1f", value) }

  private static func line(
    _ name: String, _ instructions: String, _ target: String, _ beside: [String], width: Int
  ) -> String {
    let columns = [pad(instructions, 12), pad(target, 12)] + beside.map { pad($0, 9) }
    return name.padding(toLength: width, withPad: " ", startingAt: 0) + columns.joined()
  }

  private static func pad(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(1, width - text.count)) + text
  }
}
