import Foundation
import HypercallTable

/// `hypercall-table FOLDER` makes the files of the repository in FOLDER from the table.
@main
struct Command {
  static func main() throws {
    guard CommandLine.arguments.count == 2 else {
      print("usage: hypercall-table FOLDER-OF-THE-REPOSITORY")
      exit(2)
    }
    let root = URL(fileURLWithPath: CommandLine.arguments[1], isDirectory: true)
    for file in try generatedFiles(root: root) {
      // What is as it should be keeps its time: images are built anew for a newer one.
      if try file.write(below: root) { print(file.path) }
    }
  }
}
