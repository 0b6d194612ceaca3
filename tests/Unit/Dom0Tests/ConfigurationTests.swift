import Builder
import Testing
import XenABI

@testable import Dom0Logic
@testable import FuzzEntries

/// Configurations in xl's syntax: what they mean, and what is said of a bad one.
@Suite struct ConfigurationTests {
  private static func parse(_ text: String) throws -> GuestConfiguration.Parsed {
    try GuestConfiguration.parse(Array(text.utf8), file: "g.cfg")
  }

  private static let insteadOfHVM =
    "type = \"pvh\" and kernel = \"FILE\": there is no firmware here, but a kernel with a PVH note starts by itself, and "
    + "GRUB as such a kernel (Debian's grub-xen-bin) starts what is on the guest's disk"

  /// What every configuration needs.
  private static let base = "name = \"g\"\nkernel = \"k\"\nmemory = 32\n"

  @Test func readsAWholeConfiguration() throws {
    let text = """
      # A guest with everything.
      name = 'web-1' ; type="pvh"
      kernel = "/boot/vmlinuz.elf"   # a path is kept
      ramdisk = "initrd"
      root = "/dev/xvda1"
      extra = "console=hvc0 quoted=\\"a b\\""
      memory = 0x100
      maxmem = "512"
      vcpus = 1
      uuid = "01234567-89ab-cdef-0123-456789ABCDEF"
      disk = [
        "vda,raw,xvda,w",   # the first
        'vdev=xvdb1,ro,target=data',
      ]
      disk += [ "phy:vdb,xvdq,r" ]
      on_poweroff = "preserve"
      on_reboot = 'destroy'
      on_crash = "coredump-restart"
      on_watchdog = "restart"
      cpu_weight = 512
      cap = 50
      """
    let parsed = try Self.parse(text)
    #expect(parsed.warnings == [])
    var expected = GuestConfiguration(
      name: "web-1", kernel: "/boot/vmlinuz.elf", frames: 256 << 8, maximumFrames: 512 << 8)
    expected.ramdisk = "initrd"
    expected.commandLine = "root=/dev/xvda1 console=hvc0 quoted=\"a b\""
    expected.uuid = GuestUUID("0123456789abcdef0123456789abcdef")
    expected.disks = [
      DiskSpecification(
        target: "vda", deviceName: "xvda", device: try #require(VirtualDisk(name: "xvda".utf8)), isReadOnly: false),
      DiskSpecification(
        target: "data", deviceName: "xvdb1", device: try #require(VirtualDisk(name: "xvdb1".utf8)), isReadOnly: true),
      DiskSpecification(
        target: "vdb", deviceName: "xvdq", device: try #require(VirtualDisk(name: "xvdq".utf8)), isReadOnly: true),
    ]
    expected.onPowerOff = .preserve
    expected.onReboot = .destroy
    expected.onCrash = .coredumpRestart
    expected.onWatchdog = .restart
    expected.weight = 512
    expected.cap = 50
    #expect(parsed.configuration == expected)
    #expect(parsed.configuration.uuid?.text == "01234567-89ab-cdef-0123-456789abcdef")
  }

  @Test func fillsInWhatIsNotSaid() throws {
    let configuration = try Self.parse(Self.base).configuration
    #expect(configuration.frames == 32 << 8 && configuration.maximumFrames == 32 << 8)
    #expect(configuration.action(on: .powerOff) == .destroy)
    #expect(configuration.action(on: .reboot) == .restart)
    #expect(configuration.action(on: .crash) == .destroy)
    #expect(configuration.action(on: .suspend) == .preserve)
    #expect(configuration.commandLine == "" && configuration.ramdisk == nil && configuration.uuid == nil)
    #expect(try Self.parse("name='g'\nkernel='k'\nmaxmem=64").configuration.frames == 64 << 8)
  }

  @Test func warnsOfWhatHasNoEffect() throws {
    let text = Self.base + "vif = [ 'bridge=xenbr0' ]\nbuilder = \"generic\"\ncmdline = \"a\"\nextra = \"b\""
    let parsed = try Self.parse(text)
    #expect(parsed.configuration.commandLine == "a")
    #expect(
      parsed.warnings == [
        "g.cfg:5: 'builder' has no effect here and is ignored", "g.cfg:7: 'extra' is ignored beside 'cmdline'",
        "g.cfg:4: 'vif' has no effect here and is ignored",
      ])
  }

  @Test func takesSettingsBesideTheFile() throws {
    let parsed = try GuestConfiguration.parse(
      Array((Self.base + "disk = [ 'a,,xvda' ]").utf8), file: "g.cfg",
      settings: [
        "memory=24; maxmem=64; cap = 5", "name=other", "extra=a \"b\" c; d", "disk += [ 'b,,xvdb' ]", "vif='x'",
        "memory = 64",
      ])
    let configuration = parsed.configuration
    #expect(configuration.frames == 64 << 8 && configuration.maximumFrames == 64 << 8 && configuration.cap == 5)
    #expect(configuration.name == "other" && configuration.commandLine == "a \"b\" c; d")
    #expect(configuration.disks.map { $0.target } == ["a", "b"])
    #expect(parsed.warnings == ["beside g.cfg: 'vif' has no effect here and is ignored"])
    for (setting, message) in [
      ("memory=x", "beside g.cfg: found memory = x; expected a number from 1 to 65536"),
      ("memory", "beside g.cfg: found the end of the file; expected '=' after 'memory'"),
    ] {
      let error = #expect(throws: ConfigurationError.self) {
        try GuestConfiguration.parse(Array(Self.base.utf8), file: "g.cfg", settings: [setting])
      }
      #expect(error?.message == message)
    }
  }

  @Test func resolvesEscapes() throws {
    let text = Self.base + #"extra = "a\tb\x41\101\\\"\'""#
    #expect(try Self.parse(text).configuration.commandLine == "a\tbAA\\\"'")
    // Windows line ends, no newline at the end, a lone comment.
    #expect(try Self.parse("name='g'\r\nkernel='k'\r\nmemory=1\r\n# end").configuration.frames == 256)
  }

  @Test(arguments: [
    ("name", "g.cfg:1: found the end of the file; expected '=' after 'name'"),
    ("name = ", "g.cfg:1: found the end of the file; expected a string in quotes, a number or a list for 'name'"),
    ("name = g", "g.cfg:1: found 'g'; expected a string in quotes, a number or a list for 'name'"),
    ("\nname = \"g", "g.cfg:2: found a string without its end; expected \" on the same line"),
    ("name = 'g' 'h'", "g.cfg:1: found the string 'h'; expected the end of the line after the value of 'name'"),
    ("= 5", "g.cfg:1: found '='; expected a key, such as name"),
    ("name = \"a\\q\"", "g.cfg:1: found '\\q'; expected an escape: \\\\ \\' \\\" \\n \\t \\xHH or \\OOO"),
    ("name = \"a\\0\"", "g.cfg:1: found a string that is not UTF-8 or holds a NUL; expected text"),
    ("a = [ 'x' 'y' ]", "g.cfg:1: found the string 'y'; expected ',' or ']' in the list"),
    (
      "a = [ 'x',\n\n",
      "g.cfg:3: found the end of the file; expected a string in quotes, a number, a list or ']' in the list"
    ),
    ("a = [[[[[[[[[]]]]]]]]]", "g.cfg:1: found '['; expected at most 8 lists in one another"),
    ("a = [ [ 'x' ], [ 'y' ", "g.cfg:1: found the end of the file; expected ',' or ']' in the list"),
    (
      "a = 'x'\na += [ 'y' ]",
      "g.cfg:2: found 'a +=' of a list and a string; expected both of them lists, or both strings"
    ),
    ("a $ 5", "g.cfg:1: found '$'; expected a key, a value, or '#' before a comment"),
    ("kernel = 'k'\nmemory = 1", "g.cfg: found no such line; expected name = \"...\""),
    (
      "name = 'g'\nmemory = 1",
      "g.cfg: found no such line; expected kernel = \"FILE\", the name of a boot module or of a file in an archive"
    ),
    ("name = 'g'\nkernel = 'k'", "g.cfg: found no such line; expected memory = MiB"),
    (
      "name = '17'\nkernel = 'k'",
      "g.cfg:1: found name = \"17\"; expected a name of 1 to 127 of A-Z a-z 0-9 _ . - that is no number"
    ),
    (
      "name = 'a b'\n",
      "g.cfg:1: found name = \"a b\"; expected a name of 1 to 127 of A-Z a-z 0-9 _ . - that is no number"
    ),
    (
      "name = 'Domain-0'\n",
      "g.cfg:1: found name = \"Domain-0\"; expected a name of 1 to 127 of A-Z a-z 0-9 _ . - that is no number"
    ),
    ("type = \"hvm\"", "g.cfg:1: found type = \"hvm\"; expected \(insteadOfHVM)"),
    ("builder = 'hvm'", "g.cfg:1: found builder = \"hvm\"; expected \(insteadOfHVM)"),
    (
      "type = \"pv\"",
      "g.cfg:1: found type = \"pv\"; expected type = \"pvh\": a kernel with a PVH note, which most kernels for pv have too "
        + "(CONFIG_PVH)"
    ),
    ("type = 'vm'", "g.cfg:1: found type = \"vm\"; expected type = \"pvh\""),
  ])
  func saysWhereAndWhat(_ text: String, _ message: String) {
    expectError(text, message)
  }

  @Test(arguments: [
    ("memory = 0", "g.cfg:4: found memory = 0; expected a number from 1 to 65536"),
    ("memory = 65537", "g.cfg:4: found memory = 65537; expected a number from 1 to 65536"),
    ("memory = '1G'", "g.cfg:4: found memory = 1G; expected a number from 1 to 65536"),
    ("memory = 08", "g.cfg:4: found memory = 08; expected a number from 1 to 65536"),
    ("memory += 5", "g.cfg:3: found 'memory +='; expected 'memory =': nothing can be appended to a number"),
    ("memory = [ 1 ]", "g.cfg:4: found a list for 'memory'; expected a string or a number"),
    ("maxmem = 16", "g.cfg:4: found maxmem = 16; expected no less than memory = 32"),
    ("vcpus = 2", "g.cfg:4: found vcpus = 2; expected vcpus = 1: a domain has one vCPU for now"),
    ("cpu_weight = 0", "g.cfg:4: found cpu_weight = 0; expected a number from 1 to 65535"),
    ("cap = 101", "g.cfg:4: found cap = 101; expected a number from 0 to 100"),
    (
      "uuid = '123'",
      "g.cfg:4: found uuid = \"123\"; expected 32 hexadecimal digits, such as 01234567-89ab-cdef-0123-456789abcdef"
    ),
    (
      "on_crash = 'rename-restart'",
      "g.cfg:4: found on_crash = \"rename-restart\"; expected destroy, restart, preserve, coredump-destroy or coredump-restart"
    ),
    ("disk = 'vda'", "g.cfg:4: found a string for 'disk'; expected a list: disk = [ \"vda,raw,xvda,w\" ]"),
    (
      "disk = [\n'vda,raw,hde,w']",
      "g.cfg:5: found the vdev 'hde' in a disk; expected xvda, hda, sda, a later one, or a partition such as xvda1"
    ),
    ("disk = [\n[ 'vda' ] ]", "g.cfg:5: found a list in 'disk'; expected a string for each disk: \"vda,raw,xvda,w\""),
    ("disk = ['vda,qcow2,xvda,w']", "g.cfg:4: found the format 'qcow2' in a disk; expected raw"),
    (
      "disk = ['vda,raw,xvda,x']",
      "g.cfg:4: found 'x' in a disk; expected \"TARGET,raw,VDEV,ACCESS\", such as \"vda,raw,xvda,w\""
    ),
    ("disk = ['vda,raw,xvda,r,w']", "g.cfg:4: found a second access, 'w', in a disk; expected one of r and w"),
    (
      "disk = [',raw,xvda,w']",
      "g.cfg:4: found the disk ',raw,xvda,w' without a target; expected \"TARGET,raw,VDEV,ACCESS\", such as \"vda,raw,xvda,w\""
    ),
    (
      "disk = ['vda']",
      "g.cfg:4: found the disk 'vda' without a vdev; expected \"TARGET,raw,VDEV,ACCESS\", such as \"vda,raw,xvda,w\""
    ),
    ("disk = ['vda,,xvda','vdb,,xvda']", "g.cfg:4: found a second disk xvda; expected a vdev of its own for each disk"),
    (
      "disk = ['vda,,xvda,cdrom']",
      "g.cfg:4: found 'cdrom' in a disk; expected a disk that stays: there are no removable ones"
    ),
    (
      "disk = ['script=x,vda,,xvda']",
      "g.cfg:4: found 'script=' in a disk; expected target=, format=, vdev=, access=, devtype= or backend="
    ),
    (
      "disk = ['zap:/vda,,xvda']",
      "g.cfg:4: found the prefix 'zap:' of a disk's target; expected phy:, file: or raw:, or none"
    ),
    ("disk = ['qcow2:vda,xvda,w']", "g.cfg:4: found the format 'qcow2' in a disk; expected raw"),
    ("disk = ['nbd:vda,xvda,w']", "g.cfg:4: found 'nbd:' in a disk; expected a disk of domain 0's: phy:, or no prefix"),
    (
      "disk = ['phy:vda,xvda,w,x']",
      "g.cfg:4: found 'x' in a disk; expected \"TARGET,raw,VDEV,ACCESS\", such as \"vda,raw,xvda,w\""
    ),
    (
      "disk = [',hdc:cdrom,r']",
      "g.cfg:4: found 'hdc:cdrom' in a disk; expected a disk that stays: there are no removable ones"
    ),
    (
      "disk = ['vda,,xvda:tape']", "g.cfg:4: found the vdev 'xvda:tape' in a disk; expected no type behind it, or :disk"
    ),
  ])
  func saysWhatAValueMayBe(_ line: String, _ message: String) {
    expectError(Self.base + line, message)
  }

  private func expectError(_ text: String, _ message: String) {
    do {
      _ = try GuestConfiguration.parse(Array(text.utf8), file: "g.cfg")
      Issue.record("accepted: \(text)")
    } catch {
      #expect(error.message == message)
    }
  }

  /// Lists in lists are read, whoever uses them: nobody here does.
  @Test func readsNestedLists() throws {
    let text =
      Self.base
      + "vnuma = [ [ \"pnode=0\",\"size=16\" ],\n  [ \"pnode=1\", [ 5, ], ], [], ]\nmemory = 040\nmaxmem = \"0x40\""
    let parsed = try Self.parse(text)
    #expect(parsed.warnings == ["g.cfg:4: 'vnuma' has no effect here and is ignored"])
    #expect(parsed.configuration.frames == 32 << 8 && parsed.configuration.maximumFrames == 64 << 8)
  }

  @Test func takesLongNames() throws {
    let name = "web-01234567-89ab-cdef-0123-456789abcdef"
    #expect(try Self.parse("name = '\(name)'\nkernel = 'k'\nmemory = 1").configuration.name == name)
    #expect(
      GuestNames.isValid(String(repeating: "x", count: 127)) && !GuestNames.isValid(String(repeating: "x", count: 128)))
  }

