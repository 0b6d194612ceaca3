import Testing
import XenABI

@testable import Builder

@Suite struct ACPITablesTests {
  let base: UInt64 = 0xFC00_0000

  func tables(vcpus: Int) throws -> TestMemory {
    var memory = TestMemory(base: base, count: 4096)
    try ACPITables(base: GuestPhysicalAddress(base), vcpuCount: vcpus).write(into: &memory)
    return memory
  }

  func sum(_ bytes: [UInt8]) -> UInt8 { bytes.reduce(0, &+) }
  func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  /// Checks a table's header; gives its length.
  func header(_ memory: TestMemory, _ address: UInt64, _ signature: String, revision: UInt8) -> Int {
    let length = Int(memory.load(address + 4, as: UInt32.self))
    #expect(text(memory.slice(address, 4)) == signature)
    #expect(memory.load(address + 8, as: UInt8.self) == revision)
    #expect(sum(memory.slice(address, length)) == 0)
    #expect(text(memory.slice(address + 10, 6)) == "Apus  ")
    #expect(text(memory.slice(address + 16, 8)) == "Apus PVH")
    #expect(text(memory.slice(address + 28, 4)) == "APUS")
    return length
  }

  @Test(arguments: [1, 2, 32])
  func fromTheRootDown(vcpus: Int) throws {
    let memory = try tables(vcpus: vcpus)
    let rsdp = ACPITables(base: GuestPhysicalAddress(base), vcpuCount: vcpus).rsdp.rawValue
    #expect(rsdp == base)
    #expect(text(memory.slice(rsdp, 8)) == "RSD PTR ")
    #expect(sum(memory.slice(rsdp, 20)) == 0)
    #expect(sum(memory.slice(rsdp, 36)) == 0)
    #expect(text(memory.slice(rsdp + 9, 6)) == "Apus  ")
    #expect(memory.load(rsdp + 15, as: UInt8.self) == 2)
    #expect(memory.load(rsdp + 16, as: UInt32.self) == 0)
    #expect(memory.load(rsdp + 20, as: UInt32.self) == 36)

    let xsdt: UInt64 = memory.load(rsdp + 24)
    #expect(header(memory, xsdt, "XSDT", revision: 1) == 52)

    let fadt: UInt64 = memory.load(xsdt + 36)
    #expect(header(memory, fadt, "FACP", revision: 5) == 268)
    let dsdt = UInt64(memory.load(fadt + 40, as: UInt32.self))
    #expect(memory.load(fadt + 140, as: UInt64.self) == dsdt)
    #expect(memory.load(fadt + 109, as: UInt16.self) == 0x24)
    #expect(memory.load(fadt + 112, as: UInt32.self) == 0x10_0031)
    #expect(header(memory, dsdt, "DSDT", revision: 2) == 36)

    let madt: UInt64 = memory.load(xsdt + 44)
    #expect(header(memory, madt, "APIC", revision: 3) == 44 + 8 * vcpus)
    #expect(memory.load(madt + 36, as: UInt32.self) == 0xFEE0_0000)
    #expect(memory.load(madt + 40, as: UInt32.self) == 0)
    for index in 0..<vcpus {
      #expect(memory.slice(madt + 44 + 8 * UInt64(index), 8) == [0, 8, UInt8(index), UInt8(index), 1, 0, 0, 0])
    }
  }

  @Test func listsNoMoreThanSharedInfoHolds() throws {
    let most = try tables(vcpus: 32)
    let tooMany = try tables(vcpus: 100)
    let none = try tables(vcpus: 0)
    let one = try tables(vcpus: 1)
    #expect(tooMany.bytes == most.bytes)
    #expect(none.bytes == one.bytes)
  }

  @Test func saysWhenThereIsNoMemory() {
    var memory = TestMemory(base: base, count: 512)
    #expect(throws: GuestWriteError.outsideMemory) {
      try ACPITables(base: GuestPhysicalAddress(base), vcpuCount: 1).write(into: &memory)
    }
  }
}
