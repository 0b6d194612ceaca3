/// Feature bits of CPUID leaves 0x80000001 and 0x80000008 (Intel SDM vol. 2, CPUID; AMD APM vol. 3 appendix E.4).

/// ECX of leaf 0x80000001: the features that a guest may be offered.
///
/// Left out: SVM, APIC extensions, OS-visible workarounds, sampling, SKINIT, watchdog, profiling, performance counters,
/// MONITORX.
package struct CPUIDExtended1ECX: OptionSet, BitwiseCopyable, Sendable {
  package let rawValue: UInt32
  @inline(__always) package init(rawValue: UInt32) { self.rawValue = rawValue }
  /// LAHF and SAHF in 64-bit mode.
  package static var lahf: Self { Self(rawValue: 1 << 0) }
  /// LOCK MOV CR0 means CR8.
  package static var alternativeCR8: Self { Self(rawValue: 1 << 4) }
  /// LZCNT.
  package static var leadingZeroCount: Self { Self(rawValue: 1 << 5) }
  /// SSE4A.
  package static var sse4a: Self { Self(rawValue: 1 << 6) }
  /// Misaligned SSE operands.
  package static var misalignedSSE: Self { Self(rawValue: 1 << 7) }
  /// PREFETCHW.
  package static var prefetchWrite: Self { Self(rawValue: 1 << 8) }
  /// XOP.
  package static var xop: Self { Self(rawValue: 1 << 11) }
  /// FMA4.
  package static var fma4: Self { Self(rawValue: 1 << 16) }
  /// TBM.
  package static var tbm: Self { Self(rawValue: 1 << 21) }
  /// Leaves 0x8000001D and 0x8000001E.
  package static var topology: Self { Self(rawValue: 1 << 22) }
  /// Breakpoint address masks of 32 bits.
  package static var addressMaskExtension: Self { Self(rawValue: 1 << 30) }

  /// What works as in the machine, with no help.
  static var offered: Self {
    Self.lahf.union(.alternativeCR8).union(.leadingZeroCount).union(.sse4a).union(.misalignedSSE)
      .union(.prefetchWrite).union(.xop).union(.fma4).union(.tbm).union(.topology).union(.addressMaskExtension)
  }
  /// What works only with the AVX state.
  static var needingAVX: Self {
    Self.xop.union(.fma4)
  }
}

/// EDX of leaf 0x80000001: AMD's copies of leaf 1 in bits 0-17, 23 and 24, and what is its own: the features that a guest may be offered.
///
/// Left out: fast FXSAVE.
package struct CPUIDExtended1EDX: OptionSet, BitwiseCopyable, Sendable {
  package let rawValue: UInt32
  @inline(__always) package init(rawValue: UInt32) { self.rawValue = rawValue }
  /// The local APIC is on (AMD).
  package static var apic: Self { Self(rawValue: 1 << 9) }
  /// SYSCALL.
  package static var systemCall: Self { Self(rawValue: 1 << 11) }
  /// NX.
  package static var noExecute: Self { Self(rawValue: 1 << 20) }
  /// AMD's additions to MMX.
  package static var mmxExtensions: Self { Self(rawValue: 1 << 22) }
  /// 1 GiB pages.
  package static var gigabytePages: Self { Self(rawValue: 1 << 26) }
  /// RDTSCP.
  package static var rdtscp: Self { Self(rawValue: 1 << 27) }
  /// Long mode.
  package static var longMode: Self { Self(rawValue: 1 << 29) }
  /// 3DNow! extensions.
  package static var extended3DNow: Self { Self(rawValue: 1 << 30) }
  /// 3DNow!.
  package static var threeDNow: Self { Self(rawValue: 1 << 31) }

  /// What works as in the machine, with no help, leaving out what depends on the layout or on the moment.
  static var offered: Self {
    Self.systemCall.union(.noExecute).union(.mmxExtensions).union(.gigabytePages).union(.longMode)
      .union(.extended3DNow).union(.threeDNow)
  }
}

/// EBX of leaf 0x80000008: the features that a guest may be offered.
///
/// Left out: RDPRU, INVLPGB, speculation control by MSRs.
package struct CPUIDExtended8EBX: OptionSet, BitwiseCopyable, Sendable {
  package let rawValue: UInt32
  @inline(__always) package init(rawValue: UInt32) { self.rawValue = rawValue }
  /// CLZERO.
  package static var clearLine: Self { Self(rawValue: 1 << 0) }
  /// XRSTOR always restores the x87 error pointers.
  package static var errorPointersAlwaysRestored: Self { Self(rawValue: 1 << 2) }
  /// WBNOINVD.
  package static var writeBackNoInvalidate: Self { Self(rawValue: 1 << 9) }

  /// What works as in the machine, with no help.
  static var offered: Self {
    Self.clearLine.union(.errorPointersAlwaysRestored).union(.writeBackNoInvalidate)
  }
}