  /// The forms that xl takes, the old ones with a prefix too (xl-disk-configuration(5)).
  @Test(
    arguments: [
      ("vda,,hda", "vda", "hda", 768, false),
      ("vda,raw,hda,rw", "vda", "hda", 768, false),
      ("format=raw, vdev=hdb2, access=ro, target=/dev/vg/volume", "/dev/vg/volume", "hdb2", 834, true),
      ("raw:/dev/vg/volume,hda,w", "/dev/vg/volume", "hda", 768, false),
      ("phy:vda,xvda,w", "vda", "xvda", 51712, false),
      ("phy:/dev/vda,xvda:disk,r", "/dev/vda", "xvda", 51712, true),
      ("phy:vda,raw,xvda,r", "vda", "xvda", 51712, true),
      ("file:/images/disk.img,sda1,w", "/images/disk.img", "sda1", 2049, false),
      ("tap:aio:/images/a:b,xvdb", "/images/a:b", "xvdb", 51728, false),
      ("tap2:raw:disk,xvdb", "disk", "xvdb", 51728, false),
      ("format=raw,vda,xvda,r", "vda", "xvda", 51712, true),
      ("vda,,xvda,,discard,trusted,specification=xen,grant_usage=1", "vda", "xvda", 51712, false),
      (",,xvda,r,target=a,b", "a,b", "xvda", 51712, true),
      ("/a:/b,,0xca00", "/a:/b", "0xca00", 51712, false),
    ] as [(String, String, String, UInt32, Bool)])
  func takesDisks(_ text: String, _ target: String, _ name: String, _ number: UInt32, _ isReadOnly: Bool) throws {
    let disk = try DiskSpecification.parse(text, line: 1)
    #expect(disk.target == target && disk.deviceName == name && disk.device == VirtualDisk(rawValue: number))
    #expect(disk.isReadOnly == isReadOnly && disk.isTrusted)
  }

