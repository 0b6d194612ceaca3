import CFuzz
import CGuest

/// What happens between calls: instructions that leave the guest, writes to what is shared with the hypervisor.
extension Fuzzer {
  mutating func intermezzo() {
    switch random.below(12) {
    case 0: processorIdentification()
    case 1, 2: readRegister()
    case 3: writeRegister()
    case 4: portAccess()
    case 5, 6: memoryAccess()
    case 7: other()
    case 8, 9: tamperWithTables()
    case 10: scribbleOnSharedPage()
    default: writeGrantEntries(4)
    }
    InterruptFlag.clear()
  }

  /// Runs one instruction with random registers, but for those that the caller sets.
  private mutating func run(_ instruction: Instruction, _ set: (inout Fuzzer) -> Void) {
    for index in 0..<RunRegister.count { cfuzz_set(index, random.next()) }
    RunRegister.flags.value = 2
    set(&self)
    if !cfuzz_run64(instruction.address) { tally.faults += 1 }
    InterruptFlag.clear()
  }

  private mutating func pick(_ bounds: ClosedRange<UInt64>) -> Instruction? {
    Instruction(rawValue: bounds.lowerBound + random.below(UInt64(bounds.count)))
  }

  private mutating func processorIdentification() {
    run(.cpuid) { fuzzer in
      let leaf: UInt64
      switch fuzzer.random.below(5) {
      case 0: leaf = fuzzer.random.below(UInt64(0x30))
      case 1: leaf = 0x4000_0000 + fuzzer.random.below(UInt64(0x210))
      case 2: leaf = 0x8000_0000 + fuzzer.random.below(UInt64(0x30))
      default: leaf = fuzzer.random.next()
      }
      RunRegister.rax.value = leaf
      if fuzzer.random.chance(70) { RunRegister.rcx.value = fuzzer.random.below(UInt64(20)) }
    }
  }

  /// A model-specific register that means something, or one that means nothing.
  private mutating func register() -> UInt64 {
    switch random.below(12) {
    case 0: [0x10, 0x1B, 0x3A, 0x48, 0x49, 0x8B, 0xC1, 0xFE][random.below(8)]
    case 1: 0x174 + random.below(UInt64(16))
    case 2: 0x200 + random.below(UInt64(0x100))
    case 3: 0x400 + random.below(UInt64(0x100))
    case 4, 5: 0x800 + random.below(UInt64(0x100))
    case 6: 0x4000_0000 + random.below(UInt64(0x200))
    case 7: 0xC000_0080 + random.below(UInt64(8))
    case 8: 0xC000_0100 + random.below(UInt64(8))
    case 9: 0xC001_0000 + random.below(UInt64(0x200))
    case 10: [0x277, 0x2FF, 0x1A0, 0x1D9, 0x6E0, 0xDA0, 0xC001_1029, 0x1FC][random.below(8)]
    default: random.next() & 0xFFFF_FFFF
    }
  }

  private mutating func readRegister() {
    run(.rdmsr) { fuzzer in RunRegister.rcx.value = fuzzer.register() }
  }

  private mutating func writeRegister() {
    // A control domain's writes could reach the machine.
    if isControlDomain { return readRegister() }
    let register = register()
    let extendedFeatures: UInt64 = 0xC000_0080
    // The clock is what the console waits by.
    if register == 0x10 { return }
    var value = number()
    if register == extendedFeatures {
      // System calls, long mode and no-execute stay.
      value |= cguest_rdmsr(UInt32(extendedFeatures)) & 0xD01
    }
    run(.wrmsr) { _ in
      RunRegister.rcx.value = register
      RunRegister.rax.value = value & 0xFFFF_FFFF
      RunRegister.rdx.value = value >> 32
    }
    switch register {
    case 0x1B, 0x800...0x8FF, 0x6E0: repairs.resetLocalAPIC()
    case extendedFeatures: cguest_wrmsr(UInt32(extendedFeatures), 0xD01)
    default: break
    }
  }

  private mutating func portAccess() {
    if isControlDomain { return }
    let bounds = Instruction.ports
    guard let instruction = pick(bounds) else { return }
    let known: InlineArray<8, UInt64> = [0x20, 0x40, 0x61, 0x70, 0x3F8, 0xCF8, 0xCFC, 0xFFFF]
    let port = random.chance(50) ? known[random.below(8)] : random.below(UInt64(65536))
    // What is written there is shown.
    if port > 0xE5 && port < 0xEA { return }
    let place = place(16)
    run(instruction) { fuzzer in
      RunRegister.rdx.value = port
      RunRegister.rcx.value = fuzzer.random.below(UInt64(20))
      RunRegister.rdi.value = place
      RunRegister.rsi.value = place
    }
    playground.restoreTables()
  }

  /// An access to the local APIC, to where nothing is, or to a page that may have gone.
  private mutating func memoryAccess() {
    let bounds = Instruction.memory
    guard let instruction = pick(bounds) else { return }
    let kind = random.below(4)
    let address: UInt64
    switch kind {
    case 0: address = 0xFEE0_0000 + random.below(UInt64(0x40)) * 16
    case 1: address = Playground.window + 10 << pageShift + random.below(pageSize - 8)
    case 2: address = Playground.window + 8 << pageShift + random.below(pageSize)
    default: address = Playground.window + (Playground.firstToy + random.below(Playground.windowToys)) << pageShift
    }
    run(instruction) { fuzzer in
      RunRegister.rdi.value = address
      RunRegister.rsi.value = address
      RunRegister.rcx.value = fuzzer.random.below(UInt64(8))
    }
    if kind < 2 || !playground.areTablesClean { repairs.resetLocalAPIC() }
  }

  /// Instructions that a guest may not have, with RAM in RDI and RAX where they want memory: not all could be emulated
  /// elsewhere.
  private mutating func other() {
    let bounds = Instruction.others
    guard let instruction = pick(bounds) else { return }
    let place = goodPlace(16)
    let value = number()
    run(instruction) { fuzzer in
      RunRegister.rdi.value = place
      RunRegister.rax.value = fuzzer.random.chance(50) ? place : value
      RunRegister.rcx.value = fuzzer.random.below(UInt64(4))
    }
    if instruction == .writePriority { repairs.resetLocalAPIC() }
    playground.restoreTables()
  }

  /// Entries that lead nowhere, to devices, to other toys, with bits that must be zero: the next call is made with them.
  /// None, taken for an element of a list of frames, names one that there is: a bit that the processor does not look at
  /// sees to that.
  private mutating func tamperWithTables() {
    let ignoredBit: UInt64 = 1 << 58
    for _ in 0..<1 + random.below(4) {
      let flags = random.next() & 0x8000_0000_0000_0FFF | ignoredBit
      let frame: UInt64
      switch random.below(6) {
      case 0: frame = playground.toy(random.next()).address.rawValue
      case 1: frame = playground.tableAddress(random.below(4))
      case 2: frame = Playground.beyondFrame << pageShift
      case 3: frame = 0xFEE0_0000
      case 4: frame = random.next() & 0x000F_FF00_0000_0000
      default: frame = 0
      }
      playground.tamper(random.below(64) * 8 + random.below(4) * Int(pageSize), frame | flags)
    }
  }

  private mutating func scribbleOnSharedPage() {
    for _ in 0..<8 {
      let word = random.below(512)
      // The time is the fuzzer's clock, where the vCPU's record has not moved.
      if word >= 8 || repairs.hasMovedRecord { SharedPage.window.store64(random.next(), at: word * 8) }
    }
  }
}
