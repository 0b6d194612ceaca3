/// Feature bits of CPUID leaf 1 (Intel SDM vol. 2, CPUID; AMD APM vol. 3 appendix E.3).

/// ECX of leaf 1: the features that a guest may be offered.
///
/// Left out: MONITOR, VMX, SMX, debug store and its 64-bit form, power and thermal control, xTPR, DCA, SDBG; they need
/// the hypervisor's help.
package struct CPUIDLeaf1ECX: OptionSet, BitwiseCopyable, Sendable {
  package let rawValue: UInt32
  @inline(__always) package init(rawValue: UInt32) { self.rawValue = rawValue }
  /// SSE3.
  package static var sse3: Self { Self(rawValue: 1 << 0) }
  /// PCLMULQDQ.
  package static var carrylessMultiply: Self { Self(rawValue: 1 << 1) }
  /// SSSE3.
  package static var ssse3: Self { Self(rawValue: 1 << 9) }
  /// FMA.
  package static var fusedMultiplyAdd: Self { Self(rawValue: 1 << 12) }
  /// CMPXCHG16B.
  package static var compareExchange16: Self { Self(rawValue: 1 << 13) }
  /// PCID.
  package static var processContextIdentifiers: Self { Self(rawValue: 1 << 17) }
  /// SSE4.1.
  package static var sse41: Self { Self(rawValue: 1 << 19) }
  /// SSE4.2.
  package static var sse42: Self { Self(rawValue: 1 << 20) }
  /// The local APIC has the x2APIC form.
  package static var x2apic: Self { Self(rawValue: 1 << 21) }
  /// MOVBE.
  package static var moveBigEndian: Self { Self(rawValue: 1 << 22) }
  /// POPCNT.
  package static var populationCount: Self { Self(rawValue: 1 << 23) }
  /// The local APIC's timer has the TSC-deadline mode.
  package static var tscDeadline: Self { Self(rawValue: 1 << 24) }
  /// AESENC and its siblings.
  package static var aes: Self { Self(rawValue: 1 << 25) }
  /// XSAVE, XRSTOR, XSETBV, XGETBV.
  package static var xsave: Self { Self(rawValue: 1 << 26) }
  /// CR4.OSXSAVE as the guest has set it.
  package static var osxsave: Self { Self(rawValue: 1 << 27) }
  /// AVX.
  package static var avx: Self { Self(rawValue: 1 << 28) }
  /// F16C.
  package static var halfPrecision: Self { Self(rawValue: 1 << 29) }
  /// RDRAND.
  package static var random: Self { Self(rawValue: 1 << 30) }
  /// There is a hypervisor.
  package static var hypervisor: Self { Self(rawValue: 1 << 31) }

  /// What works as in the machine, with no help, leaving out what depends on the layout or on the moment.
  static var offered: Self {
    Self.sse3.union(.carrylessMultiply).union(.ssse3).union(.fusedMultiplyAdd).union(.compareExchange16)
      .union(.sse41).union(.sse42).union(.moveBigEndian).union(.populationCount).union(.aes).union(.xsave)
      .union(.avx).union(.halfPrecision).union(.random)
  }
  /// What works only with the AVX state.
  static var needingAVX: Self {
    Self.fusedMultiplyAdd.union(.avx).union(.halfPrecision)
  }
}

/// EDX of leaf 1: the features that a guest may be offered.
///
/// Left out: machine checks, MTRRs, serial number, debug store, thermal control, hyper-threading.
package struct CPUIDLeaf1EDX: OptionSet, BitwiseCopyable, Sendable {
  package let rawValue: UInt32
  @inline(__always) package init(rawValue: UInt32) { self.rawValue = rawValue }
  /// x87.
  package static var x87: Self { Self(rawValue: 1 << 0) }
  /// VME.
  package static var virtual8086: Self { Self(rawValue: 1 << 1) }
  /// DE.
  package static var debuggingExtensions: Self { Self(rawValue: 1 << 2) }
  /// PSE.
  package static var pageSizeExtensions: Self { Self(rawValue: 1 << 3) }
  /// TSC.
  package static var timeStampCounter: Self { Self(rawValue: 1 << 4) }
  /// MSR.
  package static var modelSpecificRegisters: Self { Self(rawValue: 1 << 5) }
  /// PAE.
  package static var physicalAddressExtension: Self { Self(rawValue: 1 << 6) }
  /// CMPXCHG8B.
  package static var compareExchange8: Self { Self(rawValue: 1 << 8) }
  /// The local APIC is on.
  package static var apic: Self { Self(rawValue: 1 << 9) }
  /// SYSENTER.
  package static var sysenter: Self { Self(rawValue: 1 << 11) }
  /// PGE.
  package static var globalPages: Self { Self(rawValue: 1 << 13) }
  /// CMOV.
  package static var conditionalMove: Self { Self(rawValue: 1 << 15) }
  /// PAT.
  package static var pageAttributeTable: Self { Self(rawValue: 1 << 16) }
  /// PSE-36.
  package static var pageSize36: Self { Self(rawValue: 1 << 17) }
  /// CLFLUSH.
  package static var flushLine: Self { Self(rawValue: 1 << 19) }
  /// MMX.
  package static var mmx: Self { Self(rawValue: 1 << 23) }
  /// FXSAVE.
  package static var fxsave: Self { Self(rawValue: 1 << 24) }
  /// SSE.
  package static var sse: Self { Self(rawValue: 1 << 25) }
  /// SSE2.
  package static var sse2: Self { Self(rawValue: 1 << 26) }
  /// SS.
  package static var selfSnoop: Self { Self(rawValue: 1 << 27) }

  /// What works as in the machine, with no help, leaving out what depends on the layout or on the moment.
  static var offered: Self {
    Self.x87.union(.virtual8086).union(.debuggingExtensions).union(.pageSizeExtensions).union(.timeStampCounter)
      .union(.modelSpecificRegisters).union(.physicalAddressExtension).union(.compareExchange8).union(.sysenter)
      .union(.globalPages).union(.conditionalMove).union(.pageAttributeTable).union(.pageSize36).union(.flushLine)
      .union(.mmx).union(.fxsave).union(.sse).union(.sse2).union(.selfSnoop)
  }
}
