/// What became of one element of a grant operation (public header `grant_table.h`, `GNTST_*`).
public struct GrantStatus: Error, RawRepresentable, Equatable, BitwiseCopyable, Sendable {
  public var rawValue: Int16
  @inline(__always) public init(rawValue: Int16) { self.rawValue = rawValue }
  @inline(__always) public init(_ number: Int16) { rawValue = number }

  /// Done.
  @inline(__always) public static var okay: Self { Self(0) }
  /// `GNTST_general_error`.
  @inline(__always) public static var generalError: Self { Self(-1) }
  /// `GNTST_bad_domain`: no such domain.
  @inline(__always) public static var badDomain: Self { Self(-2) }
  /// `GNTST_bad_gntref`: the grant is not there, or not for the caller.
  @inline(__always) public static var badReference: Self { Self(-3) }
  /// `GNTST_bad_handle`: no such mapping.
  @inline(__always) public static var badHandle: Self { Self(-4) }
  /// `GNTST_bad_virt_addr`: the place for the mapping is not usable.
  @inline(__always) public static var badVirtualAddress: Self { Self(-5) }
  /// `GNTST_bad_dev_addr`.
  @inline(__always) public static var badDeviceAddress: Self { Self(-6) }
  /// `GNTST_no_device_space`.
  @inline(__always) public static var noDeviceSpace: Self { Self(-7) }
  /// `GNTST_permission_denied`.
  @inline(__always) public static var permissionDenied: Self { Self(-8) }
  /// `GNTST_bad_page`: the frame behind it is not usable.
  @inline(__always) public static var badPage: Self { Self(-9) }
  /// `GNTST_bad_copy_arg`: the bytes cross a page's end.
  @inline(__always) public static var badCopyArgument: Self { Self(-10) }
  /// `GNTST_address_too_big`.
  @inline(__always) public static var addressTooBig: Self { Self(-11) }
  /// `GNTST_eagain`.
  @inline(__always) public static var tryAgain: Self { Self(-12) }
  /// `GNTST_no_space`: no handle is free.
  @inline(__always) public static var noSpace: Self { Self(-13) }
}

extension GrantStatus {
  /// The name in the public header; nil for a number that is not there.
  public var name: StaticString? {
    switch self {
    case .okay: "GNTST_okay"
    case .generalError: "GNTST_general_error"
    case .badDomain: "GNTST_bad_domain"
    case .badReference: "GNTST_bad_gntref"
    case .badHandle: "GNTST_bad_handle"
    case .badVirtualAddress: "GNTST_bad_virt_addr"
    case .badDeviceAddress: "GNTST_bad_dev_addr"
    case .noDeviceSpace: "GNTST_no_device_space"
    case .permissionDenied: "GNTST_permission_denied"
    case .badPage: "GNTST_bad_page"
    case .badCopyArgument: "GNTST_bad_copy_arg"
    case .addressTooBig: "GNTST_address_too_big"
    case .tryAgain: "GNTST_eagain"
    case .noSpace: "GNTST_no_space"
    default: nil
    }
  }
}
