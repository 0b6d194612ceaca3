/// One hypercall of a multicall's list (public header `xen.h`, `multicall_entry`).
public struct MulticallEntry: WireStructure, Equatable, Sendable {
  /// `op`: the hypercall's number.
  public var number: UInt64
  /// Out: its result.
  public var result: UInt64
  /// `args[0]`.
  public var first: UInt64
  /// `args[1]`.
  public var second: UInt64
  /// `args[2]`.
  public var third: UInt64
  /// `args[3]`.
  public var fourth: UInt64
  /// `args[4]`.
  public var fifth: UInt64
  /// `args[5]`.
  public var sixth: UInt64

  @inline(__always) public init(
    number: UInt64 = 0, first: UInt64 = 0, second: UInt64 = 0, third: UInt64 = 0, fourth: UInt64 = 0,
    fifth: UInt64 = 0, sixth: UInt64 = 0
  ) {
    self.number = number
    result = 0
    self.first = first
    self.second = second
    self.third = third
    self.fourth = fourth
    self.fifth = fifth
    self.sixth = sixth
  }

  @inline(__always) public static func size(_ width: CallWidth) -> Int { width == .bits64 ? 64 : 32 }
  @inline(__always) public init(from reader: inout WireReader) {
    number = reader.word()
    result = reader.word()
    first = reader.word()
    second = reader.word()
    third = reader.word()
    fourth = reader.word()
    fifth = reader.word()
    sixth = reader.word()
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.word(number)
    writer.word(result)
    writer.word(first)
    writer.word(second)
    writer.word(third)
    writer.word(fourth)
    writer.word(fifth)
    writer.word(sixth)
  }
}
