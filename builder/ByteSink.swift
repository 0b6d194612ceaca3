#if canImport(XenABI)
  import XenABI
#endif