  /// xen-vbd-interface(7): what stands for a disk, and the number that goes with it.
  @Test func numbersDisks() {
    func number(_ name: String) -> UInt32? { VirtualDisk(name: name.utf8)?.rawValue }
    let known: [(String, UInt32)] = [
      ("xvda", 51712), ("xvdb15", 51743), ("xvdp", 51952), ("xvdq", 1 << 28 | 16 << 8), ("xvda16", 1 << 28 | 16),
      ("xvdaa", 1 << 28 | 26 << 8), ("d0", 51712), ("d0p0", 51712), ("d1p2", 51730),
      ("d536p37", 1 << 28 | 536 << 8 | 37),
      ("xvdtq37", 1 << 28 | 536 << 8 | 37), ("d0x10", 1 << 28 | 16 << 8), ("hda", 768), ("hda63", 831), ("hdb", 832),
      ("hdc2", 5634), ("hdd", 5696), ("sda", 2048), ("sdb3", 2067), ("sdp15", 2303), ("51712", 51712),
      ("0xCA00", 51712),
      ("0145000", 51712), ("2147483647", 0x7FFF_FFFF), ("0", 0),
    ]
    for (name, value) in known { #expect(number(name) == value, "\(name)") }
    for name in [
      "", "xvd", "xvda0", "xvda01", "xvda256", "xvdA", "xvda1x", "hde", "hda64", "sdq", "sda16", "hd", "sd1", "d",
      "dp1",
      "d0p256", "d0p", "08", "0x", "2147483648", "99999999999", "nvme0n1", "xvdzzzzzz", "d1048576",
    ] {
      #expect(number(name) == nil, "\(name)")
    }
  }

  @Test func takesTargetsWithCommas() throws {
    let disk = try DiskSpecification.parse("vdev=xvda,r,target=a,b=c", line: 1)
    #expect(disk.target == "a,b=c" && disk.isReadOnly)
  }

  /// Whatever is done to a good configuration, there is an answer. With seeds, so that one that fails can be rerun.
  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func survivesMutations(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let good = Array(
      (Self.base + "extra = \"a\\x41\"\ndisk = [ \"vda,raw,xvda,w\", 'target=b,vdev=xvdb', ]\nuuid='0'; cap=5 # x").utf8
    )
    for _ in 0..<100 {
      var bytes = good
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let place = Int.random(in: 0..<max(bytes.count, 1), using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0 where !bytes.isEmpty: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1 where !bytes.isEmpty: bytes.remove(at: place)
        case 2:
          bytes.insert(contentsOf: [0x22, 0x5B, 0x3D, 0x5C].shuffled(using: &random), at: min(place, bytes.count))
        default: bytes.removeLast(min(bytes.count, Int.random(in: 0...20, using: &random)))
        }
      }
      ConfigFuzz.run(bytes)
    }
  }
}
