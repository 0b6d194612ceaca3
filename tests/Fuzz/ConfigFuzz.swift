#if canImport(Dom0Logic)
  @testable import Dom0Logic
#endif

/// Whatever a configuration or an archive holds, reading it ends with an answer.
enum ConfigFuzz {
  /// Reads the bytes as a guest's configuration and as an archive, and checks what must hold of any answer.
  static func run(_ bytes: [UInt8]) {
    do throws(ConfigurationError) {
      let configuration = try GuestConfiguration.parse(bytes, file: "fuzz").configuration
      precondition(GuestNames.isValid(configuration.name))
      precondition(configuration.maximumFrames >= configuration.frames && configuration.frames >= 256)
      precondition(!configuration.commandLine.utf8.contains(0))
    } catch {
      precondition(!error.found.isEmpty && !error.expected.isEmpty)
    }
    let files = FileList()
    files.add(NamedFile(name: "archive", source: BufferSource(bytes)))
    precondition(files.pendingCount == 0)
    for file in files.all { precondition(file.source.byteCount <= UInt64(bytes.count)) }
  }
}
