import XenABI

@testable import Dom0Logic

/// xenstore again, the naive way: a table of paths, and lists of everything.
struct StoreModel {
  struct Permission: Equatable {
    var domain: UInt16
    var letter: Character
  }

  struct Node: Equatable {
    var value = ""
    /// The first is the owner.
    var permissions: [Permission]
  }

  struct Watch: Hashable {
    var domain: UInt16
    var path: String
    var token: String
  }

  var nodes: [String: Node] = [:]
  var watches: [Watch] = []

  /// One request on a node, and what it says.
  struct Request {
    var type: StoreMessageType
    var path: String
    var value = ""
    var permissions: [String] = []
  }

  typealias Answer = StoreRig.Answer
  struct Told: Hashable {
    var watch: Watch
    var path: String
  }

  private func letter(_ domain: UInt16, _ node: Node) -> Character {
    if domain == 0 || node.permissions[0].domain == domain { return "o" }
    return (node.permissions.dropFirst().first { $0.domain == domain } ?? node.permissions[0]).letter
  }
  func mayRead(_ domain: UInt16, _ node: Node) -> Bool { "orb".contains(letter(domain, node)) }
  private func mayWrite(_ domain: UInt16, _ node: Node) -> Bool { "owb".contains(letter(domain, node)) }

  static func isAtOrBelow(_ path: String, _ ancestor: String) -> Bool {
    ancestor == "/" || path == ancestor || path.hasPrefix(ancestor + "/")
  }
  static func parent(_ path: String) -> String {
    let names = path.split(separator: "/").dropLast()
    return "/" + names.joined(separator: "/")
  }
  private func children(_ path: String) -> [String] {
    nodes.keys.filter { $0 != "/" && Self.parent($0) == path }.map { String($0.split(separator: "/").last ?? "") }
      .sorted()
  }
  private func nearest(_ path: String) -> Node {
    var place = path
    while nodes[place] == nil { place = Self.parent(place) }
    return nodes[place] ?? Node(permissions: [])
  }

  /// Does the request; returns the answer and who is told.
  mutating func perform(_ request: Request, by domain: UInt16) -> (Answer, Set<Told>) {
    let path = request.path
    let needsWrite = [.write, .makeDirectory, .remove].contains(request.type)
    guard let node = nodes[path] else { return performAbsent(request, by: domain) }
    if request.type == .setPermissions {
      if letter(domain, node) != "o" { return (.refused(.accessDenied), []) }
    } else if !(needsWrite ? mayWrite(domain, node) : mayRead(domain, node)) {
      return (.refused(.accessDenied), [])
    }
    switch request.type {
    case .read: return (.ok(node.value), [])
    case .directory: return (.ok(children(path).map { $0 + "\0" }.joined()), [])
    case .getPermissions: return (.ok(node.permissions.map { "\($0.letter)\($0.domain)\0" }.joined()), [])
    case .makeDirectory: return (.done, [])
    case .write:
      nodes[path]?.value = request.value
      return (.done, told(path, [node]))
    case .remove:
      let removed = nodes.filter { Self.isAtOrBelow($0.key, path) }
      for key in removed.keys { nodes[key] = nil }
      var all = told(path, [node])
      for (key, node) in removed where key != path {
        for watch in watches where watch.path == key && mayRead(watch.domain, node) {
          all.insert(Told(watch: watch, path: key))
        }
      }
      return (.done, all)
    default:
      let list = request.permissions.map { Permission(domain: UInt16($0.dropFirst()) ?? 0, letter: $0.first ?? "?") }
      if domain != 0 && list[0].domain != node.permissions[0].domain { return (.refused(.notPermitted), []) }
      nodes[path]?.permissions = list
      return (.done, told(path, [node, nodes[path] ?? node]))
    }
  }

  private mutating func performAbsent(_ request: Request, by domain: UInt16) -> (Answer, Set<Told>) {
    let path = request.path
    let above = nearest(path)
    switch request.type {
    case .write, .makeDirectory:
      if !mayWrite(domain, above) { return (.refused(.accessDenied), []) }
      var permissions = above.permissions
      if domain != 0 { permissions[0].domain = domain }
      var place = path
      let node = Node(value: request.value, permissions: permissions)
      while nodes[place] == nil {
        nodes[place] = place == path ? node : Node(permissions: permissions)
        place = Self.parent(place)
      }
      return (.done, told(path, [node]))
    case .remove:
      if !mayWrite(domain, above) { return (.refused(.accessDenied), []) }
      return (nodes[Self.parent(path)] == nil ? .refused(.notFound) : .done, [])
    case .setPermissions:
      return (.refused(letter(domain, above) == "o" ? .notFound : .accessDenied), [])
    default:
      return (.refused(mayRead(domain, above) ? .notFound : .accessDenied), [])
    }
  }

  /// The watches of a path and of those above it, of domains that can read one of the states.
  private func told(_ path: String, _ states: [Node]) -> Set<Told> {
    var all: Set<Told> = []
    for watch in watches where Self.isAtOrBelow(path, watch.path) {
      if states.contains(where: { mayRead(watch.domain, $0) }) { all.insert(Told(watch: watch, path: path)) }
    }
    return all
  }
}
