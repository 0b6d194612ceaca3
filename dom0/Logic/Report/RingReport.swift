#if canImport(XenABI)
  import XenABI
#endif

/// The lines of `rings`: which code of a domain runs in which ring, and how it gets to ring -1.
enum RingReport {
  /// What is known of a vCPU.
  struct VCPU {
    let number: UInt32
    let state: State?
    /// Exits so far, by `ExitKind`.
    let exits: [UInt64]
  }

  /// Its registers when it was left last.
  struct State {
    /// The current privilege level: the ring that its code ran in.
    let ring: UInt8
    let instructionPointer: UInt64
    /// The root of the guest's own page tables, guest-physical.
    let cr3: UInt64
    let isPaging: Bool
  }

  static func lines(name: String, domain: DomainID, layout: RingLayout?, root: UInt64, vcpus: [VCPU]) -> [String] {
    guard let layout else { return ["\(name) (\(domain.rawValue)): this hypervisor does not tell its rings"] }
    var lines = ["\(name) (\(domain.rawValue)): ring layout \(layout.name)"]
    for ring in layout.occupants { lines.append("  \(Column.leading("\(ring.name)", width: 9)) \(ring.occupant)") }
    lines.append("  \(Column.leading("enters", width: 9)) \(layout.entry)")
    if root != 0 { lines.append("  \(Column.leading("memory", width: 9)) \(layout.nestedTables) at \(Hex.of(root))") }
    for vcpu in vcpus { lines += self.lines(vcpu) }
    return lines
  }

  private static func lines(_ vcpu: VCPU) -> [String] {
    var lines: [String] = []
    if let state = vcpu.state {
      let tables = state.isPaging ? "CR3 \(Hex.of(state.cr3))" : "paging off"
      lines.append(
        "  vCPU \(vcpu.number)    last in ring \(state.ring) (CPL \(state.ring)), RIP \(Hex.of(state.instructionPointer)), "
          + tables)
    } else {
      lines.append("  vCPU \(vcpu.number)")
    }
    let total = vcpu.exits.reduce(0, &+)
    let all = ExitText.all(vcpu.exits)
    lines.append("            \(total) exits to ring -1\(all.isEmpty ? "" : ": \(all)")")
    return lines
  }
}

/// Numbers in hexadecimal.
enum Hex {
  static func of(_ value: UInt64) -> String {
    var digits: [UInt8] = []
    var rest = value
    repeat {
      let digit = UInt8(truncatingIfNeeded: rest & 15)
      digits.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
      rest >>= 4
    } while rest != 0
    return "0x" + PlainText.of(digits.reversed())
  }
}
