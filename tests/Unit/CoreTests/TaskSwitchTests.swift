import Testing
import XenABI

@testable import Core

/// Task switches by the manual's steps (Intel SDM vol. 3 7.3, tables 7-1 and 7-2).
@Suite struct TaskSwitchTests {
  typealias Guest = TaskGuest

  @Test func jumpSavesOneTaskAndLoadsTheOther() throws {
    let guest = TaskGuest()
    guest.store(UInt64(Guest.localTable), 2, Guest.new + 0x60)
    guest.store(0x0C, 2, Guest.new + 0x58)  // FS in the local table
    var request = guest.request(.jump)
    request.instructionLength = 7
    let result = try guest.perform(request)
    #expect(result.fault == nil && !result.traps)

    #expect(guest.load(4, Guest.old + 0x20) == 0x40_1007)
    #expect(guest.load(4, Guest.old + 0x24) == 0x202)
    for number in 0..<8 as Range<UInt64> {
      #expect(guest.load(4, Guest.old + 0x28 + number * 4) == 0x1111_1100 + number)
      #expect(result.state.registers[encoding: UInt8(number)] == 0x2222_2200 + number)
    }
    #expect(guest.load(2, Guest.old + 0x48) == UInt64(Guest.data))
    #expect(guest.load(2, Guest.old + 0x4C) == UInt64(Guest.code))
    #expect(guest.load(2, Guest.new) == 0, "a jump leaves no link")

    let state = result.state
    #expect(state.registers.rip == 0x50_2000)
    #expect(state.registers.rflags == 2)
    #expect(state.cr3 == 0xBBBB_0000)
    #expect(state.cr0.contains(.taskSwitched))
    #expect(state.dr7 == 0x7FF & ~0x155)
    #expect(state.segments[.tr] == HVMSegmentValue(selector: 0x30, base: Guest.new, limit: 0x67, attributes: 0x8B))
    #expect(state.segments[.ldtr] == HVMSegmentValue(selector: 0x38, base: Guest.local, limit: 0xF, attributes: 0x82))
    #expect(state.segments[.fs] == HVMSegmentValue(selector: 0x0C, limit: .max, attributes: 0xC93))
    #expect(state.segments[.cs] == HVMSegmentValue(selector: 0x08, limit: .max, attributes: 0xC9B))
    #expect(guest.type(Guest.oldTask) == 9)
    #expect(guest.type(Guest.newTask) == 11)
    // Segments are marked as accessed where they are defined, too.
    #expect(guest.type(Guest.code) == 0xB)
    #expect(guest.load(8, Guest.local + 8) >> 40 & 1 == 1)
  }

  @Test func callAndGateNest() throws {
    for source in [TaskSwitchRequest.Source.call, .gate] {
      let guest = TaskGuest()
      let result = try guest.perform(guest.request(source))
      #expect(result.state.registers.rflags == 1 << 14 | 2)
      #expect(guest.load(2, Guest.new) == UInt64(Guest.oldTask))
      #expect(guest.type(Guest.oldTask) == 11)
      #expect(guest.type(Guest.newTask) == 11)
    }
  }

  @Test func returnEndsTheNesting() throws {
    var guest = TaskGuest()
    guest.set(Guest.newTask, guest.descriptor(Guest.newTask) | 2 << 40)
    guest.state.registers.rflags |= 1 << 14
    guest.store(1 << 14 | 2, 4, Guest.new + 0x24)
    let result = try guest.perform(guest.request(.interruptReturn))
    #expect(guest.load(4, Guest.old + 0x24) == 0x202, "the saved flags are those of a task that is not nested")
    #expect(result.state.registers.rflags == 1 << 14 | 2, "the other may be nested itself")
    #expect(guest.type(Guest.oldTask) == 9)
    #expect(guest.type(Guest.newTask) == 11)
    #expect(guest.load(2, Guest.new) == 0)
  }

