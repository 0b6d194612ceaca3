/// Stale translations that a change of a domain's map left behind.
///
/// It can't be copied, and every path has to consume it: a frame that was unmapped is freed only after `complete`.
/// On one CPU the flush itself waits until the domain is entered again, since nothing of it runs before.
package struct PendingFlush: ~Copyable {
  let isNeeded: Bool

  /// Has the domain's translations flushed before any of its vCPUs runs again.
  package consuming func complete(on domain: Handle<Domain>) {
    if isNeeded { domain.flushTranslations() }
  }

  /// Joins it to another one of the same domain that the caller completes.
  consuming func join() {}
}

extension Handle where Object == Domain {
  /// Has the hardware's translations of the domain's map dropped before any of its vCPUs runs again.
  package func flushTranslations() {
    var number = 0
    while number < Int(object.vcpuCount) {
      object.vcpus[number]?.object.attention.formUnion(.flush)
      number &+= 1
    }
    object.flushCount &+= 1
  }
}
