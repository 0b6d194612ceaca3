/// Fills the store as far as it may, and goes on asking when it may not: nodes of a kilobyte each, without end.
enum StoreFill {
  static func run() -> Never {
    let value = String(repeating: "v", count: 1024)
    var number = 0
    var isRefused = false
    while true {
      number += 1
      do {
        try XenStore.write("data/n\(number)", value)
      } catch {
        if !isRefused { console.print("store: refused after \(number - 1) nodes") }
        isRefused = true
        Clock.sleep(for: .milliseconds(20))
      }
    }
  }
}
