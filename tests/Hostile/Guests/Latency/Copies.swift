/// The one whose calls take as long as calls can be made to: multicalls of copies of nearly whole pages, each onto itself,
/// a byte further up.
enum Copies {
  private static var rounds: Int { 40 }
  private static var callCount: Int { 64 }

  static func run() {
    guard let page = Pages() else { Panic.report("no page is left") }
    check(page)
    let copy = GrantCopy(
      source: page.frame.rawValue, destination: page.frame.rawValue, destinationOffset: 1,
      byteCount: UInt16(pageSize - 1))
    var copies = [GrantCopy](repeating: copy, count: 16)
    withAddress(of: &copies) { list in
      let call = MulticallEntry(
        number: UInt64(HypercallNumber.grantTable.rawValue), first: GrantTableOperation.copy.word, second: list,
        third: 16)
      for _ in 0..<rounds {
        // Their arguments tell of the progress, and so are not what they were.
        var calls = [MulticallEntry](repeating: call, count: callCount)
        let result = withAddress(of: &calls) { hypercall(.multicall, $0, UInt64(callCount)) }
        if result != 0 || calls.contains(where: { $0.result != 0 }) { Panic.report("a multicall of copies failed") }
      }
    }
    console.print("copies: \(rounds) rounds done")
  }

  /// What overlaps is copied as if it went by way of another place, upwards and downwards.
  private static func check(_ page: borrowing Pages) {
    let window = page.window
    for (from, to, count) in [
      (0, 1, 100), (0, 7, 64), (3, 5, 1), (8, 16, 23), (0, 8, 4088), (1, 0, 4095), (5, 3, 9), (0, 4, 13), (2, 2, 30),
      (0, 3, 0), (0, 100, 300),
    ] {
      for index in 0..<Int(pageSize) { window.store8(byte(index), at: index) }
      var list: InlineArray<1, GrantCopy> = [
        GrantCopy(
          source: page.frame.rawValue, sourceOffset: UInt16(from), destination: page.frame.rawValue,
          destinationOffset: UInt16(to), byteCount: UInt16(count))
      ]
      let result = withAddress(of: &list) { hypercall(.grantTable, GrantTableOperation.copy.word, $0, 1) }
      if result != 0 || list[0].status != .okay { Panic.report("a copy failed") }
      for index in 0..<Int(pageSize) {
        let expected = index >= to && index < to + count ? byte(index - to + from) : byte(index)
        if window.load8(at: index) != expected { Panic.report("a copy of what overlaps is wrong") }
      }
    }
    console.print("copies: what overlaps is right")
  }

  private static func byte(_ index: Int) -> UInt8 { UInt8(truncatingIfNeeded: index &* 7 &+ index >> 8) }
}
