/// A line of `block-list`, in the columns of Xen's own tool.
struct BlockRow {
  /// The virtual device's number.
  let device: String
  /// The frontend's state in the store.
  let state: String
  let port: String
  let ring: String
  /// The backend's folder.
  let path: String
  let target: String

  static var heading: String { columns("Vdev", "BE", "handle", "state", "evt-ch", "ring-ref", "BE-path") + "  disk" }

  var text: String { Self.columns(device, "0", device, state, port, ring, path) + "  \(target)" }

  private static func columns(
    _ device: String, _ backend: String, _ handle: String, _ state: String, _ port: String, _ ring: String,
    _ path: String
  ) -> String {
    Column.leading(device, width: 7) + Column.leading(backend, width: 4) + Column.leading(handle, width: 7)
      + Column.leading(state, width: 6) + Column.leading(port, width: 7) + Column.leading(ring, width: 9)
      + Column.leading(path, width: 36)
  }
}

/// A line of `disks`.
struct DiskRow {
  let name: String
  let kind: String
  let bytes: UInt64
  let isReadOnly: Bool
  let requests: UInt64
  let readBytes: UInt64
  let writtenBytes: UInt64
  let errors: UInt64

  static var heading: String {
    columns("Name", "Kind", "Access", "KiB", "Requests", "KiB read", "KiB written", "Errors")
  }

  var text: String {
    Self.columns(
      name, kind, isReadOnly ? "r" : "rw", "\(bytes >> 10)", "\(requests)", "\(readBytes >> 10)",
      "\(writtenBytes >> 10)", "\(errors)")
  }

  private static func columns(
    _ name: String, _ kind: String, _ access: String, _ size: String, _ requests: String, _ read: String,
    _ written: String, _ errors: String
  ) -> String {
    Column.leading(name, width: 17) + Column.leading(kind, width: 13) + Column.leading(access, width: 6)
      + Column.trailing(size, width: 10) + Column.trailing(requests, width: 10) + Column.trailing(read, width: 11)
      + Column.trailing(written, width: 13) + Column.trailing(errors, width: 8)
  }
}
