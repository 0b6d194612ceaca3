/// A boot module after it was moved to where it stays: its bytes, and its string of arguments.
struct BootModule: BitwiseCopyable {
  var address = MachineAddress(0)
  var byteCount: UInt64 = 0
  var text = MachineAddress(0)
  var textCount = 0
}

/// The boot modules and the command line, copied out of the loader's memory.
struct BootModules {
  static var limit: Int { 32 }
  /// The longest string that is taken from the loader.
  static var longestText: Int { 2047 }

  var modules = InlineArray<32, BootModule>(repeating: BootModule())
  var count = 0
  var commandLine = BootModule()
  var convention = LoaderConvention.fileNameFirst
}
