/// A sub-operation of `xen_version` (public header `version.h`, `XENVER_*`).
public struct VersionOperation: RawRepresentable, Equatable, BitwiseCopyable, Sendable {
  public var rawValue: UInt32
  @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }
  @inline(__always) public init(_ number: UInt32) { rawValue = number }
  /// The number as a register holds it.
  @inline(__always) public var word: UInt64 { UInt64(rawValue) }

  /// `XENVER_version`: major version in bits 31:16, minor in 15:0.
  @inline(__always) public static var version: Self { Self(0) }
  /// `XENVER_extraversion`: what follows the version's numbers, `char[16]`.
  @inline(__always) public static var extraVersion: Self { Self(1) }
  /// `XENVER_compile_info`: compiler, by whom, where and when.
  @inline(__always) public static var compileInformation: Self { Self(2) }
  /// `XENVER_capabilities`: the kinds of domains, `char[1024]`.
  @inline(__always) public static var capabilities: Self { Self(3) }
  /// `XENVER_changeset`: the revision of the source, `char[64]`.
  @inline(__always) public static var changeSet: Self { Self(4) }
  /// `XENVER_platform_parameters`: where the hypervisor's part of a pv address space begins.
  @inline(__always) public static var platformParameters: Self { Self(5) }
  /// `XENVER_get_features`: 32 feature bits.
  @inline(__always) public static var getFeatures: Self { Self(6) }
  /// `XENVER_pagesize`: the bytes of a page.
  @inline(__always) public static var pageSize: Self { Self(7) }
  /// `XENVER_guest_handle`: the domain's 16-byte name for tools.
  @inline(__always) public static var guestHandle: Self { Self(8) }
  /// `XENVER_commandline`: the hypervisor's command line, `char[1024]`.
  @inline(__always) public static var commandLine: Self { Self(9) }
}

extension VersionOperation {
  /// Bytes of the strings, the terminating zero included (`xen_extraversion_t` and its siblings).
  public static var extraVersionLength: Int { 16 }
  public static var capabilitiesLength: Int { 1024 }
  public static var changeSetLength: Int { 64 }
  public static var commandLineLength: Int { 1024 }
  /// Bytes of a domain handle (`xen_domain_handle_t`).
  public static var guestHandleLength: Int { 16 }
}
