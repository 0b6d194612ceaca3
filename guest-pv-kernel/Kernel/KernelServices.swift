/// What the kernel does for its toolstack at any time: memory given back and taken again, requests to end.
final class KernelServices {
  private let balloon = Balloon()
  private var toldFrames: UInt64

  init() {
    toldFrames = balloon.held
  }

  /// Does what there is to do until `deadline`, and sleeps in between.
  func run(until deadline: Nanoseconds) {
    Timers.wake(at: deadline)
    while Clock.now < deadline {
      serve()
      Processor.wait { hasWork || Clock.now >= deadline }
    }
  }

  /// Does what there is to do, for ever.
  func run() -> Never {
    while true { run(until: Clock.now.adding(.seconds(3600))) }
  }

  private var hasWork: Bool { balloon.hasWork }

  private func serve() {
    balloon.serve()
    if !balloon.hasWork && balloon.held != toldFrames {
      toldFrames = balloon.held
      console.print("memory: \(toldFrames * pageSize / 1024) KiB held, \(PhysicalMemory.freeCount) frames free")
    }
  }
}
