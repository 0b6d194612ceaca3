/// Feature bits of CPUID leaf 7 (Intel SDM vol. 2, CPUID; AMD APM vol. 3 appendix E.3.6).

/// EBX of leaf 7, subleaf 0: the features that a guest may be offered.
///
/// Left out: TSC_ADJUST, SGX, transactional memory, cache monitoring and allocation, MPX, processor trace.
package struct CPUIDLeaf7EBX: OptionSet, BitwiseCopyable, Sendable {
  package let rawValue: UInt32
  @inline(__always) package init(rawValue: UInt32) { self.rawValue = rawValue }
  /// RDFSBASE and its siblings.
  package static var fsgsbase: Self { Self(rawValue: 1 << 0) }
  /// BMI1.
  package static var bmi1: Self { Self(rawValue: 1 << 3) }
  /// AVX2.
  package static var avx2: Self { Self(rawValue: 1 << 5) }
  /// The x87 data pointer is updated on exceptions only.
  package static var x87DataPointerOnException: Self { Self(rawValue: 1 << 6) }
  /// SMEP.
  package static var supervisorExecutionPrevention: Self { Self(rawValue: 1 << 7) }
  /// BMI2.
  package static var bmi2: Self { Self(rawValue: 1 << 8) }
  /// ERMS.
  package static var fastStrings: Self { Self(rawValue: 1 << 9) }
  /// INVPCID.
  package static var invpcid: Self { Self(rawValue: 1 << 10) }
  /// The x87 selectors are zero.
  package static var x87SelectorsDeprecated: Self { Self(rawValue: 1 << 13) }
  /// AVX512F.
  package static var avx512Foundation: Self { Self(rawValue: 1 << 16) }
  /// AVX512DQ.
  package static var avx512DoubleQuad: Self { Self(rawValue: 1 << 17) }
  /// RDSEED.
  package static var randomSeed: Self { Self(rawValue: 1 << 18) }
  /// ADX.
  package static var addWithCarry: Self { Self(rawValue: 1 << 19) }
  /// SMAP.
  package static var supervisorAccessPrevention: Self { Self(rawValue: 1 << 20) }
  /// AVX512_IFMA.
  package static var avx512IntegerMultiply: Self { Self(rawValue: 1 << 21) }
  /// CLFLUSHOPT.
  package static var flushLineOptimised: Self { Self(rawValue: 1 << 23) }
  /// CLWB.
  package static var writeBackLine: Self { Self(rawValue: 1 << 24) }
  /// AVX512PF.
  package static var avx512Prefetch: Self { Self(rawValue: 1 << 26) }
  /// AVX512ER.
  package static var avx512Exponential: Self { Self(rawValue: 1 << 27) }
  /// AVX512CD.
  package static var avx512Conflict: Self { Self(rawValue: 1 << 28) }
  /// SHA.
  package static var sha: Self { Self(rawValue: 1 << 29) }
  /// AVX512BW.
  package static var avx512ByteWord: Self { Self(rawValue: 1 << 30) }
  /// AVX512VL.
  package static var avx512VectorLength: Self { Self(rawValue: 1 << 31) }

  /// What works as in the machine, with no help, leaving out what depends on the layout or on the moment.
  static var offered: Self {
    Self.fsgsbase.union(.bmi1).union(.avx2).union(.x87DataPointerOnException).union(.supervisorExecutionPrevention)
      .union(.bmi2).union(.fastStrings).union(.x87SelectorsDeprecated).union(.avx512Foundation)
      .union(.avx512DoubleQuad).union(.randomSeed).union(.addWithCarry).union(.supervisorAccessPrevention)
      .union(.avx512IntegerMultiply).union(.flushLineOptimised).union(.writeBackLine).union(.avx512Prefetch)
      .union(.avx512Exponential).union(.avx512Conflict).union(.sha).union(.avx512ByteWord)
      .union(.avx512VectorLength)
  }
  /// What works only with the AVX state.
  static var needingAVX: Self {
    Self.avx2
  }
  /// What works only with the AVX-512 states.
  static var needingAVX512: Self {
    Self.avx512Foundation.union(.avx512DoubleQuad).union(.avx512IntegerMultiply).union(.avx512Prefetch)
      .union(.avx512Exponential).union(.avx512Conflict).union(.avx512ByteWord).union(.avx512VectorLength)
  }
}

