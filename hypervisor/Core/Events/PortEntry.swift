#if canImport(XenABI)
  import XenABI
#endif

/// What the hypervisor knows of one event-channel port: 16 bytes; all zero is a free port.
package struct PortEntry: BitwiseCopyable {
  /// What a port is bound to.
  package enum State: UInt8, BitwiseCopyable {
    case free = 0
    /// Waits for the domain in `number` to connect.
    case unbound
    /// Connected to the port `number` of the domain `peer`.
    case interdomain
    /// Bound to the physical interrupt `number`; 0 for one that was unmapped.
    case physicalIRQ
    /// Bound to the virtual interrupt `number`.
    case virtualIRQ
    /// Signals the vCPU `vcpu` of its own domain.
    case ipi
  }

  package private(set) var state = State.free
  private var padding: UInt8 = 0
  private var vcpuNumber: UInt16 = 0
  /// A remote port, a domain's or an interrupt's number, as the state says.
  package private(set) var number: UInt32 = 0
  /// The other end's domain. While two ports are connected, both domains are there: closing cuts both ends.
  package private(set) var peer = Link<Domain>()

  package init() {}

  private init(_ state: State, number: UInt32, vcpu: VCPUID = .zero, peer: Link<Domain> = Link()) {
    self.state = state
    self.number = number
    self.peer = peer
    self.vcpu = vcpu
  }

  /// The vCPU that is told of the port's events.
  package var vcpu: VCPUID {
    @inline(__always) get { VCPUID(UInt32(vcpuNumber)) }
    set { vcpuNumber = UInt16(truncatingIfNeeded: newValue.rawValue) }
  }

  /// The port's interrupt is nobody's any more: 0 stands for none.
  mutating func loseInterrupt() { number = 0 }

  /// Whether the port is connected to that one.
  func leads(to domain: Handle<Domain>, _ port: EventPort) -> Bool {
    state == .interdomain && peer == Link(domain) && number == port.rawValue
  }

  static func unbound(for remote: DomainID, vcpu: VCPUID = .zero) -> Self {
    Self(.unbound, number: UInt32(remote.rawValue), vcpu: vcpu)
  }
  static func interdomain(_ domain: Handle<Domain>, _ port: EventPort, vcpu: VCPUID = .zero) -> Self {
    Self(.interdomain, number: port.rawValue, vcpu: vcpu, peer: Link(domain))
  }
  static func physicalIRQ(_ irq: PhysicalIRQ) -> Self { Self(.physicalIRQ, number: irq.rawValue) }
  static func virtualIRQ(_ irq: VirtualIRQ, vcpu: VCPUID) -> Self {
    Self(.virtualIRQ, number: irq.rawValue, vcpu: vcpu)
  }
  static func ipi(_ vcpu: VCPUID) -> Self { Self(.ipi, number: 0, vcpu: vcpu) }
}
