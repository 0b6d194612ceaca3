/// The commands about the store, and about what guests can be made of.
extension Service {
  func storeList(_ path: String, fullPaths: Bool, permissions: Bool) {
    onStore("xenstore-ls", path) { () throws(StoreError) in
      let listing = StoreListing(below: path, children: try store.list(path), fullPaths: fullPaths)
      wait(for: StoreListActivity(self, listing, permissions: permissions))
    }
  }

  func storeRead(_ paths: [String]) {
    for path in paths {
      onStore("xenstore-read", path) { () throws(StoreError) in
        terminal.print(StoreListing.quoted(try store.read(path)))
      }
    }
  }

  func storeWrite(_ path: String, _ value: String) {
    onStore("xenstore-write", path) { () throws(StoreError) in try store.write(path, value) }
  }

  func storeRemove(_ paths: [String]) {
    for path in paths {
      onStore("xenstore-rm", path) { () throws(StoreError) in
        if !store.exists(path) { throw .notFound }
        try store.remove(path)
      }
    }
  }

  private func onStore(_ what: StaticString, _ path: String, _ body: () throws(StoreError) -> Void) {
    do {
      try body()
    } catch {
      terminal.print("\(what): \(path): \(error.reason)")
    }
  }

  func listBlockDevices(of guest: GuestDomain) {
    let root = "\(BlockBackends.root)/\(guest.id.rawValue)"
    let devices = (try? store.list(root)) ?? []
    if devices.isEmpty {
      terminal.print("\(guest.name) has no disks")
      return
    }
    terminal.print(BlockRow.heading)
    for device in devices {
      let front = "/local/domain/\(guest.id.rawValue)/device/vbd/\(device)"
      let back = "\(root)/\(device)"
      func node(_ path: String) -> String? { (try? store.read(path)).map { StoreListing.quoted($0) } }
      terminal.print(
        BlockRow(
          device: device, state: node("\(front)/state") ?? "-1", port: node("\(front)/event-channel") ?? "-1",
          // A ring of several pages is named by each of them.
          ring: node("\(front)/ring-ref") ?? node("\(front)/ring-ref0") ?? "-1", path: back,
          target: node("\(back)/params") ?? "-1"
        ).text)
    }
  }

  func listDisks() {
    if disks.all.isEmpty {
      terminal.print("there are no disks: see docs/running.md for how to give domain 0 some")
      return
    }
    terminal.print(DiskRow.heading)
    for disk in disks.all {
      let counts = disk.counts
      terminal.print(
        DiskRow(
          name: disk.name, kind: disk.kind, bytes: disk.geometry.sectorCount &* BlockSector.size,
          isReadOnly: disk.geometry.isReadOnly, requests: counts.requests,
          readBytes: counts.sectorsRead &* BlockSector.size, writtenBytes: counts.sectorsWritten &* BlockSector.size,
          errors: counts.errors
        ).text)
    }
  }

  func listFiles() {
    if toolstack.files.all.isEmpty {
      terminal.print("there are no files: boot modules and disks are where they come from")
      return
    }
    terminal.print(Column.leading("Name", width: 40) + Column.trailing("Bytes", width: 12))
    for file in toolstack.files.all {
      terminal.print(
        Column.leading(PlainText.of(file.name.utf8), width: 40)
          + Column.trailing("\(file.source.byteCount)", width: 12))
    }
  }
}
