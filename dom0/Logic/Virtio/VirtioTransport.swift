/// Why a virtio device can't be driven.
enum VirtioError: Error, Equatable {
  /// It does not come back from its reset.
  case resetFailed
  /// It does not offer the interface of version 1.
  case isLegacy
  /// It does not take the features that it offers itself.
  case featuresRefused
  /// It has no such queue, or none of a usable size.
  case noQueue
  /// It does not take the interrupt's number.
  case vectorRefused
}

/// Features of every device (Virtual I/O Device specification 1.0, 6).
enum VirtioFeature {
  /// Interrupts and notifications by an index (`VIRTIO_F_EVENT_IDX`).
  static var eventIndex: UInt64 { 1 << 29 }
  /// The interface of version 1 (`VIRTIO_F_VERSION_1`).
  static var version1: UInt64 { 1 << 32 }
}

/// A virtio device behind the modern PCI transport (Virtual I/O Device specification 1.0, 4.1.4).
struct VirtioTransport<Registers: DeviceMemory> {
  private let common: Registers
  private let notifications: Registers
  private let interruptStatus: Registers
  /// The device's own registers.
  let device: Registers
  private let notifyMultiplier: UInt32
  private let notifySize: UInt64
  private let deviceSize: UInt64

  /// Of the four structures that `structures` describes.
  init(
    _ structures: VirtioStructures, common: Registers, notifications: Registers, interruptStatus: Registers,
    device: Registers
  ) {
    self.common = common
    self.notifications = notifications
    self.interruptStatus = interruptStatus
    self.device = device
    notifyMultiplier = structures.notifyMultiplier
    notifySize = structures.notify.byteCount
    deviceSize = structures.device.byteCount
  }

  /// The common structure's registers (`struct virtio_pci_common_cfg`).
  private enum Register {
    static var deviceFeatureSelect: Int { 0 }
    static var deviceFeature: Int { 4 }
    static var driverFeatureSelect: Int { 8 }
    static var driverFeature: Int { 12 }
    static var configurationVector: Int { 16 }
    static var status: Int { 20 }
    static var configurationGeneration: Int { 21 }
    static var queueSelect: Int { 22 }
    static var queueSize: Int { 24 }
    static var queueVector: Int { 26 }
    static var queueEnable: Int { 28 }
    static var queueNotifyOffset: Int { 30 }
    static var queueDescriptors: Int { 32 }
    static var queueAvailable: Int { 40 }
    static var queueUsed: Int { 48 }
  }

  /// Bits of the status (2.1).
  private enum Status {
    static var acknowledge: UInt8 { 1 }
    static var driver: UInt8 { 2 }
    static var driverOK: UInt8 { 4 }
    static var featuresOK: UInt8 { 8 }
    static var needsReset: UInt8 { 64 }
    static var failed: UInt8 { 128 }
  }

  /// `VIRTIO_MSI_NO_VECTOR`.
  static var noVector: UInt16 { 0xFFFF }

  private func add(_ bit: UInt8) { common.store8(common.load8(at: Register.status) | bit, at: Register.status) }

  /// Stops whatever the device does. How long that takes is its own affair; a device that is there is quick.
  func reset() throws(VirtioError) {
    common.store8(0, at: Register.status)
    for _ in 0..<100_000 where common.load8(at: Register.status) == 0 { return }
    throw .resetFailed
  }

  /// Resets the device and agrees with it on those of the `wanted` features that it has, which must include version 1.
  func negotiate(_ wanted: UInt64) throws(VirtioError) -> UInt64 {
    try reset()
    add(Status.acknowledge)
    add(Status.driver)
    var offered: UInt64 = 0
    for half: UInt32 in 0..<2 {
      common.store32(half, at: Register.deviceFeatureSelect)
      offered |= UInt64(common.load32(at: Register.deviceFeature)) << UInt64(half * 32)
    }
    let agreed = offered & (wanted | VirtioFeature.version1)
    guard agreed & VirtioFeature.version1 != 0 else { throw .isLegacy }
    for half: UInt32 in 0..<2 {
      common.store32(half, at: Register.driverFeatureSelect)
      common.store32(UInt32(truncatingIfNeeded: agreed >> UInt64(half * 32)), at: Register.driverFeature)
    }
    add(Status.featuresOK)
    guard common.load8(at: Register.status) & Status.featuresOK != 0 else { throw .featuresRefused }
    return agreed
  }

  /// The size that the device proposes for a queue; nil where it has no such queue.
  func queueSize(_ index: UInt16) -> UInt16? {
    common.store16(index, at: Register.queueSelect)
    let size = common.load16(at: Register.queueSize)
    return size == 0 ? nil : size
  }

  /// Gives the device a queue's memory and its interrupt's entry in the message table, if any; returns where in the
  /// notification structure it is told of the queue.
  func enable(
    _ index: UInt16, size: UInt16, descriptors: UInt64, available: UInt64, used: UInt64, vector: UInt16
  ) throws(VirtioError) -> Int {
    common.store16(Self.noVector, at: Register.configurationVector)
    common.store16(index, at: Register.queueSelect)
    common.store16(size, at: Register.queueSize)
    common.store16(vector, at: Register.queueVector)
    guard common.load16(at: Register.queueVector) == vector else { throw .vectorRefused }
    store(descriptors, at: Register.queueDescriptors)
    store(available, at: Register.queueAvailable)
    store(used, at: Register.queueUsed)
    let place = UInt64(common.load16(at: Register.queueNotifyOffset)) &* UInt64(notifyMultiplier)
    guard place &+ 2 <= notifySize else { throw .noQueue }
    common.store16(1, at: Register.queueEnable)
    return Int(place)
  }

  /// 64-bit fields are written by halves (4.1.3.1).
  private func store(_ value: UInt64, at offset: Int) {
    common.store32(UInt32(truncatingIfNeeded: value), at: offset)
    common.store32(UInt32(truncatingIfNeeded: value >> 32), at: offset + 4)
  }

  /// From now on the device works.
  func start() { add(Status.driverOK) }

  /// Tells the device that it is given up.
  func fail() { add(Status.failed) }

  /// Whether the device says of itself that it can't go on.
  var isBroken: Bool { common.load8(at: Register.status) & (Status.needsReset | Status.failed) != 0 }

  /// Tells the device of new requests; `place` as `enable` gave it.
  func notify(_ index: UInt16, at place: Int) { notifications.store16(index, at: place) }

  /// Takes the interrupt of a device that signals by line back, by reading; whether it was this device's.
  func takeInterrupt() -> Bool { interruptStatus.load8(at: 0) != 0 }

  /// Reads registers of the device's own, which may change meanwhile: until two readings of their generation agree, a
  /// few times at most.
  func readDevice<Value>(_ body: (Registers) -> Value) -> Value {
    var value = body(device)
    for _ in 0..<8 {
      let before = common.load8(at: Register.configurationGeneration)
      value = body(device)
      if common.load8(at: Register.configurationGeneration) == before { break }
    }
    return value
  }

  /// Whether the device's own registers reach up to `end`.
  func hasDeviceRegisters(upTo end: Int) -> Bool { UInt64(end) <= deviceSize }
}
