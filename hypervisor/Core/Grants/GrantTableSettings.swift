#if canImport(XenABI)
  import XenABI
#endif

/// grant_table_op: the table itself (public header `grant_table.h`).
extension Caller {
  /// GNTTABOP_setup_table: makes a table at least so many frames long, and lists where its frames appear in the
  /// domain's memory: all ones for one that XENMEM_add_to_physmap gave no place.
  ///
  /// - Throws: `invalidArgument` where the count of structures is not 1, `badAddress` where the structure or the list
  ///   can't be written.
  func grantSetupTable(_ argument: GuestVirtualAddress, count: UInt32) throws(HypercallError) -> UInt64 {
    guard count == 1 else { throw .invalidArgument }
    var request = try memory.read(GrantSetupTable.self, at: argument)
    do throws(GrantStatus) {
      let subject = try grantSubject(request.domain)
      let hypervisor = hypervisor
      do throws(HypercallError) {
        try subject.object.grants.grow(to: request.frameCount, allocator: &hypervisor.object.allocator)
      } catch {
        throw .generalError
      }
      request.status = listFrames(of: subject, request)
    } catch {
      request.status = error
    }
    try memory.write(request, at: argument)
    return 0
  }

  private func listFrames(of subject: Handle<Domain>, _ request: GrantSetupTable) -> GrantStatus {
    var index: UInt32 = 0
    while index < request.frameCount {
      let place = subject.object.grants.place(index).rawValue
      let at = request.frames.advanced(by: UInt64(index) &* UInt64(width.wordSize))
      do throws(HypercallError) {
        if width == .bits64 {
          try memory.write(place, at: at)
        } else {
          try memory.write(UInt32(truncatingIfNeeded: place), at: at)
        }
      } catch {
        return .badVirtualAddress
      }
      index &+= 1
    }
    return .okay
  }

  /// GNTTABOP_query_size: how many frames a table has and may have.
  ///
  /// - Throws: `invalidArgument` where the count of structures is not 1, `badAddress`.
  func grantQuerySize(_ argument: GuestVirtualAddress, count: UInt32) throws(HypercallError) -> UInt64 {
    guard count == 1 else { throw .invalidArgument }
    var request = try memory.read(GrantQuerySize.self, at: argument)
    do throws(GrantStatus) {
      let subject = try grantSubject(request.domain)
      request.frameCount = subject.object.grants.frameCount
      request.maximumFrameCount = subject.object.grants.maximumFrameCount
      request.status = .okay
    } catch {
      request.status = error
    }
    try memory.write(request, at: argument)
    return 0
  }

  /// GNTTABOP_set_version: only version 1 is offered, and in force from the start.
  ///
  /// - Throws: `notImplemented` for version 2, `invalidArgument` for others, `badAddress`.
  func grantSetVersion(_ argument: GuestVirtualAddress, count _: UInt32) throws(HypercallError) -> UInt64 {
    let wanted = try memory.read(GrantSetVersion.self, at: argument).version
    try memory.write(GrantSetVersion(version: 1), at: argument)
    switch wanted {
    case 1: return 0
    case 2: throw .notImplemented
    default: throw .invalidArgument
    }
  }

  /// GNTTABOP_get_version: the layout of a table's entries.
  ///
  /// - Throws: `noSuchDomain`, `notPermitted` for another domain's table, `badAddress`.
  func grantGetVersion(_ argument: GuestVirtualAddress, count _: UInt32) throws(HypercallError) -> UInt64 {
    var request = try memory.read(GrantGetVersion.self, at: argument)
    _ = try subject(request.domain)
    request.version = 1
    try memory.write(request, at: argument)
    return 0
  }

  /// The domain that a structure names, with the statuses of this call's structures.
  private func grantSubject(_ id: DomainID) throws(GrantStatus) -> Handle<Domain> {
    do throws(HypercallError) {
      return try subject(id)
    } catch {
      throw error == .notPermitted ? .permissionDenied : .badDomain
    }
  }
}
