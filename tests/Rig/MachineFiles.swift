import Foundation

extension MachineConfiguration {
  /// Makes the disks and the modules that are given by their content in `folder`, before the emulator starts there, and
  /// returns the machine with the modules' whole paths.
  func withFiles(in folder: URL) throws -> MachineConfiguration {
    for (index, disk) in disks.enumerated() { try disk.create(index, in: folder) }
    var machine = self
    for index in modules.indices {
      guard let content = modules[index].content else { continue }
      let file = folder.appendingPathComponent(modules[index].file)
      try Data(content).write(to: file)
      machine.modules[index].file = file.path
    }
    return machine
  }
}
