/// Inputs that are right, or nearly so, to begin with: what is near them gets further than noise does.
extension FuzzTarget {
  var seeds: [[UInt8]] {
    switch self {
    case .config: Self.configurations.map { Array($0.utf8) }
    case .elf: [Self.kernel(is64Bit: true), Self.kernel(is64Bit: false)]
    case .store: StoreFuzz.seeds
    // Bytes are indices and slots: there is nothing to be right.
    case .block: [[UInt8](repeating: 0, count: 512)]
    }
  }

  private static var configurations: [String] {
    [
      """
      # A guest with all that a definition may say.
      name = "guest"
      type = 'pvh'
      kernel = "guest.elf"
      ramdisk = "initrd.img"
      cmdline = "ticks=forever console=hvc0"
      memory = 32
      maxmem = 48
      vcpus = 1
      disk = [ "vda,raw,xvda,w", 'target=ram.img,vdev=xvdb,access=ro' ]
      on_poweroff = "destroy"
      on_reboot = "restart"
      on_crash = "preserve"
      cpu_weight = 512
      cap = 50
      uuid = "01234567-89ab-cdef-0123-456789abcdef"
      """,
      "name=\"a\"\nkernel=\"k\"\nmemory=1\n",
      "extra=\"\"\"several\nlines\"\"\" ; name='b'\nlist=[[1,2],[\"x\",],]\n",
    ]
  }

  /// An ELF kernel of one segment and the note with the PVH entry (public header `elfnote.h`, 18).
  private static func kernel(is64Bit: Bool) -> [UInt8] {
    let headerSize = is64Bit ? 64 : 52
    let segmentSize = is64Bit ? 56 : 32
    let noteStart = headerSize + 2 * segmentSize
    let codeStart = noteStart + 24
    let entry: UInt64 = 0x10_0000
    var file: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, is64Bit ? 2 : 1, 1, 1] + Array(repeating: 0, count: 9)
    func put(_ value: UInt64, _ size: Int) {
      for shift in 0..<size { file.append(UInt8(truncatingIfNeeded: value >> UInt64(shift * 8))) }
    }
    let word = is64Bit ? 8 : 4
    put(2, 2)
    put(is64Bit ? 62 : 3, 2)
    put(1, 4)
    put(entry, word)
    put(UInt64(headerSize), word)
    put(0, word)
    put(0, 4)
    for half in [headerSize, segmentSize, 2, 0, 0, 0] { put(UInt64(half), 2) }
    let segments: [(type: UInt64, start: Int, address: UInt64, count: UInt64)] = [
      (1, codeStart, entry, 16), (4, noteStart, 0, 24),
    ]
    for (type, start, address, count) in segments {
      put(type, 4)
      if is64Bit { put(5, 4) }
      put(UInt64(start), word)
      put(address, word)
      put(address, word)
      put(count, word)
      put(count, word)
      if !is64Bit { put(5, 4) }
      put(4, word)
    }
    for value in [4, 8, 18] { put(UInt64(value), 4) }
    file += Array("Xen\0".utf8)
    put(entry, 8)
    return file + Array(repeating: 0xF4, count: 16)
  }
}
