import Foundation
import XenABI

@testable import Core

/// What a machine's services were asked for, and what they answer.
final class FakeServices {
  /// The time-stamp counter. Tests move it by hand.
  var tsc: UInt64 = 0
  /// What was written to the console, and the ticks that a byte takes.
  var console: [UInt8] = []
  var ticksPerByte: UInt64 = 0
  /// The bytes that the console takes until it is asked for room again and has none; nil for any number.
  var consoleRoom: Int?
  /// How often the control domain was said to have read of what was typed.
  var consoleReads = 0
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
  /// The registers of each vCPU, by its address, and the counter's offset that the layout was given.
  var states: [UInt: HVMProcessorState] = [:]
  var offsets: [UInt: UInt64] = [:]
  /// The vCPUs whose layout was told of other CPUID answers.
  var policiesTaken: [UInt] = []
  /// The vCPUs, by their addresses, that the layout was told to forget.
  var released: [UInt] = []
  /// Whether the guest that makes a call has its interrupts on.
  var interruptsEnabled = true
  /// Whether the layout finds a rule that is broken in every state.
  var refusesStates = false
  /// What CPUID answers the domains that are made from now on.
  var cpuid = CPUIDTable()
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
      writeConsole: {
        FakeServices.current.console.append($0)
        FakeServices.current.tsc += FakeServices.current.ticksPerByte
      },
      consoleHasRoom: {
        guard let room = FakeServices.current.consoleRoom else { return true }
        FakeServices.current.consoleRoom = room == 0 ? 3 : room - 1
        return room > 0
      },
      consoleTaken: { FakeServices.current.consoleReads += 1 },
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
      setTimer: { FakeServices.current.timer = $0 }, endMachine: { FakeServices.current.end = $0 },
      layout: layout)
  }

  /// A layout that keeps each vCPU's registers in a dictionary.
  private static var layout: LayoutServices {
    LayoutServices(
      prepareDomain: { domain in
        let domain = Handle<Domain>(rawAddress: domain)
        _ = Handle<CPUIDTable>(
          placing: FakeServices.current.cpuid, at: domain.object.cpuid, in: domain.object.hypervisor.object.map)
      },
      takePolicy: { FakeServices.current.policiesTaken.append($0) },
      prepareVCPU: { FakeServices.current.states[$0] = HVMProcessorState() },
      load: { vcpu, state in
        guard !FakeServices.current.refusesStates else { return false }
        FakeServices.current.states[vcpu] = Handle<HVMProcessorState>(rawAddress: state).object
        return true
      },
      store: { vcpu, state in
        Handle<HVMProcessorState>(rawAddress: state).object = FakeServices.current.states[vcpu] ?? HVMProcessorState()
      },
      releaseVCPU: {
        FakeServices.current.states[$0] = nil
        FakeServices.current.released.append($0)
      }, interruptsEnabled: { _ in FakeServices.current.interruptsEnabled },
      setTimeStampOffset: { FakeServices.current.offsets[$0] = Handle<VCPU>(rawAddress: $0).object.tscOffset })
  }
}