/// ECX of leaf 7, subleaf 0: the features that a guest may be offered.
///
/// Left out: protection keys, WAITPKG, shadow stacks, memory encryption, 57-bit addresses, key locker, ENQCMD.
package struct CPUIDLeaf7ECX: OptionSet, BitwiseCopyable, Sendable {
  package let rawValue: UInt32
  @inline(__always) package init(rawValue: UInt32) { self.rawValue = rawValue }
  /// PREFETCHWT1.
  package static var prefetchWrite: Self { Self(rawValue: 1 << 0) }
  /// AVX512_VBMI.
  package static var avx512ByteManipulation: Self { Self(rawValue: 1 << 1) }
  /// UMIP.
  package static var userModeInstructionPrevention: Self { Self(rawValue: 1 << 2) }
  /// AVX512_VBMI2.
  package static var avx512ByteManipulation2: Self { Self(rawValue: 1 << 6) }
  /// GFNI.
  package static var galoisField: Self { Self(rawValue: 1 << 8) }
  /// VAES.
  package static var vectorAES: Self { Self(rawValue: 1 << 9) }
  /// VPCLMULQDQ.
  package static var vectorCarrylessMultiply: Self { Self(rawValue: 1 << 10) }
  /// AVX512_VNNI.
  package static var avx512NeuralNetwork: Self { Self(rawValue: 1 << 11) }
  /// AVX512_BITALG.
  package static var avx512BitAlgorithms: Self { Self(rawValue: 1 << 12) }
  /// AVX512_VPOPCNTDQ.
  package static var avx512PopulationCount: Self { Self(rawValue: 1 << 14) }
  /// RDPID.
  package static var readProcessorID: Self { Self(rawValue: 1 << 22) }
  /// CLDEMOTE.
  package static var lineDemote: Self { Self(rawValue: 1 << 25) }
  /// MOVDIRI.
  package static var directStore: Self { Self(rawValue: 1 << 27) }
  /// MOVDIR64B.
  package static var directStore64: Self { Self(rawValue: 1 << 28) }

  /// What works as in the machine, with no help, leaving out what depends on the layout or on the moment.
  static var offered: Self {
    Self.prefetchWrite.union(.avx512ByteManipulation).union(.userModeInstructionPrevention)
      .union(.avx512ByteManipulation2).union(.galoisField).union(.vectorAES).union(.vectorCarrylessMultiply)
      .union(.avx512NeuralNetwork).union(.avx512BitAlgorithms).union(.avx512PopulationCount).union(.lineDemote)
      .union(.directStore).union(.directStore64)
  }
  /// What works only with the AVX state.
  static var needingAVX: Self {
    Self.vectorAES.union(.vectorCarrylessMultiply)
  }
  /// What works only with the AVX-512 states.
  static var needingAVX512: Self {
    Self.avx512ByteManipulation.union(.avx512ByteManipulation2).union(.avx512NeuralNetwork)
      .union(.avx512BitAlgorithms).union(.avx512PopulationCount)
  }
}

/// EDX of leaf 7, subleaf 0: the features that a guest may be offered.
///
/// Left out: speculation control by MSRs, hybrid parts, branch records, branch tracking, AMX.
package struct CPUIDLeaf7EDX: OptionSet, BitwiseCopyable, Sendable {
  package let rawValue: UInt32
  @inline(__always) package init(rawValue: UInt32) { self.rawValue = rawValue }
  /// AVX512_4VNNIW.
  package static var avx512NeuralNetwork4: Self { Self(rawValue: 1 << 2) }
  /// AVX512_4FMAPS.
  package static var avx512MultiplyAdd4: Self { Self(rawValue: 1 << 3) }
  /// FSRM.
  package static var fastShortMove: Self { Self(rawValue: 1 << 4) }
  /// AVX512_VP2INTERSECT.
  package static var avx512Intersect: Self { Self(rawValue: 1 << 8) }
  /// MD_CLEAR: VERW clears buffers.
  package static var bufferClear: Self { Self(rawValue: 1 << 10) }
  /// SERIALIZE.
  package static var serialize: Self { Self(rawValue: 1 << 14) }
  /// AVX512_FP16.
  package static var avx512HalfPrecision: Self { Self(rawValue: 1 << 23) }

  /// What works as in the machine, with no help.
  static var offered: Self {
    Self.avx512NeuralNetwork4.union(.avx512MultiplyAdd4).union(.fastShortMove).union(.avx512Intersect)
      .union(.bufferClear).union(.serialize).union(.avx512HalfPrecision)
  }
  /// What works only with the AVX-512 states.
  static var needingAVX512: Self {
    Self.avx512NeuralNetwork4.union(.avx512MultiplyAdd4).union(.avx512Intersect).union(.avx512HalfPrecision)
  }
}

