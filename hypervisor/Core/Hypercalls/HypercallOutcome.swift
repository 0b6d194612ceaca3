#if canImport(XenABI)
  import XenABI
#endif

/// What became of a hypercall that was not refused.
///
/// Every sub-operation is a method on `Caller`, named by the one table of hypercalls (tools/hypercall-table), which
/// also makes the `switch` that calls it. A method has one of two shapes:
///
///     func eventChannelSend(_ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64
///     func memoryPopulate(_ argument: GuestVirtualAddress, from start: UInt64)
///       throws(HypercallError) -> HypercallOutcome
///
/// The first is for what is always short: its value goes into the guest's result register. The second is for what
/// loops over a number the guest chose: it does a bounded piece, and says how the rest is to be asked for. Only the
/// layout that took the exit (by `GeneralRegisters.complete`), and multicall for its entries, act on the outcome.
package enum HypercallOutcome: Equatable, BitwiseCopyable {
  /// Finished: the value for the result register. The instruction pointer moves past the hypercall instruction.
  case done(UInt64)
  /// A piece is done. The argument registers get these values and the instruction pointer stays, so that the guest
  /// executes the hypercall again, after whatever is pending for it or for others.
  case continues(HypercallContinuation)
  /// As `continues`, with the arguments as they are: the progress is kept in the object worked on.
  case repeats

  /// Finished without success: the error number, negated.
  @inline(__always)
  package static func refused(_ error: HypercallError) -> Self { .done(UInt64(bitPattern: error.result)) }
}

/// The first three arguments of a hypercall that goes on where it left off. No call keeps its progress in more.
package struct HypercallContinuation: Equatable, BitwiseCopyable {
  package var first: UInt64
  package var second: UInt64
  package var third: UInt64

  package init(first: UInt64, second: UInt64, third: UInt64 = 0) {
    self.first = first
    self.second = second
    self.third = third
  }

  /// memory_op goes on at an extent: its number lies above the command's six bits (public header `memory.h`).
  package static func memory(
    _ operation: MemoryOperation, _ argument: GuestVirtualAddress, from extent: UInt64
  ) -> Self {
    Self(first: UInt64(operation.rawValue) | extent << 6, second: argument.rawValue)
  }

  /// grant_table_op goes on with the rest of its array: where that starts, and how many elements it has.
  package static func grantTable(
    _ operation: GrantTableOperation, _ rest: GuestVirtualAddress, count: UInt32
  ) -> Self {
    Self(first: UInt64(operation.rawValue), second: rest.rawValue, third: UInt64(count))
  }

  /// multicall goes on with the rest of its list.
  package static func multicall(_ rest: GuestVirtualAddress, count: UInt32) -> Self {
    Self(first: rest.rawValue, second: UInt64(count))
  }

  /// console_io goes on with the rest of its buffer.
  package static func console(
    _ operation: ConsoleOperation, count: UInt32, _ rest: GuestVirtualAddress
  ) -> Self {
    Self(first: UInt64(operation.rawValue), second: UInt64(count), third: rest.rawValue)
  }
}
