/// Finding what is on the buses.
enum PCIEnumeration {
  /// Every function that answers, by bus, device and function, bridges before what is behind them. Each bus is looked at
  /// once, whatever the bridges say.
  static func functions<Configuration: PCIConfiguration>(_ configuration: Configuration) -> [PCIFunction<Configuration>]
  {
    var found: [PCIFunction<Configuration>] = []
    var isSeen = [Bool](repeating: false, count: 256)
    isSeen[0] = true
    var buses: [UInt8] = [0]
    while !buses.isEmpty {
      let bus = buses.removeFirst()
      for device: UInt8 in 0..<32 {
        for function: UInt8 in 0..<8 {
          let address = PCIAddress(bus: bus, device: device, function: function)
          guard let present = PCIFunction(address, configuration) else {
            if function == 0 { break }
            continue
          }
          found.append(present)
          if let next = present.secondaryBus, !isSeen[Int(next)] {
            isSeen[Int(next)] = true
            buses.append(next)
          }
          if function == 0 && !present.hasMoreFunctions { break }
        }
      }
    }
    return found
  }
}
