/// How an exception weighs where it comes up while the guest's handler for another event is being called (Intel SDM
/// vol. 3 6.15, table 6-4; AMD APM vol. 2 8.2.9).
package enum ExceptionClass: UInt8, BitwiseCopyable, Sendable {
  /// Interrupts, NMIs and software events too.
  case benign
  case contributory
  case pageFault
  case doubleFault

  package init(vector: UInt8) {
    switch vector {
    case 0, 10...13, 21: self = .contributory
    case 14, 20: self = .pageFault
    case 8: self = .doubleFault
    default: self = .benign
    }
  }

  /// What comes of an exception while an event of this class was being delivered (table 6-5).
  ///
  /// `second`: the exception is delivered instead; what was interrupted comes again with its instruction, if at all.
  package enum Outcome: UInt8, BitwiseCopyable, Sendable {
    case second, doubleFault, tripleFault
  }

  package func interrupted(by second: Self) -> Outcome {
    switch (self, second) {
    case (.doubleFault, .contributory), (.doubleFault, .pageFault): .tripleFault
    case (.contributory, .contributory), (.pageFault, .contributory), (.pageFault, .pageFault): .doubleFault
    default: .second
    }
  }
}
