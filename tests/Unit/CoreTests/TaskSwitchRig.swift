import XenABI

@testable import Core

/// Linear memory of a guest that switches tasks: bytes, of which some can't be reached.
final class TaskMemory {
  var bytes: [UInt64: UInt8] = [:]
  var unreadable: ClosedRange<UInt64>?
  var unwritable: ClosedRange<UInt64>?
  /// The page tables that were in use at each write.
  var tables: [UInt64] = []
}

struct TaskMemoryView: LinearMemory {
  var paging = PagingState()
  let memory: TaskMemory

  private func check(_ address: UInt64, _ range: ClosedRange<UInt64>?, _ code: PageFaultErrorCode)
    throws(LinearAccessError)
  {
    guard let range, range.contains(address) else { return }
    throw .pageFault(PageFault(address: GuestVirtualAddress(address), errorCode: code))
  }

  func read(_ size: Int, at address: GuestVirtualAddress) throws(LinearAccessError) -> UInt64 {
    var value: UInt64 = 0
    for index in 0..<size {
      let place = address.rawValue + UInt64(index)
      try check(place, memory.unreadable, [])
      value |= UInt64(memory.bytes[place] ?? 0) << UInt64(index * 8)
    }
    return value
  }

  func write(_ value: UInt64, _ size: Int, at address: GuestVirtualAddress) throws(LinearAccessError) {
    memory.tables.append(paging.cr3)
    for index in 0..<size {
      let place = address.rawValue + UInt64(index)
      try check(place, memory.unwritable, paging.privilegeLevel == 3 ? [.write, .user] : .write)
      memory.bytes[place] = UInt8(truncatingIfNeeded: value >> UInt64(index * 8))
    }
  }

  func checkWritable(_ address: GuestVirtualAddress, count: Int) throws(LinearAccessError) {
    for index in 0..<UInt64(count) { try check(address.rawValue + index, memory.unwritable, .write) }
  }
}

/// A guest with two tasks, in ring 0 with paging on: the old one runs.
struct TaskGuest {
  static let table: UInt64 = 0x1000
  static let old: UInt64 = 0x2000
  static let new: UInt64 = 0x3000
  static let local: UInt64 = 0x4000
  /// Selectors.
  static let code: UInt16 = 0x08
  static let data: UInt16 = 0x10
  static let userCode: UInt16 = 0x1B
  static let userData: UInt16 = 0x23
  static let oldTask: UInt16 = 0x28
  static let newTask: UInt16 = 0x30
  static let localTable: UInt16 = 0x38

  let memory = TaskMemory()
  var state: TaskState
  var is32Bit = true

  init(is32Bit: Bool = true) {
    self.is32Bit = is32Bit
    var registers = GeneralRegisters()
    for number in 0..<8 as Range<UInt8> { registers[encoding: number] = 0x1111_1100 + UInt64(number) }
    registers.rip = 0x40_1000
    registers.rflags = 0x202
    var segments = HVMSegmentRegisters()
    segments[.gdtr] = HVMSegmentValue(base: Self.table, limit: 0x3F)
    segments[.cs] = HVMSegmentValue(selector: UInt32(Self.code), limit: .max, attributes: 0xC9B)
    for segment in [HVMSegment.ds, .es, .ss, .fs, .gs] {
      segments[segment] = HVMSegmentValue(selector: UInt32(Self.data), limit: .max, attributes: 0xC93)
    }
    segments[.tr] = HVMSegmentValue(
      selector: UInt32(Self.oldTask), base: Self.old, limit: 0x67, attributes: is32Bit ? 0x8B : 0x83)
    state = TaskState(
      registers: registers, segments: segments, cr0: .protectionEnable.union(.paging), cr3: 0xAAAA_0000, dr7: 0x7FF)
    set(Self.code, 0x00CF_9A00_0000_FFFF)
    set(Self.data, 0x00CF_9200_0000_FFFF)
    set(Self.userCode, 0x00CF_FA00_0000_FFFF)
    set(Self.userData, 0x00CF_F200_0000_FFFF)
    set(Self.oldTask, descriptor(Self.old, isBusy: true))
    set(Self.newTask, descriptor(Self.new, isBusy: false))
    set(Self.localTable, 0x0000_8200_0000_000F | Self.local << 16)
    store(0x00CF_9200_0000_FFFF, 8, Self.local + 8)
    fillNewTask()
  }

