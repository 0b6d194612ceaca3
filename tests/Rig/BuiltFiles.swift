import Foundation
import HostTools

/// Where the Makefile has put the images. `APUS_BUILD` overrides the folder `build` of the package.
public enum BuiltFiles {
  static let folder =
    ProcessInfo.processInfo.environment["APUS_BUILD"].map { URL(fileURLWithPath: $0) }
    ?? PackageFolder.url.appendingPathComponent("build")

  /// The path of a built file, by its name below the build folder.
  public static func path(_ name: String) -> String {
    folder.appendingPathComponent(name).path
  }

  /// The path of a script in `tools/`.
  static func tool(_ name: String) -> String {
    PackageFolder.url.appendingPathComponent("tools").appendingPathComponent(name).path
  }
}
