/// A guest that looks around in xenstore: its own name, the nodes of its place, and a value that somebody may change by
/// `xenstore-write /local/domain/N/data/greeting hello` at domain 0's prompt.
@main
struct StoreGuest: Guest {
  static func run() throws(GuestError) {
    console.print("I am \(try XenStore.read("name")), domain \(try XenStore.read("domid"))")
    for name in try XenStore.list(".") { console.print("  \(name)") }
    try XenStore.write("data/greeting", "")
    console.print("waiting for data/greeting")
    let value = try XenStore.waitForValue("data/greeting") { !$0.isEmpty }
    console.print("somebody says \(value ?? "nothing")")
  }
}
