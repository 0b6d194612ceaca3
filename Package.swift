// swift-tools-version: 6.2
import PackageDescription

// The images are built by the Makefile, each as one Embedded module. This package compiles the same sources for the
// host, one module a layer, so that the compiler refuses an import that goes up, and `swift test` can run them.
let settings: [SwiftSetting] = [
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableExperimentalFeature("Lifetimes"),
  .enableExperimentalFeature("Extern"),
]

let package = Package(
  name: "apus",
  targets: [
    .target(name: "XenABI", path: "abi", exclude: ["c"], swiftSettings: settings),
    .target(name: "Builder", dependencies: ["XenABI"], path: "builder", swiftSettings: settings),
    .target(name: "Core", dependencies: ["XenABI", "Builder"], path: "hypervisor/Core", swiftSettings: settings),
    // The unsafe edge: privileged instructions come from a header of inline assembly.
    .systemLibrary(name: "CMachine", path: "hypervisor/Machine/CMachine"),
    .target(
      name: "Machine", dependencies: ["XenABI", "CMachine"], path: "hypervisor/Machine", exclude: ["CMachine"],
      swiftSettings: settings),
    .target(
      name: "Layouts", dependencies: ["XenABI", "Builder", "Core", "Machine", "CMachine"], path: "hypervisor/Layouts",
      swiftSettings: settings),
    .testTarget(name: "LayoutTests", dependencies: ["Core", "Machine", "Layouts"], path: "tests/Unit/LayoutTests"),
    .testTarget(name: "BuilderTests", dependencies: ["XenABI", "Builder"], path: "tests/Unit/BuilderTests"),
    .testTarget(
      name: "CoreTests", dependencies: ["XenABI", "Builder", "Core", "HypercallTable"], path: "tests/Unit/CoreTests"),
    // The pure parts of domain 0; the rest of it is in its image only.
    .target(name: "Dom0Logic", dependencies: ["XenABI", "Builder"], path: "dom0/Logic", swiftSettings: settings),
    // What a fuzzer runs, which the unit tests run on inputs of their own.
    .target(
      name: "FuzzEntries", dependencies: ["XenABI", "Builder", "Dom0Logic"], path: "tests/Fuzz",
      exclude: ["Driver", "Tests", "fuzz.mk"]),
    .testTarget(
      name: "Dom0Tests", dependencies: ["XenABI", "Builder", "Dom0Logic", "GuestKitLogic", "FuzzEntries", "HostTools"],
      path: "tests/Unit/Dom0Tests"),
    // The pure parts of the library for guests.
    .target(
      name: "GuestKitLogic", dependencies: ["XenABI"], path: "guest-pv-kernel/GuestKit/Logic", swiftSettings: settings),
    .testTarget(
      name: "GuestKitTests", dependencies: ["XenABI", "GuestKitLogic"], path: "tests/Unit/GuestKitTests",
      swiftSettings: settings),
    // The one table of hypercalls, and the program that makes dispatch, stubs and reference page from it.
    .target(
      name: "HypercallTable", dependencies: ["XenABI"], path: "tools/hypercall-table", exclude: ["Command"],
      swiftSettings: settings),
    .executableTarget(
      name: "hypercall-table", dependencies: ["HypercallTable"], path: "tools/hypercall-table/Command",
      swiftSettings: settings),
    .testTarget(
      name: "ABITests", dependencies: ["XenABI", "HypercallTable", "HostTools"], path: "tests/Unit/ABITests"),
    .testTarget(name: "ToolTests", dependencies: ["HostTools"], path: "tests/Unit/ToolTests"),
    .testTarget(name: "DocumentationTests", dependencies: ["HostTools"], path: "tests/Unit/DocumentationTests"),
    // What takes strangers' bytes, fuzzed a little; `make fuzz` does more.
    .testTarget(name: "FuzzTests", dependencies: ["FuzzEntries"], path: "tests/Fuzz/Tests"),
    // Running commands of the host.
    .target(name: "HostTools", path: "tests/HostTools", swiftSettings: settings),
    // Booting machines: the rig, and the tests and the bench on it.
    .target(name: "Rig", dependencies: ["HostTools"], path: "tests/Rig", swiftSettings: settings),
    .testTarget(
      name: "BootTests", dependencies: ["Rig", "HostTools"], path: "tests/Boot", exclude: ["Probe"],
      swiftSettings: settings),
    .testTarget(name: "HostileTests", dependencies: ["Rig"], path: "tests/Hostile/Host", swiftSettings: settings),
    .executableTarget(
      name: "bench", dependencies: ["Rig"], path: "tests/Bench/Host", swiftSettings: settings),
  ]
)
