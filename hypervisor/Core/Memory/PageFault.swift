#if canImport(XenABI)
  import XenABI
#endif

/// The error code that #PF pushes (Intel SDM vol. 3 4.7; AMD APM vol. 2 8.2.15).
package struct PageFaultErrorCode: OptionSet, BitwiseCopyable, Sendable {
  package var rawValue: UInt32
  @inline(__always) package init(rawValue: UInt32) { self.rawValue = rawValue }

  /// P: the page is there, and forbids the access; clear: some entry is not present.
  @inline(__always) package static var present: Self { Self(rawValue: 1 << 0) }
  /// W: the access was a write.
  @inline(__always) package static var write: Self { Self(rawValue: 1 << 1) }
  /// U: the access was a user's.
  @inline(__always) package static var user: Self { Self(rawValue: 1 << 2) }
  /// RSVD: an entry has a reserved bit set.
  @inline(__always) package static var reserved: Self { Self(rawValue: 1 << 3) }
  /// I/D: the access was an instruction fetch; reported only while SMEP or NX are on.
  @inline(__always) package static var instructionFetch: Self { Self(rawValue: 1 << 4) }
}

/// A page fault, ready to be injected.
package struct PageFault: Equatable, BitwiseCopyable, Sendable {
  /// The linear address, which #PF puts in CR2.
  package var address: GuestVirtualAddress
  package var errorCode: PageFaultErrorCode

  package init(address: GuestVirtualAddress, errorCode: PageFaultErrorCode) {
    self.address = address
    self.errorCode = errorCode
  }
}

/// Why a linear address has no translation.
package enum PageWalkError: Error, Equatable, Sendable {
  /// The guest's tables do not allow the access: the guest would have got #PF.
  case pageFault(PageFault)
  /// The address is not canonical: the guest would have got #GP, or #SS for a stack access.
  case notCanonical
  /// A table of the guest's lies where the domain has no memory. The address is that of the entry.
  case tableOutsideMemory(GuestPhysicalAddress)
  /// The guest kept changing its tables under the walk. Nothing is wrong yet: execute the instruction again.
  case contended
}
