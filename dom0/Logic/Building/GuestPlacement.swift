#if canImport(XenABI)
  import Builder
  import XenABI
#endif

/// Where in a guest's memory the pieces go that its kernel is handed: behind the kernel the ramdisk, behind that the start
/// info with the command line.
struct GuestPlacement {
  /// The memory map that the guest is told.
  private(set) var map: GuestMemoryMap
  let ramdisk: GuestPhysicalAddress?
  let startInfo: GuestPhysicalAddress
  let startInfoSize: UInt64

  /// What does not fit, as a line for people.
  struct Misfit: Error, Equatable {
    let message: String
  }

  /// Finds the places.
  ///
  /// - Parameters:
  ///   - frames: the guest's memory.
  ///   - kernelEnd: the first byte past the kernel.
  ///   - ramdiskSize: nil without one.
  ///   - textSize: the bytes of the command line.
  init(
    frames: UInt64, kernelEnd: GuestPhysicalAddress, ramdiskSize: UInt64?, textSize: Int
  ) throws(Misfit) {
    do throws(MemoryMapError) {
      map = try GuestMemoryMap(frames: frames)
    } catch {
      throw Misfit(message: "\(error.message)")
    }
    var next = kernelEnd
    if let ramdiskSize {
      guard let place = map.firstRAM(byteCount: ramdiskSize, notBelow: next) else {
        throw Misfit(
          message: "the ramdisk of \(ramdiskSize >> 10) KiB does not fit behind the kernel: expected more memory")
      }
      ramdisk = place
      next = place.advanced(by: ramdiskSize)
    } else {
      ramdisk = nil
    }
    startInfoSize = (pageSize + UInt64(textSize) + 1 + pageSize - 1) & ~(pageSize - 1)
    guard let place = map.firstRAM(byteCount: startInfoSize, notBelow: next) else {
      throw Misfit(message: "the start info does not fit behind the kernel: expected more memory")
    }
    startInfo = place
    do throws(MemoryMapError) {
      try map.set(place, byteCount: startInfoSize, to: .reserved)
    } catch {
      throw Misfit(message: "\(error.message)")
    }
  }

  /// The map as hypercalls have it.
  var entries: [MemoryMapEntry] {
    (0..<map.count).map {
      MemoryMapEntry(
        address: map[$0].address.rawValue, byteCount: map[$0].byteCount, kind: MemoryKind(map[$0].type.rawValue))
    }
  }
}
