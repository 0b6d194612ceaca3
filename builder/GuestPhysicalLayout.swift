#if canImport(XenABI)
  import XenABI
#endif

/// Where things lie in a domain's guest-physical memory, the control domain's own memory excepted.
///
/// It is the layout that Xen's tools give a pvh domain, so that what guests assume of it holds here too (public headers
/// `hvm/e820.h`, `hvm/params.h`).
package enum GuestPhysicalLayout {
  /// The first address past the RAM below 4 GiB, however much memory a domain has: tables, local APIC and special frames
  /// lie behind it.
  package static var lowMemoryEnd: GuestPhysicalAddress { GuestPhysicalAddress(0xFC00_0000) }
  /// Where the memory goes on that does not fit below.
  package static var highMemoryStart: GuestPhysicalAddress { GuestPhysicalAddress(0x1_0000_0000) }
  /// The frame that holds the ACPI tables.
  package static var acpi: GuestPhysicalAddress { GuestPhysicalAddress(0xFC00_0000) }
  /// Where ACPI's root pointer goes for a kernel that searches the firmware's area for it (ACPI 5.2.5.1): the last 64
  /// bytes below 1 MiB.
  package static var firmwareRootPointer: GuestPhysicalAddress { GuestPhysicalAddress(0xF_FFC0) }
  /// The local APIC's registers (Intel SDM vol. 3 11.4.1; AMD APM vol. 2 16.3.1).
  package static var localAPIC: GuestPhysicalAddress { GuestPhysicalAddress(0xFEE0_0000) }
  /// The first of the frames that a domain shares with its tools.
  package static var specialFrames: GuestFrame { GuestFrame(0xFEFF8) }
  /// The number of those frames.
  package static var specialFrameCount: UInt64 { 8 }
  /// The ring of the domain's xenstore connection.
  package static var storeRing: GuestFrame { GuestFrame(0xFEFFC) }
  /// The ring of the domain's console.
  package static var consoleRing: GuestFrame { GuestFrame(0xFEFFF) }

  /// The least memory of a domain, in frames: 1 MiB.
  package static var leastFrames: UInt64 { 256 }
  /// The most memory of a domain, in frames: 64 GiB.
  package static var mostFrames: UInt64 { 16 << 20 }
}
