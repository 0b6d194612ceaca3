extension UInt64 {
  /// The number that decimal digits and nothing else write; nil where there is another byte, none, or too many.
  init?(decimal digits: some Sequence<UInt8>) {
    var value: UInt64 = 0
    var isEmpty = true
    for digit in digits {
      guard digit >= UInt8(ascii: "0") && digit <= UInt8(ascii: "9") else { return nil }
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(UInt64(digit - UInt8(ascii: "0")))
      if overflow || carry { return nil }
      value = sum
      isEmpty = false
    }
    if isEmpty { return nil }
    self = value
  }
}
