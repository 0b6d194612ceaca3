/// The smallest guest: says hello, tells what it runs on, and powers off.
@main
struct HelloGuest: Guest {
  static func run() {
    let version = Hypervisor.version
    console.print("Hello from a guest in ring 0 of its own.")
    console.print("ABI: Xen \(version.major).\(version.minor)\(Hypervisor.extraVersion)")
    console.print("Free frames: \(PhysicalMemory.freeCount)")
    console.print("Up for \(Clock.now.rawValue / 1_000_000) ms")
  }
}
