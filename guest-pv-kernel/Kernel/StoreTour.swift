/// Uses the store as a guest does: each request, its refusals, a transaction that another change breaks, and watches.
enum StoreTour {
  static func run(_ findings: inout Findings) {
    findings.section("xenstore")
    if !XenStore.isPresent {
      findings.fact("xenstore", "none")
      return
    }
    do throws(GuestError) {
      findings.fact("xenstore.name", try XenStore.read("name"))
      try nodes(&findings)
      try transactions(&findings)
      try watches(&findings)
      try XenStore.remove("data/tour")
    } catch {
      findings.check("xenstore", false, "\(error)", expected: "served")
    }
  }

  private static func nodes(_ findings: inout Findings) throws(GuestError) {
    let long = String(repeating: "0123456789abcdef", count: 128)
    try XenStore.write("data/tour/a", long)
    findings.check("xenstore.write", try XenStore.read("data/tour/a") == long, "read back", expected: "2048 bytes")
    try XenStore.makeDirectory("data/tour/b/c")
    let names = try XenStore.list("data/tour")
    findings.check("xenstore.list", names == ["a", "b"], "\(names.count) names", expected: "a and b")
    for index in 0..<200 { try XenStore.write("data/tour/many/a-name-that-is-long-\(index)", "\(index)") }
    findings.check("xenstore.list_in_parts", try XenStore.list("data/tour/many").count, equals: 200)
    try XenStore.remove("data/tour/many")
    try XenStore.setPermissions("data/tour/a", ["\(try XenStore.permissions(of: "data/tour/a")[0])", "r0"])
    let permissions = try XenStore.permissions(of: "data/tour/a")
    findings.check("xenstore.permissions", permissions.last == "r0", permissions.last ?? "", expected: "r0")
    refused("xenstore.absent", .notFound, &findings) { () throws(GuestError) in _ = try XenStore.read("data/none") }
    refused("xenstore.foreign", .accessDenied, &findings) { () throws(GuestError) in
      try XenStore.write("/local/domain/0/tour", "")
    }
    refused("xenstore.no_path", .invalidArgument, &findings) { () throws(GuestError) in
      try XenStore.write("data//tour", "")
    }
    refused("xenstore.too_long", .tooBig, &findings) { () throws(GuestError) in
      try XenStore.write("data/tour/a", String(repeating: "x", count: 4096))
    }
    refused("xenstore.quota", .noSpace, &findings) { () throws(GuestError) in
      try XenStore.write("data/tour/a", long + "x")
    }
  }

  private static func transactions(_ findings: inout Findings) throws(GuestError) {
    var attempts = 0
    try XenStore.transaction { transaction throws(GuestError) in
      attempts += 1
      let old = (try? XenStore.readNumber("data/tour/count", in: transaction)) ?? 0
      // As if another had come in between, the first time.
      if attempts == 1 { try XenStore.write("data/tour/count", "7") }
      try XenStore.write("data/tour/count", "\(old + 1)", in: transaction)
    }
    findings.check("xenstore.transaction_attempts", attempts, equals: 2)
    findings.check("xenstore.transaction", try XenStore.readNumber("data/tour/count") ?? 0, equals: 8)
  }

  private static func watches(_ findings: inout Findings) throws(GuestError) {
    var told: [String] = []
    let watch = try XenStore.watch("data/tour") { told.append($0) }
    try XenStore.write("data/tour/b/c", "1")
    try XenStore.remove("data/tour/b")
    let deadline = Clock.now.adding(.seconds(10))
    _ = XenStore.wait(until: deadline) { told.count >= 3 }
    let expected = ["data/tour", "data/tour/b/c", "data/tour/b"]
    findings.check("xenstore.watch", told == expected, "\(told.count) events", expected: "three, in order")
    watch.cancel()
    try XenStore.write("data/tour/d", "")
    XenStore.deliver()
    findings.check("xenstore.unwatch", told.count, equals: 3)
  }

  private static func refused(
    _ name: String, _ expected: StoreError, _ findings: inout Findings, _ body: () throws(GuestError) -> Void
  ) {
    do {
      try body()
      findings.check(name, false, "done", expected: "\(expected.name)")
    } catch {
      findings.check(name, error == .store(expected), "\(error)", expected: "\(expected.name)")
    }
  }
}
