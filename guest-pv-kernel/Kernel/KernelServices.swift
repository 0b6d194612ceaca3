/// What the kernel does for its toolstack at any time: memory given back and taken again, requests to end.
final class KernelServices {
  private let balloon = Balloon()
  private let requests = ShutdownRequests()
  private var toldFrames: UInt64

  init() {
    toldFrames = balloon.held
    if !XenStore.isPresent {
      console.print("no store: nobody can resize this domain")
      return
    }
    do {
      try balloon.follow()
      try requests.follow()
    } catch {
      console.print("the store refuses to be watched: \(error)")
    }
  }

  /// Does what there is to do until `deadline`, and sleeps in between.
  func run(until deadline: Nanoseconds) {
    let timer = Timers.wake(at: deadline)
    defer { Timers.cancel(timer) }
    while Clock.now < deadline {
      serve()
      Processor.wait { hasWork || Clock.now >= deadline }
    }
  }

  /// Does what there is to do, for ever.
  func run() -> Never {
    while true { run(until: Clock.now.adding(.seconds(3600))) }
  }

  /// Whether there is something to do.
  var hasWork: Bool { XenStore.hasNews || balloon.hasWork }

  /// Does what there is to do now.
  func serve() {
    XenStore.deliver()
    if let request = requests.take() {
      console.print("asked to end: \(request.word)")
      request.perform()
    }
    balloon.serve()
    let held = balloon.held
    if !balloon.hasWork && held != toldFrames {
      toldFrames = held
      console.print("memory: \(held * pageSize / 1024) KiB held, \(PhysicalMemory.freeCount) frames free")
    }
  }
}
