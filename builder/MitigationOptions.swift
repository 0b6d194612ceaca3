/// What the command line says of each mitigation; nil leaves it to what the processor needs and offers.
///
/// | item of `spec-ctrl=` | |
/// |---|---|
/// | `ibpb=BOOL` | predictor barrier when the CPU goes from one domain to another |
/// | `ibrs=BOOL` | indirect branches of the hypervisor are not predicted by guests: for good where the processor can, else at each exit |
/// | `ibpb-entry=BOOL` | predictor barrier at each exit |
/// | `rsb=BOOL` | predictions of returns overwritten at each exit |
/// | `verw=BOOL` | buffers overwritten before each entry of a guest |
/// | `l1d-flush=BOOL` | first-level data cache emptied before each entry of a guest |
package struct MitigationOptions: Equatable, BitwiseCopyable, Sendable {
  package var barrierBetweenDomains: Bool?
  package var restriction: Bool?
  package var barrierAtExit: Bool?
  package var returnRefill: Bool?
  package var bufferClear: Bool?
  package var cacheFlush: Bool?

  package init() {}

  /// All of them on where there is a reason (nil), or off.
  package init(all: Bool?) {
    barrierBetweenDomains = all
    restriction = all
    barrierAtExit = all
    returnRefill = all
    bufferClear = all
    cacheFlush = all
  }

  /// Takes one item of the list. False where it is none.
  mutating func take(_ item: TextRange, in line: RawSpan) -> Bool {
    if let all = line.flag(item) {
      self = Self(all: all ? nil : false)
      return true
    }
    let option = line.option(item)
    let key = option.key
    var isOn = true
    if let value = option.value {
      guard let flag = line.flag(value) else { return false }
      isOn = flag
    }
    if line.text(key, equals: "ibpb") {
      barrierBetweenDomains = isOn
    } else if line.text(key, equals: "ibrs") {
      restriction = isOn
    } else if line.text(key, equals: "ibpb-entry") {
      barrierAtExit = isOn
    } else if line.text(key, equals: "rsb") {
      returnRefill = isOn
    } else if line.text(key, equals: "verw") {
      bufferClear = isOn
    } else if line.text(key, equals: "l1d-flush") {
      cacheFlush = isOn
    } else {
      return false
    }
    return true
  }
}
