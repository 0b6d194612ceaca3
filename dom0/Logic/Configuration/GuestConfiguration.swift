#if canImport(XenABI)
  import Builder
  import XenABI
#endif

/// What a guest is to be, as a text in xl's syntax says (xl.cfg(5)).
struct GuestConfiguration: Equatable {
  /// 1 to 127 of `A-Z a-z 0-9 _ . -`.
  var name: String
  /// Nil: one is made.
  var uuid: GuestUUID?
  /// The name of the file with the kernel.
  var kernel: String
  /// The name of the file that the kernel is handed as its first module.
  var ramdisk: String?
  var commandLine = ""
  /// The memory that it starts with, in frames.
  var frames: UInt64
  /// The memory that it may have, in frames; not below `frames`.
  var maximumFrames: UInt64
  var vcpus: UInt32 = 1
  var disks: [DiskSpecification] = []
  var onPowerOff = EndAction.destroy
  var onReboot = EndAction.restart
  var onCrash = EndAction.destroy
  var onWatchdog = EndAction.destroy
  /// Its share of the CPU in relation to others'.
  var weight: UInt16 = 256
  /// The most of a CPU that it gets, in percent; 0 is no limit.
  var cap: UInt16 = 0

  /// A configuration that was read, and what a person should know of it: one line each.
  struct Parsed {
    let configuration: GuestConfiguration
    let warnings: [String]
  }

  /// Reads a configuration.
  ///
  /// - Parameters:
  ///   - file: its name, for messages.
  ///   - settings: further ones, `KEY=VALUE`, that hold instead of the file's.
  static func parse(
    _ bytes: [UInt8], file: String, settings: [String] = []
  ) throws(ConfigurationError) -> Parsed {
    do throws(ConfigurationFault) {
      var reader = ConfigurationReader(settings: try ConfigurationParser.parse(bytes, settings: settings))
      let configuration = try reader.read()
      return Parsed(configuration: configuration, warnings: reader.warnings.map { $0.message(in: file) })
    } catch {
      throw error.error(in: file)
    }
  }

  /// What is done when it ends for this reason.
  func action(on reason: ShutdownReason) -> EndAction {
    switch reason {
    case .powerOff: onPowerOff
    case .reboot: onReboot
    case .watchdog: onWatchdog
    case .suspend: .preserve
    default: onCrash
    }
  }
}
