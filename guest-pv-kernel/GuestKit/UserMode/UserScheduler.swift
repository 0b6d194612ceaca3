/// Runs tasks in turns, each for a time slice, until all have ended.
struct UserScheduler {
  /// What the kernel makes of a system call.
  enum Answer {
    /// The task goes on with this result.
    case result(UInt64)
    /// The task goes on later, after the others.
    case yield
    /// The task has ended.
    case end
  }

  private var tasks: [UserTask]
  private let slice: Nanoseconds
  /// How often a time slice ended before the task gave the processor up.
  private(set) var preemptionCount = 0

  init(_ tasks: [UserTask], slice: Nanoseconds) {
    self.tasks = tasks
    self.slice = slice
  }

  /// Runs them. `onSystemCall` answers what they ask; `onException` is told of a task that is ended for a fault.
  mutating func run(
    onSystemCall: (UserTask, _ number: UInt64, _ first: UInt64, _ second: UInt64) -> Answer,
    onException: (UserTask, _ vector: UInt64, _ errorCode: UInt64, GuestVirtualAddress) -> Void
  ) {
    var sliceEnd = Clock.now.adding(slice)
    // The period wakes the processor; whose turn it is, the clock says.
    let timer = Timers.every(slice) {}
    defer { Timers.cancel(timer) }
    while let task = tasks.first {
      switch task.run() {
      case .interrupt:
        if Clock.now < sliceEnd { continue }
        preemptionCount += 1
        tasks.append(tasks.removeFirst())
      case .systemCall(let number, let first, let second):
        switch number == UserMode.exitCall ? .end : onSystemCall(task, number, first, second) {
        case .result(let value):
          task.setResult(value)
          continue
        case .yield:
          task.setResult(0)
          tasks.append(tasks.removeFirst())
        case .end: tasks.removeFirst()
        }
      case .exception(let vector, let errorCode, let address):
        onException(task, vector, errorCode, address)
        tasks.removeFirst()
      }
      sliceEnd = Clock.now.adding(slice)
    }
  }
}
