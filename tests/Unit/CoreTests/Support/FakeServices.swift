import Foundation
import XenABI

@testable import Core

/// What a machine's services were asked for, and what they answer.
final class FakeServices {
  /// The time-stamp counter. Tests move it by hand.
  var tsc: UInt64 = 0
  /// What was written to the console.
  var console: [UInt8] = []
  /// The lines that are routed and not masked.
  var unmaskedLines: Set<UInt32> = []
  /// Routed lines: whether they are level-triggered and active-low.
  var routedLines: [UInt32: (level: Bool, low: Bool)] = [:]
  /// What `interruptMode` says of a line; lines that are not in here are not available.
  var modes: [UInt32: UInt8] = [:]
  /// The routed messages by slot: function, table and entry.
  var messages: [UInt32: (function: UInt32, table: UInt64, entry: UInt32)] = [:]
  /// Functions that have no message.
  var functionsWithoutMessages: Set<UInt32> = []
  /// What the timer was last set to.
  var timer: UInt64 = .max
  /// How the machine was ended: true for powered off.
  var end: Bool?

  /// The services of the machine that the calling thread works on: functions of C's convention hold nothing.
  static var current: FakeServices {
    get {
      guard let services = Thread.current.threadDictionary[key] as? FakeServices else {
        preconditionFailure("no TestMachine is active on this thread")
      }
      return services
    }
    set { Thread.current.threadDictionary[key] = newValue }
  }
  private static let key = "apus.FakeServices"

  /// The functions to give to a hypervisor.
  static var functions: MachineServices {
    MachineServices(
      readTSC: { FakeServices.current.tsc },
      writeConsole: { FakeServices.current.console.append($0) },
      maskInterrupt: { line, mask in
        if mask {
          FakeServices.current.unmaskedLines.remove(line)
        } else {
          FakeServices.current.unmaskedLines.insert(line)
        }
      },
      interruptMode: { FakeServices.current.modes[$0] ?? InterruptMode.unavailable },
      routeInterrupt: { line, level, low in
        FakeServices.current.routedLines[line] = (level, low)
        return true
      },
      routeMessage: { slot, function, table, entry in
        guard !FakeServices.current.functionsWithoutMessages.contains(function) else { return false }
        FakeServices.current.messages[slot] = (function, table, entry)
        return true
      },
      unrouteMessage: { FakeServices.current.messages[$0] = nil },
      setTimer: { FakeServices.current.timer = $0 }, endMachine: { FakeServices.current.end = $0 })
  }
}
