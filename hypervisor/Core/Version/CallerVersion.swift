#if canImport(XenABI)
  import XenABI
#endif

/// xen_version (public header `version.h`): what runs here and what it can do.
///
/// The version is that of the ABI, which is Xen 4.17's; the strings tell that it is Apus. They come in arrays of a
/// fixed size, filled up with zeros.
extension Caller {
  /// XENVER_version: major version in bits 31:16, minor in 15:0.
  @inline(__always)
  func versionNumber() throws(HypercallError) -> UInt64 { UInt64(ABIVersion.major) << 16 | UInt64(ABIVersion.minor) }

  /// XENVER_extraversion: what follows the version's numbers.
  @inline(never)
  func versionExtra(_ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    try write(".0-apus", capacity: VersionOperation.extraVersionLength, at: argument)
  }

  /// XENVER_compile_info: the compiler. By whom, where and when are left empty: the same sources make the same image.
  @inline(never)
  func versionCompileInformation(_ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    try write(CompilerVersion.text, capacity: CompileInformation.size, at: argument)
  }

  /// XENVER_capabilities: the kinds of domains that can be built.
  @inline(never)
  func versionCapabilities(_ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    try write(
      "hvm-3.0-x86_32 hvm-3.0-x86_32p hvm-3.0-x86_64", capacity: VersionOperation.capabilitiesLength, at: argument)
  }

  /// XENVER_changeset: the release of the sources.
  @inline(never)
  func versionChangeSet(_ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    let version = ApusVersion.current
    return try write(
      "apus-\(version.major).\(version.minor).\(version.patch)", capacity: VersionOperation.changeSetLength,
      at: argument)
  }

  /// XENVER_platform_parameters: where the hypervisor's part of a pv domain's address space begins (public headers
  /// `arch-x86/xen-x86_64.h` and `arch-x86/xen-x86_32.h`, `__HYPERVISOR_VIRT_START`).
  @inline(never)
  func versionPlatformParameters(_ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    var parameters = PlatformParameters()
    parameters.virtualStart = width == .bits64 ? 0xFFFF_8000_0000_0000 : 0xF580_0000
    try memory.write(parameters, at: argument)
    return 0
  }

  /// XENVER_get_features: the caller's feature bits.
  ///
  /// - Throws: `invalidArgument` for another word of bits than the first.
  @inline(never)
  func versionGetFeatures(_ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    var request = try memory.read(FeatureInformation.self, at: argument)
    guard request.index == 0 else { throw .invalidArgument }
    request.features = domain.object.features
    try memory.write(request, at: argument)
    return 0
  }

  /// XENVER_pagesize: the bytes of a page.
  @inline(never)
  func versionPageSize() throws(HypercallError) -> UInt64 { pageSize }

  /// XENVER_guest_handle: the 16 bytes by which tools know the caller.
  @inline(never)
  func versionGuestHandle(_ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    let handle = domain.object.handle
    return try fill(argument, count: VersionOperation.guestHandleLength) { handle[$0 & 15] }
  }

  /// XENVER_commandline: the hypervisor's command line, for the control domain alone.
  @inline(never)
  func versionCommandLine(_ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    guard isPrivileged else {
      return try write("<denied>", capacity: VersionOperation.commandLineLength, at: argument)
    }
    let last = VersionOperation.commandLineLength &- 1
    return try fill(argument, count: VersionOperation.commandLineLength) {
      $0 < last ? hypervisor.object.commandLineByte($0) : 0
    }
  }

  private func write(
    _ text: LogText, capacity: Int, at argument: GuestVirtualAddress
  ) throws(HypercallError) -> UInt64 {
    try fill(argument, count: capacity) { $0 < text.count ? text.bytes[$0] : 0 }
  }

  /// Writes `count` bytes, each by its index.
  private func fill(
    _ argument: GuestVirtualAddress, count: Int, _ byte: (Int) -> UInt8
  ) throws(HypercallError) -> UInt64 {
    var done = 0
    while done < count {
      var bytes = WireBytes()
      let piece = min(count &- done, wireCapacity)
      var index = 0
      while index < piece {
        bytes[index] = byte(done &+ index)
        index &+= 1
      }
      try memory.write(bytes, count: piece, at: argument.advanced(by: UInt64(done)))
      done &+= piece
    }
    return 0
  }
}

extension Domain {
  /// What a domain may rely on (public header `features.h`): a domain with nested page tables, whose own page tables
  /// nobody checks, with callbacks by vector. The control domain's guest frames are machine frames, and its physical
  /// interrupts come as events.
  package var features: HypervisorFeatures {
    let common = HypervisorFeatures.writablePageTables.union(.autoTranslatedPhysmap).union(.hvmCallbackVector)
      .union(.hvmSafePVClock)
    return isPrivileged
      ? common.union(.directMapped).union(.hvmPhysicalIRQs).union(.controlDomain) : common.union(.notDirectMapped)
  }
}

/// The version of Xen whose ABI this is.
enum ABIVersion {
  static var major: UInt16 { 4 }
  static var minor: UInt16 { 17 }
}

/// The compiler's release, as far as it can be told.
private enum CompilerVersion {
  static var text: LogText {
    #if compiler(>=6.4)
      "Embedded Swift 6.4 or later"
    #elseif compiler(>=6.3)
      "Embedded Swift 6.3"
    #else
      "Embedded Swift 6.2"
    #endif
  }
}
