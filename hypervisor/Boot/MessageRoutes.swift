/// The messages of PCI functions that were given a vector, by slot: slot n comes as the vector
/// `HostVector.messageBase + n`.
struct MessageRoutes: BitwiseCopyable {
  /// One message.
  enum Route: BitwiseCopyable {
    case none
    case msi(MSICapability)
    /// With the place where the table's entry is mapped.
    case msix(MSIXCapability, entry: UInt)
  }

  private var routes = InlineArray<48, Route>(repeating: .none)

  subscript(slot: UInt32) -> Route {
    get { slot < UInt32(routes.count) ? routes[Int(slot)] : .none }
    set { if slot < UInt32(routes.count) { routes[Int(slot)] = newValue } }
  }

  /// Whether another slot has a message of the same function's table.
  func sharesTable(_ slot: UInt32) -> Bool {
    guard case .msix(let capability, _) = self[slot] else { return false }
    var index: UInt32 = 0
    while index < UInt32(routes.count) {
      if index != slot, case .msix(let other, _) = self[index], other.table == capability.table { return true }
      index &+= 1
    }
    return false
  }
}

extension Handle where Object == MachineState {
  /// Programs a function's MSI, or an entry of its MSI-X table, with the slot's vector.
  ///
  /// - Parameters:
  ///   - slot: whose vector it is, from 0 on.
  ///   - function: segment << 16 | bus << 8 | device << 3 | function.
  ///   - table: 0 for MSI; else the address of the table, or of the memory that it lies in. It has to be what the
  ///     function says itself.
  ///   - entry: the table's entry.
  /// - Returns: false where there is no vector for the slot, or the function lacks such a message.
  func routeMessage(_ slot: UInt32, function: UInt32, table: UInt64, entry: UInt32) -> Bool {
    guard slot < UInt32(HostVector.messageCount), let device = PCIFunction(function) else { return false }
    let message = InterruptMessage(
      vector: HostVector.messageBase &+ UInt8(truncatingIfNeeded: slot), apic: object.apic.id)
    if table == 0 {
      guard let capability = MSICapability(device) else { return false }
      capability.enable(message)
      object.messages[slot] = .msi(capability)
      return true
    }
    guard let capability = MSIXCapability(device), entry < capability.entryCount,
      table == capability.table || table == capability.base,
      let place = mapEntry(capability.table &+ UInt64(entry) &* 16)
    else { return false }
    capability.enable(place, message)
    object.messages[slot] = .msix(capability, entry: place)
    return true
  }

  /// Takes the slot's message away from its function.
  func unrouteMessage(_ slot: UInt32) {
    switch object.messages[slot] {
    case .none: return
    case .msi(let capability): capability.disable()
    case .msix(let capability, let entry):
      capability.disable(entry, isLast: !object.messages.sharesTable(slot))
    }
    object.messages[slot] = .none
  }

  /// Maps an entry of a table. The interrupt controllers are mapped already, and must not be taken for one.
  private func mapEntry(_ address: UInt64) -> UInt? {
    guard !MachineRange.controllers.contains(MachineAddress(address)) else { return nil }
    let hypervisor = object.hypervisor
    return DeviceWindow(windowBase: hypervisor.object.map.base).map(
      address, limit: AddressSpace.reach.end.rawValue
    ) {
      hypervisor.object.allocator.allocate(.page, owner: .hypervisor)?.address
    }
  }
}
