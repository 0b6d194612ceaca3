import Testing
import XenABI

@testable import Builder

@Suite struct CommandLineTests {
  func options(_ text: String) throws(OptionError) -> HypervisorOptions {
    try HypervisorOptions(Array(text.utf8).span.bytes)
  }

  @Test func defaults() throws {
    for options in [HypervisorOptions(), try options(""), try options("  ")] {
      #expect(options.console == [.com1, .vga])
      #expect(options.baud == 115200)
      #expect(options.logThreshold == .info)
      #expect(options.guestLogThreshold == .warning)
      #expect(options.dom0Memory == nil && options.dom0MemoryLimit == nil)
      #expect(options.layout == .automatic)
      #expect(options.exit == .halt)
      #expect(!options.staysAfterEnd)
      #expect(options.scheduler == .fair)
      #expect(options.mitigations == MitigationOptions())
      #expect(options.executesSuperpages == nil)
      #expect(options.consoleRingSize == 16384)
    }
  }

  @Test func everyOption() throws {
    let options = try options(
      "console=none com1=9600,8n1 loglvl=all guest_loglvl=error dom0_mem=64M,max:128M layout=svm exit=isa-debug noreboot "
        + "sched=fair spec-ctrl=no conring_size=32k")
    #expect(options.console == [])
    #expect(options.baud == 9600)
    #expect(options.logThreshold == .debug)
    #expect(options.guestLogThreshold == .error)
    #expect(options.dom0Memory == 64 << 20)
    #expect(options.dom0MemoryLimit == 128 << 20)
    #expect(options.layout == .svm)
    #expect(options.exit == .isaDebug)
    #expect(options.staysAfterEnd)
    #expect(options.mitigations == MitigationOptions(all: false))
    #expect(options.consoleRingSize == 32768)
  }

  @Test func startsWhereTheArgumentsDo() throws {
    let line = Array("build/apus.elf console=com1 layout=vmx".utf8)
    let offset = LoaderConvention.fileNameFirst.argumentsOffset(in: line.span.bytes)
    #expect(try HypervisorOptions(line.span.bytes, from: offset).layout == .vmx)
  }

  @Test func theLastHolds() throws {
    #expect(try options("layout=vmx layout=auto").layout == .automatic)
    #expect(try options("noreboot noreboot=no").staysAfterEnd == false)
    #expect(try options("spec-ctrl=off spec-ctrl=on").mitigations == MitigationOptions())
    #expect(try options("ept=exec-sp ept=no-exec-sp").executesSuperpages == false)
  }

  @Test func mitigations() throws {
    #expect(try options("spec-ctrl").mitigations == MitigationOptions())
    var expected = MitigationOptions(all: false)
    expected.bufferClear = true
    expected.cacheFlush = true
    #expect(try options("spec-ctrl=no,verw,l1d-flush=yes").mitigations == expected)
    expected = MitigationOptions()
    expected.barrierBetweenDomains = false
    expected.restriction = true
    expected.barrierAtExit = false
    expected.returnRefill = false
    #expect(try options("spec-ctrl=ibpb=no,ibrs=on,ibpb-entry=off,rsb=false").mitigations == expected)
    #expect(try options("ept=exec-sp").executesSuperpages == true)
    #expect(try options("ept=exec-sp=no").executesSuperpages == false)
  }

  @Test func memoryOfDom0() throws {
    #expect(try options("dom0_mem=65536").dom0Memory == 64 << 20)
    #expect(try options("dom0_mem=1025K").dom0Memory == 0x10_0000)
    #expect(try options("dom0_mem=max:64M").dom0Bytes(proposal: 1 << 30) == 64 << 20)
    #expect(try options("dom0_mem=max:64M").dom0Bytes(proposal: 1 << 20) == 1 << 20)
    #expect(try options("dom0_mem=128M,max:64M").dom0Bytes(proposal: 0) == 64 << 20)
    #expect(try options("").dom0Bytes(proposal: 5) == 5)
  }

