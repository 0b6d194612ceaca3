/// Domain 0: the domain that the hypervisor trusts with the others.
///
/// Command line: see `ControlDomainOptions`.
@main
struct ControlDomain: Guest {
  static func run() throws(GuestError) {
    try Service().run()
  }
}
