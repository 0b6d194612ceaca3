#if canImport(CMachine)
  import CMachine
#endif

/// The hypervisor's console: a 16550 UART at the ports of COM1.
package struct SerialPort: BitwiseCopyable {
  package let base: UInt16

  /// COM1, whose interrupt is ISA line 4.
  package static var com1: Self { Self(base: 0x3F8) }
  package static var interruptLine: UInt8 { 4 }

  private var data: UInt16 { base }
  private var interruptEnable: UInt16 { base &+ 1 }
  private var fifoControl: UInt16 { base &+ 2 }
  private var interruptIdentity: UInt16 { base &+ 2 }
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
    setRequestToSend(true)
  }

  /// Has the UART interrupt for received bytes, and when it has sent all it had, as asked for.
  package func enableInterrupts(receive: Bool, transmit: Bool) {
    apus_out8(interruptEnable, (receive ? 0x01 : 0) | (transmit ? 0x02 : 0))
  }

  /// Tells the far end whether it may send: RTS, which some heed. DTR stays up, and OUT2, which lets the interrupt
  /// through.
  package func setRequestToSend(_ mayCome: Bool) { apus_out8(modemControl, mayCome ? 0x0B : 0x09) }

  /// Whether the UART has an interrupt to tell of. Asking takes one back that tells that all was sent.
  package var hasInterrupt: Bool { apus_in8(interruptIdentity) & 0x01 == 0 }

  /// The bytes that can be put in a row when it is ready: a 16550's FIFO, where that is on and works.
  package var transmitDepth: Int { apus_in8(interruptIdentity) & 0xC0 == 0xC0 ? 16 : 1 }

  /// The line status register.
  package struct Status: BitwiseCopyable {
    fileprivate let bits: UInt8
    /// Whether there is a received byte; a port that is not there reads as all ones.
    package var hasByte: Bool { bits & 0x01 != 0 && bits != 0xFF }
    /// Whether a byte came that there was no room for: told once, at the first reading of this register after it.
    package var hasLost: Bool { bits & 0x02 != 0 && bits != 0xFF }
    /// Whether the transmitter has taken all that was put: it takes as many bytes more as its FIFO has.
    package var isReady: Bool { bits & 0x20 != 0 }
    /// Whether the last byte is out on the line.
    package var isSilent: Bool { bits & 0x40 != 0 }
  }

  package var status: Status { Status(bits: apus_in8(lineStatus)) }

  /// Puts a byte out: the caller knows of room.
  package func put(_ byte: UInt8) { apus_out8(data, byte) }

  /// Waits for the last byte to be out on the line.
  package func waitUntilSent() {
    var patience = 100_000
    while !status.isSilent, patience > 0 {
      patience &-= 1
      apus_pause()
    }
  }

  /// Puts a byte out, waiting for room; a UART that never has any (none there) is given up on.
  package func write(_ byte: UInt8) {
    var patience = 100_000
    while !status.isReady {
      patience &-= 1
      if patience == 0 { return }
      apus_pause()
    }
    put(byte)
  }

  /// Takes a received byte: the caller knows of one.
  package func take() -> UInt8 { apus_in8(data) }
}