  private func descriptor(_ base: UInt64, isBusy: Bool) -> UInt64 {
    let type: UInt64 = (is32Bit ? 9 : 1) | (isBusy ? 2 : 0)
    return 0x67 | base << 16 | type << 40 | 1 << 47
  }

  func set(_ selector: UInt16, _ descriptor: UInt64) { store(descriptor, 8, Self.table + UInt64(selector & ~7)) }
  func descriptor(_ selector: UInt16) -> UInt64 { load(8, Self.table + UInt64(selector & ~7)) }
  func type(_ selector: UInt16) -> UInt64 { descriptor(selector) >> 40 & 15 }

  func store(_ value: UInt64, _ size: Int, _ address: UInt64) {
    for index in 0..<size {
      memory.bytes[address + UInt64(index)] = UInt8(truncatingIfNeeded: value >> UInt64(index * 8))
    }
  }
  func load(_ size: Int, _ address: UInt64) -> UInt64 {
    (0..<size).reduce(0) { $0 | UInt64(memory.bytes[address + UInt64($1)] ?? 0) << UInt64($1 * 8) }
  }

  private func fillNewTask() {
    guard is32Bit else {
      store(0x9000, 2, Self.new + 0x0E)
      store(0x0002, 2, Self.new + 0x10)
      for number in 0..<8 as Range<UInt64> { store(0x2200 + number, 2, Self.new + 0x12 + number * 2) }
      store(UInt64(Self.data), 2, Self.new + 0x22)
      store(UInt64(Self.code), 2, Self.new + 0x24)
      store(UInt64(Self.data), 2, Self.new + 0x26)
      store(UInt64(Self.data), 2, Self.new + 0x28)
      return
    }
    store(0xBBBB_0000, 4, Self.new + 0x1C)
    store(0x50_2000, 4, Self.new + 0x20)
    store(0x0002, 4, Self.new + 0x24)
    for number in 0..<8 as Range<UInt64> { store(0x2222_2200 + number, 4, Self.new + 0x28 + number * 4) }
    for index in 0..<6 as Range<UInt64> {
      store(UInt64(index == 1 ? Self.code : Self.data), 2, Self.new + 0x48 + index * 4)
    }
  }

  /// The segments of the new task, in user mode.
  func makeNewTaskAUser() {
    for index in 0..<6 as Range<UInt64> {
      store(UInt64(index == 1 ? Self.userCode : Self.userData), 2, Self.new + 0x48 + index * 4)
    }
  }

  struct Switched {
    var state: TaskState
    var fault: TaskSwitchFault?
    var traps: Bool
  }

  func request(_ source: TaskSwitchRequest.Source, to selector: UInt16 = Self.newTask) -> TaskSwitchRequest {
    TaskSwitchRequest(source, to: selector)
  }

  /// Switches; the fault that kept it from being done is thrown.
  func perform(_ request: TaskSwitchRequest) throws(TaskSwitchFault) -> Switched {
    var paging = PagingState()
    paging.cr3 = state.cr3
    var change = TaskSwitch(request, from: state, in: TaskMemoryView(paging: paging, memory: memory))
    let outcome = try change.perform()
    return Switched(state: change.state, fault: outcome.fault, traps: outcome.traps)
  }

  /// The fault that kept a switch from being done; nil where it was done.
  func refusal(_ request: TaskSwitchRequest) -> TaskSwitchFault? {
    do throws(TaskSwitchFault) {
      _ = try perform(request)
      return nil
    } catch {
      return error
    }
  }
}
