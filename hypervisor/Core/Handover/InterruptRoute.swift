/// How an interrupt line is signalled.
package struct InterruptSignal: Equatable, BitwiseCopyable, Sendable {
  package var isLevel = false
  package var isLow = false

  /// As ISA has it: the rising edge.
  package static var isa: Self { Self() }
  /// As PCI has it: a low level.
  package static var pci: Self { Self(isLevel: true, isLow: true) }

  package init(isLevel: Bool = false, isLow: Bool = false) {
    self.isLevel = isLevel
    self.isLow = isLow
  }

  /// As the flags of both specifications' entries say: polarity in bits 1:0, trigger mode in bits 3:2; 1 is high and
  /// edge, 3 is low and level, 0 is what the bus has (ACPI 5.2.12.5; MultiProcessor specification 4.3.4).
  init(flags: UInt64, of bus: Self) {
    isLow = flags & 3 == 0 ? bus.isLow : flags & 3 == 3
    isLevel = flags >> 2 & 3 == 0 ? bus.isLevel : flags >> 2 & 3 == 3
  }
}

/// An interrupt that is not where, or not signalled as, its bus has it.
package struct InterruptRoute: BitwiseCopyable, Sendable {
  /// The ISA line; nil for another bus's.
  package var line: UInt8?
  /// The global interrupt that it is.
  package var interrupt: UInt32 = 0
  package var signal = InterruptSignal.isa
}

extension FirmwareTables {
  mutating func add(_ route: InterruptRoute) {
    guard routeCount < routes.count else { return }
    routes[routeCount] = route
    routeCount &+= 1
  }

  private func firstRoute(_ isWanted: (InterruptRoute) -> Bool) -> InterruptRoute? {
    var index = 0
    while index < routeCount {
      if isWanted(routes[index]) { return routes[index] }
      index &+= 1
    }
    return nil
  }

  /// The global interrupt of an ISA line, and its signal.
  package func isaInterrupt(_ line: UInt8) -> (interrupt: UInt32, signal: InterruptSignal) {
    if let route = firstRoute({ $0.line == line }) { return (route.interrupt, route.signal) }
    return (UInt32(line), .isa)
  }

  /// How a global interrupt is signalled: as firmware says, else as its bus has it, ISA for the first sixteen.
  package func signal(of interrupt: UInt32) -> InterruptSignal {
    firstRoute { $0.interrupt == interrupt }?.signal ?? (interrupt < 16 ? .isa : .pci)
  }
}