/// EAX of leaf 7, subleaf 1: the features that a guest may be offered.
///
/// Left out: FRED, LAM, what needs AMX.
package struct CPUIDLeaf7Subleaf1EAX: OptionSet, BitwiseCopyable, Sendable {
  package let rawValue: UInt32
  @inline(__always) package init(rawValue: UInt32) { self.rawValue = rawValue }
  /// SHA512.
  package static var sha512: Self { Self(rawValue: 1 << 0) }
  /// SM3.
  package static var sm3: Self { Self(rawValue: 1 << 1) }
  /// SM4.
  package static var sm4: Self { Self(rawValue: 1 << 2) }
  /// AVX-VNNI.
  package static var avxNeuralNetwork: Self { Self(rawValue: 1 << 4) }
  /// AVX512_BF16.
  package static var avx512BrainFloat: Self { Self(rawValue: 1 << 5) }
  /// CMPCCXADD.
  package static var compareAdd: Self { Self(rawValue: 1 << 7) }
  /// FZRM.
  package static var fastZeroMove: Self { Self(rawValue: 1 << 10) }
  /// FSRS.
  package static var fastShortStore: Self { Self(rawValue: 1 << 11) }
  /// FSRC.
  package static var fastShortCompare: Self { Self(rawValue: 1 << 12) }
  /// AVX-IFMA.
  package static var avxIntegerMultiply: Self { Self(rawValue: 1 << 23) }

  /// What works as in the machine, with no help.
  static var offered: Self {
    Self.sha512.union(.sm3).union(.sm4).union(.avxNeuralNetwork).union(.avx512BrainFloat).union(.compareAdd)
      .union(.fastZeroMove).union(.fastShortStore).union(.fastShortCompare).union(.avxIntegerMultiply)
  }
  /// What works only with the AVX state.
  static var needingAVX: Self {
    Self.sha512.union(.sm3).union(.sm4).union(.avxNeuralNetwork).union(.avxIntegerMultiply)
  }
  /// What works only with the AVX-512 states.
  static var needingAVX512: Self {
    Self.avx512BrainFloat
  }
}

/// EDX of leaf 7, subleaf 1: the features that a guest may be offered.
///
/// Left out: user timers, AVX10.
package struct CPUIDLeaf7Subleaf1EDX: OptionSet, BitwiseCopyable, Sendable {
  package let rawValue: UInt32
  @inline(__always) package init(rawValue: UInt32) { self.rawValue = rawValue }
  /// AVX-VNNI-INT8.
  package static var avxNeuralNetworkInt8: Self { Self(rawValue: 1 << 4) }
  /// AVX-NE-CONVERT.
  package static var avxConvert: Self { Self(rawValue: 1 << 5) }
  /// AVX-VNNI-INT16.
  package static var avxNeuralNetworkInt16: Self { Self(rawValue: 1 << 10) }
  /// PREFETCHIT0 and PREFETCHIT1.
  package static var prefetchInstructions: Self { Self(rawValue: 1 << 14) }

  /// What works as in the machine, with no help.
  static var offered: Self {
    Self.avxNeuralNetworkInt8.union(.avxConvert).union(.avxNeuralNetworkInt16).union(.prefetchInstructions)
  }
  /// What works only with the AVX state.
  static var needingAVX: Self {
    Self.avxNeuralNetworkInt8.union(.avxConvert).union(.avxNeuralNetworkInt16)
  }
}
