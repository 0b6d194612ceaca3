/// A word of feature bits (public header `version.h`, `xen_feature_info`).
public struct FeatureInformation: WireStructure, Equatable, Sendable {
  /// `submap_idx`: which word; there is only 0.
  public var index: UInt32
  /// Out: `submap`.
  public var features: HypervisorFeatures

  @inline(__always) public init(index: UInt32 = 0) {
    self.index = index
    features = HypervisorFeatures(rawValue: 0)
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 8 }
  @inline(__always) public init(from reader: inout WireReader) {
    index = reader.u32()
    features = HypervisorFeatures(rawValue: reader.u32())
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.u32(index)
    writer.u32(features.rawValue)
  }
}

/// Where the hypervisor's part of a pv address space begins (public header `version.h`, `xen_platform_parameters`).
public struct PlatformParameters: WireStructure, Equatable, Sendable {
  /// Out: `virt_start`.
  public var virtualStart: UInt64

  @inline(__always) public init() {
    virtualStart = 0
  }

  @inline(__always) public static func size(_ width: CallWidth) -> Int { width == .bits64 ? 8 : 4 }
  @inline(__always) public init(from reader: inout WireReader) {
    virtualStart = reader.word()
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.word(virtualStart)
  }
}

/// Where the four strings of `XENVER_compile_info` lie (public header `version.h`, `xen_compile_info`).
public enum CompileInformation {
  /// The compiler: 64 bytes from 0 on.
  public static var compiler: Range<Int> { 0..<64 }
  /// By whom: 16 bytes.
  public static var compiledBy: Range<Int> { 64..<80 }
  /// Where: 32 bytes.
  public static var domain: Range<Int> { 80..<112 }
  /// When: 32 bytes.
  public static var date: Range<Int> { 112..<144 }
  /// The structure's size in bytes.
  public static var size: Int { 144 }
}
