import Foundation

/// The package's own folder, whatever folder the tests run in.
public enum PackageFolder {
  public static let url = URL(fileURLWithPath: #filePath).appendingPathComponent("../../..").standardized
}
