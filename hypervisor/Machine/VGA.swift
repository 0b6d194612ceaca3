#if canImport(CMachine)
  import CMachine
#endif

/// The registers of a VGA that a text screen needs. Reading and writing them is harmless where there is none.
package enum VGA {
  /// The index ports of the graphics controller and of the CRT controller; the data is one port higher.
  private static var graphicsController: UInt16 { 0x3CE }
  private static var displayController: UInt16 { 0x3D4 }

  /// Whether there is a VGA that shows 80 columns of text out of the memory at 0xB8000.
  ///
  /// The graphics controller's register 6 says so: bit 0 clear for text, bits 3:2 set for 32 KiB at 0xB8000. Where there
  /// is no VGA, or one that firmware drives in a mode of its own, it reads otherwise; all ones without any.
  package static var showsText: Bool {
    read(graphicsController, 6) & 0b1101 == 0b1100 && read(displayController, 1) == 79
  }

  /// The cell that is shown first: registers 0x0C and 0x0D.
  package static var origin: Int {
    get { pair(0x0C) }
    set { setPair(0x0C, newValue) }
  }

  /// The cell in which the cursor is: registers 0x0E and 0x0F.
  package static var cursor: Int {
    get { pair(0x0E) }
    set { setPair(0x0E, newValue) }
  }

  private static func read(_ port: UInt16, _ index: UInt8) -> UInt8 {
    apus_out8(port, index)
    return apus_in8(port &+ 1)
  }

  private static func pair(_ index: UInt8) -> Int {
    Int(read(displayController, index)) << 8 | Int(read(displayController, index &+ 1))
  }

  /// Index and data go out in one access each.
  private static func setPair(_ index: UInt8, _ value: Int) {
    let value = UInt16(truncatingIfNeeded: value)
    apus_out16(displayController, value & 0xFF00 | UInt16(index))
    apus_out16(displayController, value << 8 | UInt16(index &+ 1))
  }
}
