#if canImport(XenABI)
  import XenABI
#endif
#if canImport(CMachine)
  import CMachine
#endif

/// Rights of a range in the hypervisor's own address space (Intel SDM vol. 3 4.5).
package struct HostMapping: OptionSet, BitwiseCopyable {
  package let rawValue: UInt64
  package init(rawValue: UInt64) { self.rawValue = rawValue }

  package static var present: Self { Self(rawValue: 1) }
  package static var writable: Self { Self(rawValue: 1 << 1) }
  package static var uncached: Self { Self(rawValue: 1 << 3 | 1 << 4) }
  package static var noExecute: Self { Self(rawValue: 1 << 63) }

  package static var code: Self { .present }
  package static var constants: Self { Self(rawValue: 1 | 1 << 63) }
  package static var data: Self { Self(rawValue: 1 | 1 << 1 | 1 << 63) }
  package static var device: Self { Self(rawValue: 1 | 1 << 1 | 1 << 3 | 1 << 4 | 1 << 63) }
}

/// Builds the hypervisor's page tables at boot, out of frames taken from the end of RAM.
package struct HostPageTables {
  package let root: MachineAddress
  let windowBase: UInt
  private let hasGigabytePages: Bool
  /// The zeroed frames that tables are taken from, in a row.
  private var nextTable: MachineAddress

  /// An empty table.
  ///
  /// - Parameters:
  ///   - root: the cleared frame of the topmost table.
  ///   - tables: enough cleared frames for all that will be mapped.
  ///   - windowBase: where machine address 0 is mapped now.
  ///   - hasGigabytePages: whether the processor maps 1 GiB at once.
  package init(root: MachineAddress, tables: MachineAddress, windowBase: UInt, hasGigabytePages: Bool) {
    self.root = root
    self.windowBase = windowBase
    self.hasGigabytePages = hasGigabytePages
    nextTable = tables
  }

  /// Maps `size` bytes from `address` on to machine memory from `target` on, with the largest pages that fit.
  package mutating func map(
    _ address: UInt64, to target: MachineAddress, size: UInt64, _ rights: HostMapping
  ) {
    var done: UInt64 = 0
    while done < size {
      let from = address &+ done
      let to = target.rawValue &+ done
      let left = size &- done
      if hasGigabytePages, (from | to) & 0x3FFF_FFFF == 0, left >= 1 << 30 {
        set(from, to | 1 << 7 | rights.rawValue, level: 2)
        done &+= 1 << 30
      } else if (from | to) & 0x1F_FFFF == 0, left >= 1 << 21 {
        set(from, to | 1 << 7 | rights.rawValue, level: 1)
        done &+= 1 << 21
      } else {
        set(from, to | rights.rawValue, level: 0)
        done &+= 4096
      }
    }
  }

  private mutating func set(_ address: UInt64, _ entry: UInt64, level target: Int) {
    var table = root.rawValue
    var level = 3
    while level > target {
      let slot = place(table, address, level)
      var next = apus_load64(slot)
      if next & 1 == 0 {
        next = nextTable.rawValue | 3
        nextTable = nextTable.advanced(by: pageSize)
        apus_store64(slot, next)
      }
      table = next & 0x000F_FFFF_FFFF_F000
      level &-= 1
    }
    apus_store64(place(table, address, level), entry)
  }

  private func place(_ table: UInt64, _ address: UInt64, _ level: Int) -> UInt {
    let index = address >> UInt64(12 &+ level &* 9) & 511
    return windowBase &+ UInt(table &+ index &* 8)
  }
}
