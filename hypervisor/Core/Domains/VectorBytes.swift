#if canImport(XenABI)
  import XenABI
#endif

/// The x87 and SSE state of a vCPU whose registers are not in the processor: the first 512 bytes of its area, in the
/// format of FXSAVE (Intel SDM vol. 1 10.5.1).
extension Handle where Object == VCPU {
  private var vectorArea: UnsafeMutableRawPointer {
    // At least 512 bytes, and with XSAVE the header behind them: the vCPU's own frames, in the direct map.
    unsafe object.domain.object.hypervisor.object.map.pointer(object.vectorState)
  }

  /// A piece of it, from an offset that is a multiple of the piece's size and below 512.
  func vectorBytes(from offset: Int) -> WireBytes {
    var bytes = WireBytes()
    var index = 0
    while index < wireCapacity {
      bytes[index] = unsafe vectorArea.load(fromByteOffset: (offset &+ index) & 511, as: UInt8.self)
      index &+= 1
    }
    return bytes
  }

  /// Looks at the first half of a new state.
  ///
  /// - Throws: `invalidArgument` where MXCSR has a bit that the processor does not: restoring it would be a fault.
  func checkVectorBytes(_ bytes: WireBytes) throws(HypercallError) {
    let mxcsr = bytes.span.loadChecked(at: 24, as: UInt32.self)
    let hypervisor = object.domain.object.hypervisor
    guard mxcsr & ~hypervisor.object.allowedMXCSR == 0 else {
      hypervisor.log(
        .warning,
        "d\(object.domain.object.id)v\(object.id): state refused: MXCSR is \(hex: mxcsr), expected: reserved bits are zero"
      )
      throw .invalidArgument
    }
  }

  /// Replaces a piece of it.
  func setVectorBytes(_ bytes: WireBytes, at offset: Int) {
    var index = 0
    while index < wireCapacity {
      unsafe vectorArea.storeBytes(of: bytes[index], toByteOffset: (offset &+ index) & 511, as: UInt8.self)
      index &+= 1
    }
    guard object.domain.object.hypervisor.object.extendedComponents != 0 else { return }
    // XSTATE_BV: x87 and SSE are not in their initial state (Intel SDM vol. 1 13.4.2).
    let present = unsafe vectorArea.load(fromByteOffset: 512, as: UInt64.self)
    unsafe vectorArea.storeBytes(of: present | 3, toByteOffset: 512, as: UInt64.self)
  }
}
