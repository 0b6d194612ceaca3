#if canImport(XenABI)
  import XenABI
#endif

extension GuestError {
  /// An error in words, in parts that need no memory: who refused, what they call it, and the number that they said.
  struct Explanation {
    let subject: StaticString
    /// The public header's name, or what it means; nil for a number without one.
    let name: StaticString?
    /// As in the header: positive for an error number, negative for a status; nil where there is none.
    let number: Int32?

    init(_ subject: StaticString, _ name: StaticString? = nil, _ number: Int32? = nil) {
      self.subject = subject
      self.name = name
      self.number = number
    }
  }

  var explanation: Explanation {
    switch self {
    case .hypercall(let error): Explanation("the hypervisor refused a call", error.name, error.rawValue)
    case .grant(let status): Explanation("the hypervisor refused a grant", status.name, Int32(status.rawValue))
    case .store(let error): Explanation("the store refused a request", error.name, Int32(error.rawValue))
    case .block(.noDisk): Explanation("the guest has no such disk")
    case .block(.noBackend): Explanation("the disk's backend is not there")
    case .block(.badRange): Explanation("the disk has no such sectors")
    case .block(.refused(let status)): Explanation("the disk refused a request", status.name, Int32(status.rawValue))
    case .mapping(.misaligned): Explanation("a page can't be mapped", "not at a multiple of its size")
    case .mapping(.occupied): Explanation("a page can't be mapped", "something is there already")
    case .mapping(.outOfMemory): Explanation("a page can't be mapped", "no frame is left for a table")
    case .outOfMemory: Explanation("the guest has no memory left")
    }
  }
}

extension GuestError: CustomStringConvertible {
  /// One line, such as "the hypervisor refused a call: EINVAL (22)".
  var description: String {
    let parts = explanation
    switch (parts.name, parts.number) {
    case (let name?, let number?): return "\(parts.subject): \(name) (\(number))"
    case (let name?, nil): return "\(parts.subject): \(name)"
    case (nil, let number?): return "\(parts.subject): \(number)"
    case (nil, nil): return "\(parts.subject)"
    }
  }
}
