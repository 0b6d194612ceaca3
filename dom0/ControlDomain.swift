/// Domain 0: the domain that the hypervisor trusts with the others.
///
/// Command line: `on_end=destroy` (default) or `on_end=preserve`, what becomes of a guest that has ended.
@main
struct ControlDomain: Guest {
  static func run() throws(GuestError) {
    try Service().run()
  }
}
