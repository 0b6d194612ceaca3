import Foundation

/// Where the Makefile has put the images. `APUS_BUILD` overrides the folder `build` of the package.
public enum BuiltFiles {
  /// The package's own folder.
  public static let package = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static let folder =
    ProcessInfo.processInfo.environment["APUS_BUILD"].map { URL(fileURLWithPath: $0) }
    ?? package.appendingPathComponent("build")

  /// The path of a built file, by its name below the build folder.
  public static func path(_ name: String) -> String {
    folder.appendingPathComponent(name).path
  }

  /// The path of a script in `tools/`.
  static func tool(_ name: String) -> String {
    package.appendingPathComponent("tools").appendingPathComponent(name).path
  }
}
