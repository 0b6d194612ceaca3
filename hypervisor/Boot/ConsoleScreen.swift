/// The display as a console: what it shows, until the machine ends. Nobody else drives it: domain 0 has no such driver.
struct ConsoleScreen: BitwiseCopyable {
  /// Nil where there is no VGA that shows text.
  private var text: TextScreen?

  /// The display as loader or hypervisor have left it: the text goes on where the cursor is.
  init() { text = VGA.showsText ? TextScreen(origin: VGA.origin, cursor: VGA.cursor) : nil }

  private init(_ text: TextScreen?) { self.text = text }

  /// No display, or one that the console is not on.
  static var none: Self { Self(nil) }

  var isThere: Bool { text != nil }

  mutating func write(_ byte: UInt8) {
    guard var screen = text else { return }
    let before = screen
    // Mapped from the start, by the first page tables and by the hypervisor's own: the first MiB is.
    screen.put(byte, in: DirectMap(base: UInt(AddressSpace.directMap), limit: BootMemory.firstMebibyte))
    text = screen
    if screen.origin != before.origin { VGA.origin = screen.origin }
    if screen.cursor != before.cursor { VGA.cursor = screen.cursor }
  }
}
