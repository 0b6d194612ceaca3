/// What a vCPU is doing (public header `vcpu.h`, `RUNSTATE_*`).
public struct Runstate: RawRepresentable, Equatable, BitwiseCopyable, Sendable {
  public var rawValue: Int32
  @inline(__always) public init(rawValue: Int32) { self.rawValue = rawValue }
  @inline(__always) public init(_ number: Int32) { rawValue = number }

  /// On a physical CPU.
  @inline(__always) public static var running: Self { Self(0) }
  /// Could run, but another does.
  @inline(__always) public static var runnable: Self { Self(1) }
  /// Waits for an event.
  @inline(__always) public static var blocked: Self { Self(2) }
  /// Paused, or not brought up.
  @inline(__always) public static var offline: Self { Self(3) }
}

/// Where a vCPU's time went (public header `vcpu.h`, `vcpu_runstate_info`). The four times sum up to system time.
public struct RunstateInformation: WireStructure, Equatable, Sendable {
  /// The state it is in.
  public var state: Runstate
  /// `state_entry_time`: when it got there, in nanoseconds of system time; bit 63 (`XEN_RUNSTATE_UPDATE`) is set
  /// during an update if the guest asked for that.
  public var entryTime: UInt64
  /// `time[0]`.
  public var running: Nanoseconds
  /// `time[1]`.
  public var runnable: Nanoseconds
  /// `time[2]`.
  public var blocked: Nanoseconds
  /// `time[3]`.
  public var offline: Nanoseconds

  @inline(__always) public init(state: Runstate = .running) {
    self.state = state
    entryTime = 0
    running = .zero
    runnable = .zero
    blocked = .zero
    offline = .zero
  }

  /// All the time that the vCPU was brought up and not paused.
  public var online: Nanoseconds { running.adding(runnable).adding(blocked) }

  @inline(__always) public static func size(_ width: CallWidth) -> Int { width == .bits64 ? 48 : 44 }
  @inline(__always) public init(from reader: inout WireReader) {
    state = Runstate(reader.i32())
    entryTime = reader.u64()
    running = Nanoseconds(reader.u64())
    runnable = Nanoseconds(reader.u64())
    blocked = Nanoseconds(reader.u64())
    offline = Nanoseconds(reader.u64())
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.i32(state.rawValue)
    writer.u64(entryTime)
    writer.u64(running.rawValue)
    writer.u64(runnable.rawValue)
    writer.u64(blocked.rawValue)
    writer.u64(offline.rawValue)
  }
}
