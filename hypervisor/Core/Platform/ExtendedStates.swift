#if canImport(XenABI)
  import XenABI
#endif

/// XCR0: the extended states that XSAVE manages (Intel SDM vol. 1 13.3; AMD APM vol. 2 11.5.2).
package struct ExtendedStates: OptionSet, BitwiseCopyable, Sendable {
  package let rawValue: UInt64
  @inline(__always) package init(rawValue: UInt64) { self.rawValue = rawValue }
  /// x87; always enabled.
  package static var x87: Self { Self(rawValue: 1 << 0) }
  /// XMM registers and MXCSR.
  package static var sse: Self { Self(rawValue: 1 << 1) }
  /// Upper halves of the YMM registers.
  package static var avx: Self { Self(rawValue: 1 << 2) }
  /// Mask registers, upper halves of ZMM0-15, ZMM16-31: enabled all together.
  package static var avx512: Self { Self(rawValue: 7 << 5) }

  /// What a guest may have, if the machine does. Protection keys, MPX and AMX are left out.
  static var offered: Self { x87.union(.sse).union(.avx).union(.avx512) }

  /// Whether XSETBV takes this value on a processor that has `supported` (Intel SDM vol. 2, XSETBV).
  package func isValid(within supported: ExtendedStates) -> Bool {
    guard isSubset(of: supported), contains(.x87) else { return false }
    if contains(.avx), !contains(.sse) { return false }
    return isDisjoint(with: .avx512) || isSuperset(of: Self.avx512.union(.avx))
  }
}

/// Where the extended states lie in an XSAVE area, and CPUID leaf 0xD from it (Intel SDM vol. 1 13.2 and 13.4).
struct ExtendedStateLayout: BitwiseCopyable {
  /// The states that the guest may enable; empty without XSAVE.
  var supported = ExtendedStates(rawValue: 0)
  /// EAX of subleaf 1: XSAVEOPT, XGETBV with ECX = 1, and XSAVEC where its size is what the components come to.
  var instructions: UInt32 = 0
  /// Subleaves 2 to 7 as the machine gives them: EAX size, EBX offset, ECX bit 1 alignment to 64 in the compact form.
  var components = InlineArray<8, CPUIDResult>(repeating: .zero)

  /// Bits of `instructions`; XSAVES is not offered, since no supervisor states are.
  private static var offeredInstructions: UInt32 { 1 << 0 | xsavec | 1 << 2 }
  private static var xsavec: UInt32 { 1 << 1 }
  /// The x87 and SSE area and the header.
  private static var legacySize: UInt32 { 576 }

  init() {}

  init(host: borrowing some HostCPUID & ~Copyable) {
    let states = host.leaf(0xD, 0)
    let offered = ExtendedStates(rawValue: UInt64(states.edx) << 32 | UInt64(states.eax))
      .intersection(.offered)
    // Leaving out what lacks a part or a base leaves a valid value; without x87 and SSE there is none.
    supported = offered
    if !supported.isSuperset(of: ExtendedStates.avx512.union(.avx)) { supported = supported.subtracting(.avx512) }
    if !supported.isSuperset(of: ExtendedStates.x87.union(.sse)) { supported = ExtendedStates(rawValue: 0) }
    guard supported.rawValue != 0 else { return }
    var index: UInt32 = 2
    while index < 8 {
      if has(index) { components[Int(index)] = host.leaf(0xD, index) }
      index &+= 1
    }
    let extensions = host.leaf(0xD, 1)
    instructions = extensions.eax & Self.offeredInstructions
    // A machine that contradicts itself about the compact form does not write it as it should either. In Bochs 2.7 the
    // upper halves of YMM go over the header, and XRSTOR refuses what XSAVEC has saved.
    if extensions.ebx != compactSize(supported) { instructions &= ~Self.xsavec }
  }

  private func has(_ component: UInt32) -> Bool { supported.rawValue &>> UInt64(component) & 1 != 0 }

  /// The bytes that XSAVE needs for some states.
  func standardSize(_ states: ExtendedStates) -> UInt32 {
    var size = Self.legacySize
    var index = 2
    while index < 8 {
      if states.rawValue &>> UInt64(index) & 1 != 0 { size = max(size, components[index].eax &+ components[index].ebx) }
      index &+= 1
    }
    return size
  }

  /// The bytes that XSAVEC needs for them.
  func compactSize(_ states: ExtendedStates) -> UInt32 {
    var size = Self.legacySize
    var index = 2
    while index < 8 {
      if states.rawValue &>> UInt64(index) & 1 != 0 {
        if components[index].ecx & 2 != 0 { size = (size &+ 63) & ~63 }
        size &+= components[index].eax
      }
      index &+= 1
    }
    return size
  }

  /// CPUID leaf 0xD for a guest with the given XCR0.
  func leaf(_ subleaf: UInt32, enabled: ExtendedStates) -> CPUIDResult {
    guard supported.rawValue != 0 else { return .zero }
    switch subleaf {
    case 0:
      return CPUIDResult(
        eax: UInt32(truncatingIfNeeded: supported.rawValue), ebx: standardSize(enabled), ecx: standardSize(supported),
        edx: UInt32(truncatingIfNeeded: supported.rawValue >> 32))
    case 1:
      return CPUIDResult(eax: instructions, ebx: instructions & Self.xsavec != 0 ? compactSize(enabled) : 0)
    case 2..<8: return components[Int(subleaf)]
    default: return .zero
    }
  }
}

extension CPUIDTable {
  /// The states that a guest's XCR0 may have set; none without XSAVE.
  package var supportedStates: ExtendedStates { extendedState.supported }

  /// The bytes of an XSAVE area, in the standard form, that holds all of them.
  package var extendedStateSize: UInt32 { extendedState.standardSize(extendedState.supported) }
}
