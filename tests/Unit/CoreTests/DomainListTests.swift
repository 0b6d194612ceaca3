import Testing
import XenABI

@testable import Core

@Suite struct DomainListTests {
  /// Domains that come and go, some of which share a bucket, against a sorted array.
  @Test func agreesWithASortedArray() throws {
    let machine = TestMachine(frames: 8192)
    let hypervisor = machine.hypervisor
    let ids = (1...20 as ClosedRange<UInt16>).flatMap { [$0, $0 + 256, $0 + 1024] }
    var random = SplitMix64(seed: 31)
    var model: [UInt16] = []
    for _ in 0..<400 {
      let id = ids[Int(random.next() % UInt64(ids.count))]
      if let domain = hypervisor.object.domains.find(DomainID(id)) {
        #expect(model.contains(id))
        while !domain.relinquish() { #expect(hypervisor.object.domains.leavingCount == 1) }
        #expect(hypervisor.object.domains.leavingCount == 1)
        let isForgotten = hypervisor.reap(domain)
        #expect(isForgotten)
        model.removeAll { $0 == id }
      } else {
        #expect(!model.contains(id))
        let domain = try hypervisor.createDomain(
          id: DomainID(id), layout: .svm, isPrivileged: false, format: .nested(largestLeaf: .superpage2M),
          maximumFrames: 100)
        #expect(domain.object.id == DomainID(id))
        model.append(id)
        model.sort()
      }
      var listed: [UInt16] = []
      var next = hypervisor.object.domains.first
      while let domain = next {
        listed.append(domain.object.id.rawValue)
        next = domain.object.next
      }
      #expect(listed == model && hypervisor.object.domains.count == model.count)
      #expect(hypervisor.object.domains.leavingCount == 0)
      for probe in [0, 1, 5, 20, 21, 257, 270, 300, 1025, 1044, 1045, 2000] as [UInt16] {
        let after = hypervisor.object.domains.atOrAfter(DomainID(probe))?.object.id.rawValue
        #expect(after == model.first { $0 >= probe })
        let free = hypervisor.object.domains.freeID(from: DomainID(probe))?.rawValue
        #expect(free == (probe...).first { !model.contains($0) })
      }
    }
    #expect(hypervisor.audit() == 0)
  }
}