  @Test func errorCodeIsPushedAsTheNewTask() throws {
    let guest = TaskGuest()
    var request = guest.request(.gate)
    request.errorCode = 0x1234
    request.isExternal = true
    let result = try guest.perform(request)
    #expect(result.state.registers.rsp == 0x2222_2204 - 4)
    #expect(guest.load(4, 0x2222_2200) == 0x1234)
    #expect(guest.memory.tables.last == 0xBBBB_0000, "by the new task's page tables")

    guest.set(Guest.newTask, guest.descriptor(Guest.newTask) & ~(2 << 40))
    guest.makeNewTaskAUser()
    guest.memory.unwritable = 0x2222_2200...0x2222_2203
    let faulted = try guest.perform(request)
    #expect(
      faulted.fault
        == .pageFault(PageFault(address: GuestVirtualAddress(0x2222_2200), errorCode: [.write, .user])))
    #expect(faulted.state.registers.rsp == 0x2222_2204)
  }

  @Test func pushObeysTheStacksLimit() throws {
    let guest = TaskGuest()
    guest.set(Guest.data, 0x0040_9200_0000_0FFF)  // bytes, to 0xFFF
    guest.store(0x1004, 4, Guest.new + 0x38)
    var request = guest.request(.gate)
    request.errorCode = 0
    #expect(try guest.perform(request).fault == .exception(12, 0))
    guest.set(Guest.newTask, guest.descriptor(Guest.newTask) & ~(2 << 40))
    guest.store(0x1000, 4, Guest.new + 0x38)
    #expect(try guest.perform(request).fault == nil)
  }

  @Test func sixteenBitTasks() throws {
    let guest = TaskGuest(is32Bit: false)
    var request = guest.request(.call)
    request.instructionLength = 5
    let result = try guest.perform(request)
    #expect(guest.load(2, Guest.old + 0x0E) == 0x1005)
    #expect(guest.load(2, Guest.old + 0x10) == 0x202)
    for number in 0..<8 as Range<UInt64> { #expect(guest.load(2, Guest.old + 0x12 + number * 2) == 0x1100 + number) }
    #expect(guest.load(2, Guest.old + 0x24) == UInt64(Guest.code))
    #expect(guest.load(2, Guest.old + 0x2A) == 0, "the local table's selector is not saved")
    #expect(result.state.registers.rip == 0x9000)
    #expect(result.state.registers.rsp == 0x2204)
    #expect(result.state.segments[.fs] == HVMSegmentValue())
    #expect(result.state.cr3 == 0xAAAA_0000)
    #expect(result.state.segments[.tr].attributes == 0x83)
  }

  @Test func virtual8086Tasks() throws {
    let guest = TaskGuest()
    guest.store(1 << 17 | 2, 4, Guest.new + 0x24)
    guest.store(0x1234, 2, Guest.new + 0x4C)
    let result = try guest.perform(guest.request(.jump))
    #expect(result.fault == nil)
    #expect(
      result.state.segments[.cs]
        == HVMSegmentValue(selector: 0x1234, base: 0x12340, limit: 0xFFFF, attributes: 0xF3))
  }

  @Test func trapBitAndNoPaging() throws {
    var guest = TaskGuest()
    guest.state.cr0 = .protectionEnable
    guest.store(1, 2, Guest.new + 0x64)
    let result = try guest.perform(guest.request(.jump))
    #expect(result.traps)
    #expect(result.state.cr3 == 0xAAAA_0000, "CR3 is taken with paging only")
  }

  @Test func whatKeepsASwitchFromBeingDone() {
    let wrongTypes: [UInt64] = [0x0000_8B00_0000_0067, 0x0000_8200_0000_0067, 0x0000_8E00_0000_0067]
    for type in wrongTypes {
      let guest = TaskGuest()
      guest.set(Guest.newTask, type)
      #expect(guest.refusal(guest.request(.jump)) == .exception(13, 0x30))
    }
    let guest = TaskGuest()
    #expect(guest.refusal(guest.request(.interruptReturn)) == .exception(10, 0x30), "not busy")
    #expect(guest.refusal(guest.request(.jump, to: 0)) == .exception(13, 0))
    #expect(guest.refusal(guest.request(.jump, to: 0x34)) == .exception(13, 0x34), "of the local table")
    #expect(guest.refusal(guest.request(.jump, to: 0x40)) == .exception(13, 0x40), "beyond the table")
    guest.set(Guest.newTask, guest.descriptor(Guest.newTask) & ~(1 << 47))
    var external = guest.request(.gate)
    external.isExternal = true
    #expect(guest.refusal(external) == .exception(11, 0x31))
    guest.set(Guest.newTask, guest.descriptor(Guest.newTask) & ~1 | 1 << 47)
    #expect(guest.refusal(guest.request(.jump)) == .exception(10, 0x30), "too short")
  }

  @Test func aRefusedSwitchChangesNothing() {
    let ranges: [ClosedRange<UInt64>] = [
      Guest.old + 0x20...Guest.old + 0x20, Guest.old + 0x5E...Guest.old + 0x5E, Guest.new...Guest.new,
      Guest.table + 0x35...Guest.table + 0x35,
    ]
    for range in ranges {
      let guest = TaskGuest()
      guest.memory.unwritable = range
      let before = guest.memory.bytes
      let fault = PageFault(address: GuestVirtualAddress(range.lowerBound), errorCode: .write)
      #expect(guest.refusal(guest.request(.call)) == .pageFault(fault))
      #expect(guest.memory.bytes == before)
    }
    let guest = TaskGuest()
    guest.memory.unreadable = Guest.new + 0x64...Guest.new + 0x64
    let before = guest.memory.bytes
    #expect(guest.refusal(guest.request(.jump)) != nil)
    #expect(guest.memory.bytes == before)
    var short = TaskGuest()
    short.state.segments[.tr].limit = 0x5E
    #expect(short.refusal(short.request(.jump)) == .exception(10, 0x28))
  }

  /// A member of the new task's segment, what is written there, and the fault that it makes in the new task.
  @Test(
    arguments: [
      (0x60, 0x0C, 10, 0x0C), (0x60, 0x10, 10, 0x10), (0x60, 0x40, 10, 0x40),
      (0x4C, 0x00, 10, 0x00), (0x4C, 0x10, 10, 0x10), (0x4C, 0x0B, 10, 0x08), (0x4C, 0x40, 10, 0x40),
      (0x50, 0x00, 10, 0x00), (0x50, 0x08, 10, 0x08), (0x50, 0x13, 10, 0x10), (0x50, 0x23, 10, 0x20),
      (0x54, 0x28, 10, 0x28), (0x5C, 0x40, 10, 0x40), (0x58, 0x13, 10, 0x10),
    ] as [(UInt64, UInt64, UInt8, UInt32)])
  func faultsOfTheNewTask(_ member: UInt64, _ selector: UInt64, _ vector: UInt8, _ code: UInt32) throws {
    let guest = TaskGuest()
    guest.store(selector, 2, Guest.new + member)
    let result = try guest.perform(guest.request(.jump))
    #expect(result.fault == .exception(vector, code))
    // The task has changed all the same, with code and stack that a processor can be entered with.
    #expect(result.state.registers.rip == 0x50_2000)
    #expect(result.state.segments[.tr].selector == UInt32(Guest.newTask))
    #expect(result.state.segments[.cs].attributes & 0x9F == 0x9B)
    #expect(result.state.segments[.ss].attributes & 0x9F == 0x93)
  }

  @Test func segmentsThatAreNotPresent() throws {
    for (member, selector, vector) in [(0x4C, 0x08, 11), (0x50, 0x10, 12), (0x54, 0x40, 11)]
      as [(UInt64, UInt16, UInt8)]
    {
      var guest = TaskGuest()
      guest.state.segments[.gdtr].limit = 0x57
      guest.set(0x40, 0x00CF_1200_0000_FFFF)  // data
      guest.set(0x48, 0x00CF_9A00_0000_FFFF)
      guest.set(0x50, 0x00CF_9200_0000_FFFF)
      for index in 0..<6 as Range<UInt64> { guest.store(index == 1 ? 0x48 : 0x50, 2, Guest.new + 0x48 + index * 4) }
      if selector != 0x40 { guest.set(selector, guest.descriptor(selector) & ~(1 << 47)) }
      guest.store(UInt64(selector), 2, Guest.new + member)
      var request = guest.request(.gate)
      request.isExternal = true
      #expect(try guest.perform(request).fault == .exception(vector, UInt32(selector) | 1))
    }
  }

  @Test func conformingCodeAndUserTasks() throws {
    let guest = TaskGuest()
    guest.makeNewTaskAUser()
    let result = try guest.perform(guest.request(.jump))
    #expect(result.fault == nil)
    #expect(result.state.segments[.ss].attributes >> 5 & 3 == 3)
    guest.set(Guest.newTask, guest.descriptor(Guest.newTask) & ~(2 << 40))
    guest.set(Guest.code, 0x00CF_9E00_0000_FFFF)
    guest.store(UInt64(Guest.code | 3), 2, Guest.new + 0x4C)
    let conforming = try guest.perform(guest.request(.jump))
    #expect(conforming.fault == nil)
    #expect(conforming.state.segments[.cs].selector == 0x0B)
  }
}