  @Test(arguments: [
    ("none", LogThreshold.none), ("error", .error), ("warning", .warning), ("info", .info), ("debug", .debug),
    ("all", .debug),
  ])
  func levels(word: String, level: LogThreshold) throws {
    #expect(try options("loglvl=\(word)").logThreshold == level)
    #expect(try options("guest_loglvl=\(word)").guestLogThreshold == level)
  }

  @Test func consoles() throws {
    #expect(try options("console=com1").console == .com1)
    #expect(try options("console=vga").console == .vga)
    #expect(try options("console=com1,vga").console == [.com1, .vga])
    #expect(try options("console=vga,com1").console == [.com1, .vga])
    #expect(try options("console=vga console=com1").console == .com1)
  }

  @Test func thresholds() {
    #expect(LogThreshold.info.admits(.error))
    #expect(LogThreshold.info.admits(.info))
    #expect(!LogThreshold.info.admits(.debug))
    #expect(!LogThreshold.none.admits(.error))
    #expect(!LogThreshold.none.admits(.none))
  }

  @Test(
    arguments: [
      ("console", .value, "console"),
      ("console=vga,", .malformed, "console=vga,"),
      ("console=vga,none", .malformed, "console=vga,none"),
      ("console=lpt1", .malformed, "console=lpt1"),
      ("a=b", .unknown, "a=b"),
      ("noreboot dom0-mem=4M", .unknown, "dom0-mem=4M"),
      ("consolex=com1", .unknown, "consolex=com1"),
      ("com1=0", .outOfRange, "com1=0"),
      ("com1=7000", .outOfRange, "com1=7000"),
      ("com1=230400", .outOfRange, "com1=230400"),
      ("com1=115200,7e1", .malformed, "com1=115200,7e1"),
      ("com1=fast", .malformed, "com1=fast"),
      ("com1=", .value, "com1="),
      ("loglvl=verbose", .malformed, "loglvl=verbose"),
      ("dom0_mem=64X", .malformed, "dom0_mem=64X"),
      ("dom0_mem=64M,", .malformed, "dom0_mem=64M,"),
      ("dom0_mem=min:64M", .malformed, "dom0_mem=min:64M"),
      ("dom0_mem=1M,max:1K", .outOfRange, "dom0_mem=1M,max:1K"),
      ("dom0_mem=65G", .outOfRange, "dom0_mem=65G"),
      ("layout=pv", .malformed, "layout=pv"),
      ("exit=qemu", .malformed, "exit=qemu"),
      ("exit", .value, "exit"),
      ("noreboot=maybe", .malformed, "noreboot=maybe"),
      ("sched=credit", .malformed, "sched=credit"),
      ("spec-ctrl=", .malformed, "spec-ctrl="),
      ("spec-ctrl=rsb,", .malformed, "spec-ctrl=rsb,"),
      ("spec-ctrl=retpoline", .malformed, "spec-ctrl=retpoline"),
      ("spec-ctrl=verw=maybe", .malformed, "spec-ctrl=verw=maybe"),
      ("ept", .value, "ept"),
      ("ept=ad", .malformed, "ept=ad"),
      ("ept=exec-sp=", .malformed, "ept=exec-sp="),
      ("ept=no-exec-sp=no", .malformed, "ept=no-exec-sp=no"),
      ("conring_size=48K", .outOfRange, "conring_size=48K"),
      ("conring_size=2M", .outOfRange, "conring_size=2M"),
      ("conring_size=x", .malformed, "conring_size=x"),
    ] as [(String, OptionError.Kind, String)])
  func refuses(text: String, kind: OptionError.Kind, word: String) {
    do throws(OptionError) {
      _ = try options(text)
      Issue.record("accepted \(text)")
    } catch {
      #expect(error.kind == kind)
      let line = Array(text.utf8)
      #expect(String(decoding: line[error.word.offset..<error.word.end], as: UTF8.self) == word)
    }
  }
}
