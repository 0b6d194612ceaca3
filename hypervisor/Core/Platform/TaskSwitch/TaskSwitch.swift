#if canImport(XenABI)
  import XenABI
#endif

/// A hardware task switch, as the processor makes it outside of long mode (Intel SDM vol. 3 7.3; AMD APM vol. 2 12.4).
///
/// Pure: registers and memory are the caller's.
package struct TaskSwitch<Memory: LinearMemory> {
  private let request: TaskSwitchRequest
  /// The registers, the old task's until the switch has got so far that it is not undone, then the new task's.
  package private(set) var state: TaskState
  private var memory: Memory

  package init(_ request: TaskSwitchRequest, from state: TaskState, in memory: Memory) {
    self.request = request
    self.state = state
    self.memory = memory
  }

  /// What is to be done once the new task has the processor.
  package struct Outcome {
    /// An exception that its loading raised, which is delivered as the new task's.
    package var fault: TaskSwitchFault?
    /// Its segment asks for a debug exception.
    package var traps: Bool
  }

  /// Switches.
  ///
  /// - Throws: the exception that keeps it from being done at all; nothing is changed then.
  package mutating func perform() throws(TaskSwitchFault) -> Outcome {
    let old = state.segments[.tr]
    let oldSelector = SegmentSelector(UInt16(truncatingIfNeeded: old.selector))
    let oldBase = GuestVirtualAddress(old.base)
    let selector = SegmentSelector(request.selector)
    let (descriptor, format) = try target(selector)
    let new = descriptor.value(selector.rawValue)
    let newBase = GuestVirtualAddress(new.base)
    guard let oldFormat = TaskFormat(type: UInt8(truncatingIfNeeded: old.attributes & 15)),
      old.limit >= UInt32(truncatingIfNeeded: oldFormat.localTable) &- 1
    else { throw .invalidTask(code(oldSelector)) }
    let image: TaskImage
    do throws(LinearAccessError) {
      image = try TaskImage(memory, at: newBase, format)
      // Everything is looked at first, so that nothing is left half done.
      try memory.checkWritable(oldBase.advanced(by: oldFormat.instructionPointer), count: oldFormat.savedCount)
      if request.nests { try memory.checkWritable(newBase, count: 2) }
      if !request.nests { try memory.checkWritable(typeByte(oldSelector), count: 1) }
      if request.source != .interruptReturn { try memory.checkWritable(typeByte(selector), count: 1) }
      if !request.nests { try mark(oldSelector, isBusy: false) }
      try save(to: oldBase, oldFormat)
      if request.nests { try memory.write(UInt64(oldSelector.rawValue), 2, at: newBase) }
      if request.source != .interruptReturn { try mark(selector, isBusy: true) }
    } catch {
      throw TaskSwitchFault(error)
    }
    return load(image, of: new)
  }

  /// The descriptor of the new task's segment and its format; checks it as the processor does, which may have done so
  /// before (table 7-1).
  private func target(
    _ selector: SegmentSelector
  ) throws(TaskSwitchFault) -> (descriptor: SegmentDescriptor, format: TaskFormat) {
    let isReturn = request.source == .interruptReturn
    let code = code(selector)
    let wrong: TaskSwitchFault = isReturn ? .invalidTask(code) : .generalProtection(code)
    guard !selector.isNull, !selector.isLocal, let descriptor = try descriptor(selector), !descriptor.isCodeOrData,
      let format = TaskFormat(type: descriptor.type), (descriptor.type & 2 != 0) == isReturn
    else { throw wrong }
    guard descriptor.isPresent else { throw .notPresent(code) }
    guard descriptor.value(selector.rawValue).limit >= format.minimumLimit else { throw .invalidTask(code) }
    return (descriptor, format)
  }

  private func code(_ selector: SegmentSelector) -> UInt32 { selector.errorCode(request.isExternal) }

  /// Keeps the old task's registers in its segment.
  private func save(to base: GuestVirtualAddress, _ format: TaskFormat) throws(LinearAccessError) {
    let size = format.size
    let registers = state.registers
    let next = registers.rip &+ UInt64(request.instructionLength)
    try memory.write(next, size, at: base.advanced(by: format.instructionPointer))
    // A task that returns is not nested any more.
    let flags = request.source == .interruptReturn ? registers.rflags & ~Self.nestedTask : registers.rflags
    try memory.write(flags, size, at: base.advanced(by: format.instructionPointer &+ UInt64(size)))
    var number: UInt8 = 0
    while number < 8 {
      try memory.write(registers[encoding: number], size, at: base.advanced(by: format.register(number)))
      number &+= 1
    }
    var index = 0
    while index < format.segmentCount {
      let selector = state.segments[TaskState.segment(encoding: index)].selector
      try memory.write(UInt64(selector), 2, at: base.advanced(by: format.segment(index)))
      index &+= 1
    }
  }

  /// RFLAGS.NT.
  private static var nestedTask: UInt64 { 1 << 14 }

  // MARK: The new task

  /// Gives the new task the processor; from here on there is no way back.
  private mutating func load(_ image: TaskImage, of task: HVMSegmentValue) -> Outcome {
    var number: UInt8 = 0
    while number < 8 {
      state.registers[encoding: number] = image.registers[encoding: number]
      number &+= 1
    }
    state.registers.rip = image.registers.rip
    state.registers.rflags = image.registers.rflags
    if request.nests { state.registers.rflags |= Self.nestedTask }
    state.cr0 = state.cr0.union(.taskSwitched)
    state.dr7 &= ~0x155  // L0 to L3, LE
    state.segments[.tr] = task
    state.segments[.tr].attributes |= 2  // busy
    if let tables = image.pageTables, state.cr0.contains(.paging) {
      state.cr3 = tables
      memory.paging.cr3 = tables
    }
    do throws(TaskSwitchFault) {
      try loadSegments(image)
      if let errorCode = request.errorCode { try push(errorCode, UInt8(task.attributes & 8 != 0 ? 4 : 2)) }
      return Outcome(fault: nil, traps: image.traps)
    } catch {
      return Outcome(fault: error, traps: image.traps)
    }
  }

  private mutating func loadSegments(_ image: TaskImage) throws(TaskSwitchFault) {
    let oldCode = state.segments[.cs]
    let oldStack = state.segments[.ss]
    var index = 0
    while index < 6 {
      state.segments[TaskState.segment(encoding: index)] = .none(image.segments[index])
      index &+= 1
    }
    // Until both are known, code and stack are still those that the processor ran with.
    state.segments[.cs] = oldCode
    state.segments[.ss] = oldStack
    state.segments[.cs].selector = UInt32(image.segments[1])
    state.segments[.ss].selector = UInt32(image.segments[2])
    state.segments[.ldtr] = .none(image.localTable)
    try loadLocalTable(SegmentSelector(image.localTable))
    if image.registers.rflags >> 17 & 1 != 0 {
      index = 0
      while index < 6 {
        state.segments[TaskState.segment(encoding: index)] = .virtual8086(image.segments[index])
        index &+= 1
      }
      return
    }
    let code = SegmentSelector(image.segments[1])
    let level = code.privilegeLevel
    let codeValue = try checkedCode(code)
    state.segments[.ss] = try checkedStack(SegmentSelector(image.segments[2]), level)
    state.segments[.cs] = codeValue
    try loadData(.ds, SegmentSelector(image.segments[3]), level)
    try loadData(.es, SegmentSelector(image.segments[0]), level)
    try loadData(.fs, SegmentSelector(image.segments[4]), level)
    try loadData(.gs, SegmentSelector(image.segments[5]), level)
  }

  private mutating func loadLocalTable(_ selector: SegmentSelector) throws(TaskSwitchFault) {
    if selector.isNull { return }
    guard !selector.isLocal, let descriptor = try descriptor(selector), !descriptor.isCodeOrData, descriptor.type == 2,
      descriptor.isPresent
    else { throw .invalidTask(code(selector)) }
    state.segments[.ldtr] = descriptor.value(selector.rawValue)
  }

  private func checkedCode(_ selector: SegmentSelector) throws(TaskSwitchFault) -> HVMSegmentValue {
    let level = selector.privilegeLevel
    guard !selector.isNull, let descriptor = try descriptor(selector), descriptor.isCode,
      descriptor.isConforming ? descriptor.privilegeLevel <= level : descriptor.privilegeLevel == level
    else { throw .invalidTask(code(selector)) }
    guard descriptor.isPresent else { throw .notPresent(code(selector)) }
    return try accessed(descriptor, selector)
  }

  private func checkedStack(
    _ selector: SegmentSelector, _ level: UInt8
  ) throws(TaskSwitchFault) -> HVMSegmentValue {
    guard !selector.isNull, selector.privilegeLevel == level, let descriptor = try descriptor(selector),
      descriptor.isWritable, descriptor.privilegeLevel == level
    else { throw .invalidTask(code(selector)) }
    guard descriptor.isPresent else { throw .stack(code(selector)) }
    return try accessed(descriptor, selector)
  }

  @inline(never)
  private mutating func loadData(
    _ segment: HVMSegment, _ selector: SegmentSelector, _ level: UInt8
  ) throws(TaskSwitchFault) {
    if selector.isNull { return }
    guard let descriptor = try descriptor(selector), descriptor.isReadable,
      descriptor.isConforming || descriptor.privilegeLevel >= max(level, selector.privilegeLevel)
    else { throw .invalidTask(code(selector)) }
    guard descriptor.isPresent else { throw .notPresent(code(selector)) }
    state.segments[segment] = try accessed(descriptor, selector)
  }

  /// Pushes an exception's error code on the new task's stack, as the new task.
  private mutating func push(_ errorCode: UInt32, _ size: UInt8) throws(TaskSwitchFault) {
    let stack = state.segments[.ss]
    let isBig = stack.attributes & 0x400 != 0
    let mask: UInt64 = isBig ? 0xFFFF_FFFF : 0xFFFF
    let top = (state.registers.rsp &- UInt64(size)) & mask
    let last = top &+ UInt64(size) &- 1
    // A segment that expands downwards has its limit at the other end (3.4.5.1).
    let isDown = stack.attributes & 0x1C == 0x14
    let limit = UInt64(stack.limit)
    guard isDown ? top > limit && last <= mask : last <= limit else { throw .stack(request.isExternal ? 1 : 0) }
    memory.paging.privilegeLevel = UInt8(truncatingIfNeeded: stack.attributes >> 5 & 3)
    do throws(LinearAccessError) {
      try memory.write(UInt64(errorCode), Int(size), at: GuestVirtualAddress(stack.base &+ top))
    } catch {
      throw TaskSwitchFault(error)
    }
    state.registers.rsp = state.registers.rsp & ~mask | top
  }

  // MARK: Descriptors

  /// A descriptor by its selector; nil where it lies outside of its table.
  @inline(never)
  private func descriptor(_ selector: SegmentSelector) throws(TaskSwitchFault) -> SegmentDescriptor? {
    let table = state.segments[selector.isLocal ? .ldtr : .gdtr]
    // A local table that is not there has a limit of 0.
    guard UInt32(selector.rawValue | 7) <= table.limit else { return nil }
    do throws(LinearAccessError) {
      return SegmentDescriptor(rawValue: try memory.read(8, at: address(selector)))
    } catch {
      throw TaskSwitchFault(error)
    }
  }

  private func address(_ selector: SegmentSelector) -> GuestVirtualAddress {
    let table = state.segments[selector.isLocal ? .ldtr : .gdtr]
    return GuestVirtualAddress(table.base &+ UInt64(selector.rawValue & ~7))
  }

  /// The byte of a descriptor that holds its type.
  private func typeByte(_ selector: SegmentSelector) -> GuestVirtualAddress { address(selector).advanced(by: 5) }

  /// Marks a task's segment as busy, or as available.
  @inline(never)
  private func mark(_ selector: SegmentSelector, isBusy: Bool) throws(LinearAccessError) {
    let type = try memory.read(1, at: typeByte(selector))
    try memory.write(isBusy ? type | 2 : type & ~2, 1, at: typeByte(selector))
  }

  /// The segment in the form of a register; marks it as accessed.
  @inline(never)
  private func accessed(
    _ descriptor: SegmentDescriptor, _ selector: SegmentSelector
  ) throws(TaskSwitchFault) -> HVMSegmentValue {
    var value = descriptor.value(selector.rawValue)
    if descriptor.type & 1 != 0 { return value }
    value.attributes |= 1
    do throws(LinearAccessError) {
      try memory.write(UInt64(value.attributes & 0xFF), 1, at: typeByte(selector))
    } catch {
      throw TaskSwitchFault(error)
    }
    return value
  }
}
