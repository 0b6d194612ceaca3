/// A vCPU's memory-type range registers (Intel SDM vol. 3 12.11; AMD APM vol. 2 7.7).
///
/// CPUID does not show them, and they have no effect: the nested tables say what a page's type is. Kernels that take them
/// for granted find them as firmware leaves them, with all memory write-back, and find again what they wrote.
package struct MemoryTypeRanges: BitwiseCopyable {
  /// MTRRphysBase0, MTRRphysMask0, and so on.
  private var variable = InlineArray<16, UInt64>(repeating: 0)
  /// MTRRfix64K_00000, MTRRfix16K_80000 and _A0000, MTRRfix4K_C0000 to _F8000.
  private var fixed = InlineArray<11, UInt64>(repeating: 0x0606_0606_0606_0606)
  /// MTRRdefType: enabled, write-back.
  private var defaultType: UInt64 = 1 << 11 | 6

  package init() {}

  /// MTRRcap: eight variable ranges, the fixed ones, write-combining.
  private static var capability: UInt64 { 8 | 1 << 8 | 1 << 10 }

  /// Whether an MSR is one of them.
  static func contain(_ number: UInt32) -> Bool {
    switch number {
    case 0xFE, 0x2FF, 0x200...0x20F: true
    default: fixedIndex(number) != nil
    }
  }

  private static func fixedIndex(_ number: UInt32) -> Int? {
    switch number {
    case 0x250: 0
    case 0x258, 0x259: Int(number &- 0x257)
    case 0x268...0x26F: Int(number &- 0x265)
    default: nil
    }
  }

  /// - Throws: where there is no such register.
  package func read(_ number: UInt32) throws(GeneralProtection) -> UInt64 {
    switch number {
    case 0xFE: return Self.capability
    case 0x200...0x20F: return variable[Int(number &- 0x200)]
    case 0x2FF: return defaultType
    default:
      guard let index = Self.fixedIndex(number) else { throw GeneralProtection() }
      return fixed[index]
    }
  }

  /// - Parameter addressBits: the width of the guest's physical addresses.
  /// - Throws: for a reserved bit or memory type, for MTRRcap, which can't be written, and where there is no such register.
  package mutating func write(_ number: UInt32, _ value: UInt64, addressBits: UInt8) throws(GeneralProtection) {
    switch number {
    case 0x200...0x20F:
      let isMask = number & 1 != 0
      let low: UInt64 = isMask ? 0x7FF : 0xF00
      guard value & low == 0, value >> UInt64(addressBits) == 0, isMask || Self.isType(value & 0xFF) else {
        throw GeneralProtection()
      }
      variable[Int(number &- 0x200)] = value
    case 0x2FF:
      guard value & ~0xCFF == 0, Self.isType(value & 0xFF) else { throw GeneralProtection() }
      defaultType = value
    default:
      guard let index = Self.fixedIndex(number) else { throw GeneralProtection() }
      var rest = value
      while rest != 0 {
        guard Self.isType(rest & 0xFF) else { throw GeneralProtection() }
        rest >>= 8
      }
      fixed[index] = value
    }
  }

  /// Uncacheable, write-combining, write-through, write-protected, write-back.
  private static func isType(_ type: UInt64) -> Bool { type < 2 || (type >= 4 && type <= 6) }
}
