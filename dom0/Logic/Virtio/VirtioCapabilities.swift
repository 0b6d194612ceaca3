/// A stretch of a function's memory that a virtio capability names (Virtual I/O Device specification 1.0, 4.1.4).
struct VirtioStructure: Equatable {
  /// The base register.
  var base: UInt8
  var offset: UInt64
  var byteCount: UInt64
}

/// Where a modern virtio function has its structures: the first usable one of each kind counts.
struct VirtioStructures: Equatable {
  var common: VirtioStructure
  var notify: VirtioStructure
  var interruptStatus: VirtioStructure
  var device: VirtioStructure
  /// Bytes between the places of two queues' notifications, by their number.
  var notifyMultiplier: UInt32

  /// What each kind must hold at least.
  private static var commonSize: UInt64 { 56 }

  /// Nil where the function lacks one: it is no virtio function, or one of the legacy interface only.
  init?<Configuration: PCIConfiguration>(_ function: PCIFunction<Configuration>) {
    var places: [VirtioStructure?] = [nil, nil, nil, nil]
    var multiplier: UInt32 = 0
    for capability in function.capabilities(0x09) where capability <= 0xEC {
      let kind = Int(function.read(capability) >> 24)
      let base = UInt8(truncatingIfNeeded: function.read(capability + 4))
      let structure = VirtioStructure(
        base: base, offset: UInt64(function.read(capability + 8)), byteCount: UInt64(function.read(capability + 12)))
      guard kind >= 1 && kind <= 4 && base < 6 && places[kind - 1] == nil else { continue }
      if kind == 2 { multiplier = function.read(capability + 16) }
      places[kind - 1] = structure
    }
    guard let common = places[0], let notify = places[1], let status = places[2], let device = places[3],
      common.byteCount >= Self.commonSize, notify.byteCount >= 2, status.byteCount >= 1
    else { return nil }
    self.common = common
    self.notify = notify
    self.interruptStatus = status
    self.device = device
    notifyMultiplier = multiplier
  }
}
