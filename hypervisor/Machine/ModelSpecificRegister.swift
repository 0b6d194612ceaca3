#if canImport(CMachine)
  import CMachine
#endif

/// A model-specific register by its address (Intel SDM vol. 4; AMD APM vol. 2 appendix A).
package struct ModelSpecificRegister: BitwiseCopyable {
  package let number: UInt32
  @inline(__always) package init(_ number: UInt32) { self.number = number }

  @inline(__always) package var value: UInt64 {
    get { apus_rdmsr(number) }
    nonmutating set { apus_wrmsr(number, newValue) }
  }

  package static var timeStampCounter: Self { Self(0x10) }
  package static var apicBase: Self { Self(0x1B) }
  package static var featureControl: Self { Self(0x3A) }
  package static var speculationControl: Self { Self(0x48) }
  package static var predictorCommand: Self { Self(0x49) }
  package static var architecturalCapabilities: Self { Self(0x10A) }
  package static var sysenterCS: Self { Self(0x174) }
  package static var sysenterESP: Self { Self(0x175) }
  package static var sysenterEIP: Self { Self(0x176) }
  package static var pageAttributeTable: Self { Self(0x277) }
  package static var tscDeadline: Self { Self(0x6E0) }
  package static var x2APICBase: UInt32 { 0x800 }
  package static var efer: Self { Self(0xC000_0080) }
  package static var star: Self { Self(0xC000_0081) }
  package static var lstar: Self { Self(0xC000_0082) }
  package static var cstar: Self { Self(0xC000_0083) }
  package static var sfmask: Self { Self(0xC000_0084) }
  package static var fsBase: Self { Self(0xC000_0100) }
  package static var gsBase: Self { Self(0xC000_0101) }
  package static var kernelGSBase: Self { Self(0xC000_0102) }
  package static var tscAux: Self { Self(0xC000_0103) }
  /// VM_CR: bit 4 disables SVM (AMD APM vol. 2 15.30.1).
  package static var vmControl: Self { Self(0xC001_0114) }
  /// VM_HSAVE_PA: where VMRUN keeps the host's state (AMD APM vol. 2 15.30.4).
  package static var hostSaveArea: Self { Self(0xC001_0117) }
}
