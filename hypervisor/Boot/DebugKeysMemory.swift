/// The debug key m: memory.
extension Handle where Object == Hypervisor {
  func showMemory() {
    let free = object.allocator.freeCount
    show(
      "frames: \(object.allocator.managedCount) in all, \(free) free (\(frames: free)), \(object.allocator.dirtyCount) of these not cleared yet"
    )
    forEachDomain { domain in
      let memory = domain.object.memory
      show(
        "  domain \(domain.object.id): \(memory.held) frames (\(frames: memory.held)), \(memory.current) in its map, at most \(memory.maximum); \(domain.object.p2m.tableCount) tables of \(domain.object.p2m.tableLimit), root \(domain.object.p2m.root.address)"
      )
    }
  }
}
