#if canImport(Builder)
  import Builder
#endif

/// What is done against leaks through the processor, and against a guest that trains its predictors. docs/security.md
/// says what is not.
package struct SpeculationControls: OptionSet, BitwiseCopyable, Sendable {
  package let rawValue: UInt32
  package init(rawValue: UInt32) { self.rawValue = rawValue }
  package init() { rawValue = 0 }

  // The exit stubs know the first five by number (boot/guards.inc).

  /// At each exit: IBRS, taken back before the guest runs on.
  package static var restrictionAtExit: Self { Self(rawValue: 1 << 0) }
  /// At each exit: IBPB.
  package static var barrierAtExit: Self { Self(rawValue: 1 << 1) }
  /// At each exit: the predictions of returns are overwritten.
  package static var returnRefill: Self { Self(rawValue: 1 << 2) }
  /// Before each entry: VERW.
  package static var bufferClear: Self { Self(rawValue: 1 << 3) }
  /// Before each entry: L1D_FLUSH.
  package static var cacheFlush: Self { Self(rawValue: 1 << 4) }
  /// IBRS or what does the same, on for good.
  package static var lastingRestriction: Self { Self(rawValue: 1 << 5) }
  /// When the CPU goes from one domain to another: IBPB.
  package static var predictorBarrier: Self { Self(rawValue: 1 << 6) }
  /// Guests execute from single pages only.
  package static var codeInPages: Self { Self(rawValue: 1 << 7) }

  /// Those that stand in the way of every exit and entry.
  package var guards: Self { Self(rawValue: rawValue & 0x1F) }

  /// Chooses them: what the processor needs and offers, unless the command line says otherwise.
  package init(_ features: SpeculationFeatures, _ options: MitigationOptions, executesSuperpages: Bool?) {
    var controls = Self()
    func choose(_ control: Self, _ wish: Bool?, offered: Bool, needed: Bool) {
      if offered, wish ?? needed { controls = controls.union(control) }
    }
    let lasts = !features.isDisjoint(with: .lastingRestriction.union(.automaticRestriction))
    let hasBarrier = features.contains(.predictorBarrier)
    choose(.predictorBarrier, options.barrierBetweenDomains, offered: hasBarrier, needed: true)
    choose(.lastingRestriction, options.restriction, offered: lasts, needed: true)
    choose(.restrictionAtExit, options.restriction, offered: !lasts && features.contains(.restriction), needed: true)
    // Where nothing restricts indirect branches, the barrier has to do.
    let isUnrestricted = !lasts && !features.contains(.restriction)
    choose(
      .barrierAtExit, options.barrierAtExit, offered: hasBarrier,
      needed: isUnrestricted || features.contains(.confusesBranches))
    choose(.returnRefill, options.returnRefill, offered: true, needed: features.contains(.poisonsReturns))
    choose(.bufferClear, options.bufferClear, offered: true, needed: features.contains(.leaksBuffers))
    choose(
      .cacheFlush, options.cacheFlush, offered: features.contains(.cacheFlush), needed: features.contains(.leaksCache))
    choose(
      .codeInPages, executesSuperpages.map { !$0 }, offered: true, needed: features.contains(.pageSizeFault))
    self = controls
  }
}
