#if canImport(XenABI)
  import XenABI
#endif

/// The memory that domain 0 may still promise to guests: what is free, less what was promised and not taken yet.
struct MemoryBudget: Equatable {
  /// What a guest has and what it may come to have, in frames, its special frames included.
  struct Promise: Equatable {
    var current: UInt64
    var target: UInt64

    /// What it may still take.
    var outstanding: UInt64 { target > current ? target - current : 0 }
  }

  /// The machine's free frames.
  var free: UInt64
  var promises: [Promise]

  /// What is kept back for the hypervisor's own: nested page tables, grant tables, event channels.
  static var reserve: UInt64 { 256 }

  /// The frames that may be promised to somebody.
  var available: UInt64 {
    var left = free > Self.reserve ? free - Self.reserve : 0
    for promise in promises { left = left > promise.outstanding ? left - promise.outstanding : 0 }
    return left
  }

  /// What a new domain of so many frames takes in all: its memory, and what the hypervisor needs to know it by. That is a
  /// page of nested tables for 2 MiB at worst, and some dozens for the domain.
  static func cost(ofDomain frames: UInt64) -> UInt64 { frames + frames / 512 + 64 }
}
