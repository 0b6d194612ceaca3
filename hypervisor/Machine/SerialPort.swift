#if canImport(CMachine)
  import CMachine
#endif

/// The hypervisor's console: a 16550 UART at the ports of COM1.
package struct SerialPort: BitwiseCopyable {
  package let base: UInt16

  /// COM1, whose interrupt is ISA line 4.
  package static var com1: Self { Self(base: 0x3F8) }
  package static var interruptLine: UInt32 { 4 }

  private var data: UInt16 { base }
  private var interruptEnable: UInt16 { base &+ 1 }
  private var fifoControl: UInt16 { base &+ 2 }
  private var lineControl: UInt16 { base &+ 3 }
  private var modemControl: UInt16 { base &+ 4 }
  private var lineStatus: UInt16 { base &+ 5 }

  /// Sets the line to `baud`, 8 data bits, no parity, 1 stop bit, with FIFOs and without interrupts.
  package func configure(baud: UInt32) {
    let divisor = UInt16(truncatingIfNeeded: 115_200 / max(baud, 2))
    apus_out8(interruptEnable, 0)
    apus_out8(lineControl, 0x80)  // the divisor latch
    apus_out8(data, UInt8(truncatingIfNeeded: divisor))
    apus_out8(interruptEnable, UInt8(truncatingIfNeeded: divisor >> 8))
    apus_out8(lineControl, 0x03)
    apus_out8(fifoControl, 0x07)
    apus_out8(modemControl, 0x0B)  // DTR, RTS, and OUT2, which lets the interrupt through
  }

  /// Has the UART interrupt for each received byte.
  package func enableReceiveInterrupt() { apus_out8(interruptEnable, 0x01) }

  /// Puts a byte out, waiting for room; a UART that never has any (none there) is given up on.
  package func write(_ byte: UInt8) {
    var patience = 100_000
    while apus_in8(lineStatus) & 0x20 == 0 {
      patience &-= 1
      if patience == 0 { return }
      apus_pause()
    }
    apus_out8(data, byte)
  }

  /// A received byte, nil where there is none.
  package func read() -> UInt8? {
    let status = apus_in8(lineStatus)
    guard status & 1 != 0, status != 0xFF else { return nil }
    return apus_in8(data)
  }
}
