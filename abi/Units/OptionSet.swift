extension OptionSet where RawValue: FixedWidthInteger {
  /// The union of the elements.
  ///
  /// The standard library's own form of this initialiser drags the array storage classes into every image that
  /// declares an option set, which a build without allocations refuses even where no literal is written. Sets are
  /// joined by `union` all the same, and the empty one is `Self()`: a literal builds an array first.
  @inlinable
  public init(arrayLiteral elements: Self...) {
    var bits: RawValue = 0
    for element in elements { bits |= element.rawValue }
    self.init(rawValue: bits)
  }
}
