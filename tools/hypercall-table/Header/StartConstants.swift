import XenABI

let startConstants: [ConstantGroup] = [
  ConstantGroup(
    title: "Start of a guest", type: "HVMStartInfo", isHexadecimal: true,
    constants: [Constant("XEN_HVM_START_MAGIC_VALUE", HVMStartInfo.magic, "magic")]),
  ConstantGroup(
    title: "What kind of domain starts", type: "HVMStartFlags", isHexadecimal: true,
    constants: [
      Constant("SIF_PRIVILEGED", HVMStartFlags.privileged.rawValue, "privileged"),
      Constant("SIF_INITDOMAIN", HVMStartFlags.initialDomain.rawValue, "initialDomain"),
    ]),
  ConstantGroup(
    title: "Ranges of the memory map", type: "HVMMemoryType",
    constants: [
      Constant("XEN_HVM_MEMMAP_TYPE_RAM", HVMMemoryType.ram.rawValue, "ram"),
      Constant("XEN_HVM_MEMMAP_TYPE_RESERVED", HVMMemoryType.reserved.rawValue, "reserved"),
      Constant("XEN_HVM_MEMMAP_TYPE_ACPI", HVMMemoryType.acpi.rawValue, "acpi"),
      Constant("XEN_HVM_MEMMAP_TYPE_NVS", HVMMemoryType.acpiNVS.rawValue, "acpiNVS"),
      Constant("XEN_HVM_MEMMAP_TYPE_UNUSABLE", HVMMemoryType.unusable.rawValue, "unusable"),
    ]),
  ConstantGroup(
    title: "CPUID leaves", type: "XenLeaf", isHexadecimal: true,
    constants: [
      Constant("XEN_CPUID_LEAF_SIGNATURE", XenLeaf.signature, "signature"),
      Constant("XEN_CPUID_LEAF_VERSION", XenLeaf.version, "version"),
      Constant("XEN_CPUID_LEAF_HYPERCALL_PAGE", XenLeaf.hypercallPage, "hypercallPage"),
      Constant("XEN_CPUID_LEAF_TSC", XenLeaf.timeStampCounter, "timeStampCounter"),
      Constant("XEN_CPUID_LEAF_FEATURES", XenLeaf.features, "features"),
    ]),
]
