/// The machine's processors and memory (public header `sysctl.h`, `xen_sysctl` with `xen_sysctl_physinfo`).
///
/// Counts are of 4 KiB frames.
public struct SystemControlPhysicalInformation: WireStructure, Sendable {
  /// `cmd`.
  public var operation: SystemControlOperation
  /// `interface_version`.
  public var version: UInt32
  /// Out: `threads_per_core`.
  public var threadsPerCore: UInt32
  /// Out: `cores_per_socket`.
  public var coresPerSocket: UInt32
  /// Out: `nr_cpus`: the processors in use.
  public var processorCount: UInt32
  /// Out: `max_cpu_id`.
  public var maximumProcessorID: UInt32
  /// Out: `nr_nodes`.
  public var nodeCount: UInt32
  /// Out: `max_node_id`.
  public var maximumNodeID: UInt32
  /// Out: `cpu_khz`: the rate of the time-stamp counter.
  public var kilohertz: UInt32
  /// Out: `capabilities`.
  public var capabilities: MachineCapabilities
  /// Out: `arch_capabilities`: 0.
  public var architectureCapabilities: UInt32
  /// Padding.
  public var reserved: UInt32
  /// Out: `total_pages`.
  public var totalFrameCount: UInt64
  /// Out: `free_pages`.
  public var freeFrameCount: UInt64
  /// Out: `scrub_pages`: free ones that are not cleared yet, which `free_pages` counts too.
  public var unscrubbedFrameCount: UInt64
  /// Out: `outstanding_pages`: frames claimed for domains; 0.
  public var outstandingFrameCount: UInt64
  /// Out: `max_mfn`: the highest frame.
  public var highestFrame: MachineFrame
  /// Out: `hw_cap`: words of CPUID; 0.
  public var hardwareCapabilities: InlineArray<8, UInt32>
  /// The rest of the union, which no field uses.
  public var unused: InlineArray<2, UInt64>

  @inline(__always) public init() {
    operation = .physicalInformation
    version = SystemControlOperation.interfaceVersion
    threadsPerCore = 0
    coresPerSocket = 0
    processorCount = 0
    maximumProcessorID = 0
    nodeCount = 0
    maximumNodeID = 0
    kilohertz = 0
    capabilities = MachineCapabilities(rawValue: 0)
    architectureCapabilities = 0
    reserved = 0
    totalFrameCount = 0
    freeFrameCount = 0
    unscrubbedFrameCount = 0
    outstandingFrameCount = 0
    highestFrame = MachineFrame(0)
    hardwareCapabilities = InlineArray(repeating: 0)
    unused = InlineArray(repeating: 0)
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 136 }
  @inline(__always) public init(from reader: inout WireReader) {
    operation = SystemControlOperation(reader.u32())
    version = reader.u32()
    threadsPerCore = reader.u32()
    coresPerSocket = reader.u32()
    processorCount = reader.u32()
    maximumProcessorID = reader.u32()
    nodeCount = reader.u32()
    maximumNodeID = reader.u32()
    kilohertz = reader.u32()
    capabilities = MachineCapabilities(rawValue: reader.u32())
    architectureCapabilities = reader.u32()
    reserved = reader.u32()
    totalFrameCount = reader.alignedU64()
    freeFrameCount = reader.alignedU64()
    unscrubbedFrameCount = reader.alignedU64()
    outstandingFrameCount = reader.alignedU64()
    highestFrame = MachineFrame(reader.alignedU64())
    hardwareCapabilities = InlineArray(repeating: 0)
    for index in 0..<8 { hardwareCapabilities[index] = reader.u32() }
    unused = InlineArray(repeating: 0)
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.u32(operation.rawValue)
    writer.u32(version)
    writer.u32(threadsPerCore)
    writer.u32(coresPerSocket)
    writer.u32(processorCount)
    writer.u32(maximumProcessorID)
    writer.u32(nodeCount)
    writer.u32(maximumNodeID)
    writer.u32(kilohertz)
    writer.u32(capabilities.rawValue)
    writer.u32(architectureCapabilities)
    writer.u32(reserved)
    writer.alignedU64(totalFrameCount)
    writer.alignedU64(freeFrameCount)
    writer.alignedU64(unscrubbedFrameCount)
    writer.alignedU64(outstandingFrameCount)
    writer.alignedU64(highestFrame.rawValue)
    for index in 0..<8 { writer.u32(hardwareCapabilities[index]) }
  }
}

/// What kinds of domains the machine can run (public header `sysctl.h`, `XEN_SYSCTL_PHYSCAP_*`).
public struct MachineCapabilities: OptionSet, BitwiseCopyable, Sendable {
  public var rawValue: UInt32
  @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// `XEN_SYSCTL_PHYSCAP_hvm`: hardware-assisted domains.
  public static var hardwareAssisted: Self { Self(rawValue: 1 << 0) }
  /// `XEN_SYSCTL_PHYSCAP_pv`: pv domains.
  public static var paravirtual: Self { Self(rawValue: 1 << 1) }
  /// `XEN_SYSCTL_PHYSCAP_directio`: devices behind an IOMMU.
  public static var directIO: Self { Self(rawValue: 1 << 2) }
  /// `XEN_SYSCTL_PHYSCAP_hap`: nested page tables.
  public static var nestedPaging: Self { Self(rawValue: 1 << 3) }
}

/// A part of the hypervisor's log (public header `sysctl.h`, `xen_sysctl` with `xen_sysctl_readconsole`).
public struct SystemControlReadConsole: WireStructure, Sendable {
  /// `cmd`.
  public var operation: SystemControlOperation
  /// `interface_version`.
  public var version: UInt32
  /// `clear`: not 0 to forget what is in the log.
  public var clear: UInt8
  /// `incremental`: not 0 to read from `index` on.
  public var incremental: UInt8
  /// Padding.
  public var reserved: UInt16
  /// `index`: in, where to go on if incremental; out, where the next read goes on.
  public var index: UInt32
  /// The buffer.
  public var buffer: GuestVirtualAddress
  /// `count`: in, the buffer's size in bytes; out, the bytes that were written.
  public var count: UInt32
  /// The rest of the union, which no field uses.
  public var unused: InlineArray<13, UInt64>

  @inline(__always) public init(
    buffer: GuestVirtualAddress = GuestVirtualAddress(0), count: UInt32 = 0, index: UInt32? = nil
  ) {
    operation = .readConsole
    version = SystemControlOperation.interfaceVersion
    clear = 0
    incremental = index == nil ? 0 : 1
    reserved = 0
    self.index = index ?? 0
    self.buffer = buffer
    self.count = count
    unused = InlineArray(repeating: 0)
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 136 }
  @inline(__always) public init(from reader: inout WireReader) {
    operation = SystemControlOperation(reader.u32())
    version = reader.u32()
    clear = reader.u8()
    incremental = reader.u8()
    reserved = reader.u16()
    index = reader.u32()
    buffer = reader.pointer64()
    count = reader.u32()
    unused = InlineArray(repeating: 0)
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.u32(operation.rawValue)
    writer.u32(version)
    writer.u8(clear)
    writer.u8(incremental)
    writer.u16(reserved)
    writer.u32(index)
    writer.pointer64(buffer)
    writer.u32(count)
  }
}
