import CGuest

/// The C functions that Embedded Swift's runtime calls. Entry/RuntimeNames.asm gives those their names that the compiler
/// keeps for itself.

@c(guestkit_posix_memalign)
func allocateAlignedMemory(_ result: UnsafeMutablePointer<UInt>, _ alignment: Int, _ byteCount: Int) -> Int32 {
  let address = Heap.allocate(byteCount: byteCount, alignment: alignment)
  if address == 0 { Panic.report("out of memory") }
  unsafe result.pointee = UInt(address)
  return 0
}

@c(guestkit_free)
func freeMemory(_ address: UInt) {
  Heap.free(UInt64(address))
}

@c(putchar)
func putCharacter(_ character: Int32) -> Int32 {
  console.write(UInt8(truncatingIfNeeded: character))
  return character
}

/// Seeds of hash tables. Not a source of secrets: it knows only the clock.
@c(arc4random_buf)
func fillWithRandomBytes(_ address: UInt, _ byteCount: Int) {
  var state = cguest_rdtsc()
  for offset in 0..<byteCount {
    // SplitMix64.
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    cguest_store8(UInt64(address) + UInt64(offset), UInt8(truncatingIfNeeded: mixed ^ mixed >> 31))
  }
}

/// Rounds up to a whole number: hash tables ask for it to find their size. From 2^52 on
/// every number is whole.
@c(ceil)
func roundUp(_ value: Double) -> Double {
  guard value > -0x1p52 && value < 0x1p52 else { return value }
  let truncated = Double(Int64(value))
  return truncated < value ? truncated + 1 : truncated
}
