/// A #GP with error code 0 that the guest gets in place of what it asked for: a register that does not exist, a
/// reserved bit, an address that is not canonical.
package struct GeneralProtection: Error, Equatable, BitwiseCopyable, Sendable {
  package init() {}
}
