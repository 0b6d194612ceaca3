#if canImport(XenABI)
  import XenABI
#endif

/// The requests of the wire (public header `io/xs_wire.h`; xenstore.txt).
extension Store {
  /// Does what a message asks, and answers it. Nothing in it is believed.
  func answer(_ request: StorePacket, from client: StoreClient) -> StorePacket {
    guard let type = StoreMessageType(rawValue: request.type) else { return request.reply(.notImplemented) }
    do throws(StoreError) {
      let payload = try perform(type, request, client)
      if payload.count > StoreLimits.payload { throw .tooBig }
      return request.reply(type, payload)
    } catch {
      return request.reply(error)
    }
  }

  private func perform(
    _ type: StoreMessageType, _ request: StorePacket, _ client: StoreClient
  ) throws(StoreError) -> [UInt8] {
    switch type {
    case .directory, .directoryPart, .read, .getPermissions, .write, .makeDirectory, .remove, .setPermissions:
      return try performOnNode(type, request, client)
    case .watch:
      var arguments = StoreArguments(request.payload)
      let place = try arguments.string()
      let token = try arguments.string()
      if !arguments.isAtEnd || token.count > Self.longestToken { throw .invalidArgument }
      let path = try StorePath(place, of: client.domain)
      let isRelative = !path.isSpecial && place.first != UInt8(ascii: "/")
      try watch(path, token: Array(token), isRelative: isRelative, by: client)
      return Self.done
    case .unwatch:
      var arguments = StoreArguments(request.payload)
      let path = try StorePath(try arguments.string(), of: client.domain)
      let token = try arguments.string()
      guard let watch = client.watches.first(where: { $0.path == path && $0.token.elementsEqual(token) }) else {
        throw .notFound
      }
      watch.cancel()
      return Self.done
    case .resetWatches:
      reset(client)
      return Self.done
    case .transactionStart:
      if try transaction(request.transactionID, of: client) != nil { throw .busy }
      return Self.string("\(try startTransaction(by: client).id)")
    case .transactionEnd:
      let word = Array(try StoreArguments.only(request.payload))
      let commits = word == [UInt8(ascii: "T")]
      if !commits && word != [UInt8(ascii: "F")] { throw .invalidArgument }
      guard let transaction = try transaction(request.transactionID, of: client) else { throw .notFound }
      try end(transaction, of: client, commits: commits)
      return Self.done
    case .getDomainPath:
      let domain = try DomainID(storeText: try StoreArguments.only(request.payload))
      return StorePath.home(of: domain).bytes + [0]
    case .isDomainIntroduced:
      return Self.string(isIntroduced(try DomainID(storeText: try StoreArguments.only(request.payload))) ? "T" : "F")
    case .introduce, .release, .resume, .setTarget, .control:
      if !client.isPrivileged { throw .accessDenied }
      return try performPrivileged(type, request)
    case .watchEvent, .error:
      throw .notImplemented
    }
  }

  /// What an event's message has room for beside the longest path and two zeros.
  private static var longestToken: Int { StoreLimits.payload - StoreLimits.absolutePath - 2 }
  private static var done: [UInt8] { string("OK") }
  private static func string(_ text: String) -> [UInt8] { Array(text.utf8) + [0] }
}

// MARK: Nodes

extension Store {
  private func performOnNode(
    _ type: StoreMessageType, _ request: StorePacket, _ client: StoreClient
  ) throws(StoreError) -> [UInt8] {
    let transaction = try transaction(request.transactionID, of: client)
    var arguments = StoreArguments(request.payload)
    let path = try StorePath(try arguments.string(), of: client.domain)
    let takesMore = type == .write || type == .setPermissions || type == .directoryPart
    if !takesMore && !arguments.isAtEnd { throw .invalidArgument }
    if path.isSpecial && type != .getPermissions && type != .setPermissions { throw .invalidArgument }
    switch type {
    case .directory:
      return Self.list(try node(path, for: client, in: transaction).children)
    case .directoryPart:
      guard let offset = UInt32(storeText: try arguments.string()), arguments.isAtEnd else { throw .invalidArgument }
      return Self.part(of: try node(path, for: client, in: transaction), from: Int(offset))
    case .read:
      return try node(path, for: client, in: transaction).value
    case .getPermissions:
      var list: [UInt8] = []
      for entry in try permissions(of: path, for: client, in: transaction) { list += Self.string(entry.text) }
      return list
    case .write:
      try write(path, arguments.rest, by: client, in: transaction)
    case .makeDirectory:
      try makeDirectory(path, by: client, in: transaction)
    case .remove:
      try remove(path, by: client, in: transaction)
    default:
      var list: [StorePermission] = []
      repeat { list.append(try StorePermission(try arguments.string())) } while !arguments.isAtEnd
      try setPermissions(path, list, by: client, in: transaction)
    }
    return Self.done
  }

  private static func list(_ names: [StoreName]) -> [UInt8] {
    var list: [UInt8] = []
    for name in names {
      list += name.bytes
      list.append(0)
    }
    return list
  }

  /// The list's generation, then as many whole names from the offset on as a message has room for; an empty name after
  /// the last one.
  private static func part(of node: StoreNode, from offset: Int) -> [UInt8] {
    var part = string("\(node.generation)")
    var place = 0
    for name in node.children {
      let end = place + name.bytes.count + 1
      if place >= offset {
        if part.count + name.bytes.count + 2 > StoreLimits.payload { return part }
        part += name.bytes
        part.append(0)
      }
      place = end
    }
    part.append(0)
    return part
  }
}

// MARK: The control domain's requests

extension Store {
  private func performPrivileged(_ type: StoreMessageType, _ request: StorePacket) throws(StoreError) -> [UInt8] {
    var arguments = StoreArguments(request.payload)
    let word = try arguments.string()
    if type == .control { return try control(word) }
    let domain = try DomainID(storeText: word)
    if domain == .zero { throw .invalidArgument }
    if type == .introduce {
      guard let frame = UInt32(storeText: try arguments.string()), let port = UInt32(storeText: try arguments.string())
      else { throw .invalidArgument }
      if let error = onIntroduce?(domain, GuestFrame(UInt64(frame)), EventPort(port)) { throw error }
      introduce(domain)
      return Self.done
    }
    guard let client = knownClient(domain), client.isIntroduced else { throw .notFound }
    switch type {
    case .release: release(domain)
    case .resume: client.hasShutDown = false
    default: client.target = try DomainID(storeText: try arguments.string())
    }
    return Self.done
  }

  /// Commands to the server itself: `help` names them, `check` counts what is there.
  private func control(_ command: ArraySlice<UInt8>) throws(StoreError) -> [UInt8] {
    switch String(decoding: command, as: UTF8.self) {
    case "help": return Self.string("help check")
    case "check":
      var watchCount = 0
      watches.forEach { _, list in
        watchCount += list.count
        return true
      }
      return Self.string("nodes \(tree.count) watches \(watchCount) domains \(clients.count)")
    default: throw .invalidArgument
    }
  }
}
